"""Ground in a shared area: nothing says that it is closed before the other authority has agreed."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from rafid.commons.records.change import Refused
from rafid.commons.records.exchange import nodes
from rafid.commons.records.exchange.declared import kinds
from rafid.commons.records.exchange.settling import settle
from rafid.commons.records.models import Case, ExchangeState
from rafid.programmes.mineaction import waiting
from rafid.programmes.mineaction.hazards import consent, states
from rafid.programmes.mineaction.hazards.ledger_store import refresh
from rafid.programmes.mineaction.models import AuthorityArea, Hazard, HazardStep, LedgerRow, Release, StrategyTarget
from rafid.programmes.mineaction.operations.strategy import measured_of
from rafid.programmes.mineaction.picture.asked import Asked
from rafid.programmes.mineaction.picture.standing import states_at
from rafid.programmes.mineaction.quality import endings

from .test_quality import checked, read, text

pytestmark = pytest.mark.django_db
YEAR = (date(2026, 1, 1), date(2027, 1, 1))


@pytest.fixture
def shared(ground, monkeypatch):
    """This installation is the node of the southern authority; both have the place of the tests."""
    hazard_kind = {"mineaction.hazard": kinds()["mineaction.hazard"]}
    monkeypatch.setattr(nodes, "kinds", lambda: hazard_kind)
    AuthorityArea.objects.filter(place=ground.place.parent).delete()
    for owner in (ground.dma, ground.ikmaa):
        AuthorityArea.objects.create(
            owner=owner, place=ground.place.parent, shared=True, source="Test", valid_from="2020-01-01"
        )
    nodes.init("DMA")
    return ground


def asked(hazard):
    """The change that asks for consent."""
    case = Case.objects.get(ended_at=None, cause="agreement", records=[str(hazard.pk)])
    return next(side for side in case.sides if case.sides[side].get("state") in ("closed", "cancelled"))


def says(hazard, node="IKMAA", action="agree", asking="", number=1):
    """The other node's word on what is asked of a hazard."""
    asking = asking or asked(hazard)
    from rafid.commons.records.exchange.log import row_of
    from rafid.methods.exchange import Change

    row_of(Change(f"{node}:{number}", str(hazard.pk), "mineaction.hazard", action, {"change": asking}, (asking,))).save(
        force_insert=True
    )
    ExchangeState.objects.filter(record=str(hazard.pk)).update(stale=True)
    settle()
    hazard.refresh_from_db()


def handed(shared, **values):
    hazard, _completion = checked(shared)
    given = {"version": None, "on": date(2026, 3, 10), "residual_risk": "Deeper bombs", **values}
    return hazard, endings.hand_over(hazard, by=shared.director, **given)


def closed_of(shared):
    target = StrategyTarget(owner=shared.dma, place=None, indicator="hazards_closed", period="2026", value=1)
    return measured_of(target, YEAR, date(2026, 12, 1))


def test_a_handover_on_shared_ground_closes_with_the_consent_and_not_before(shared, client):
    before = closed_of(shared)
    hazard, _made = handed(shared)
    assert hazard.state == "checked"
    stored = Hazard.objects.get(pk=hazard.pk)
    assert (stored.state, stored.group) == ("checked", "worked_on")
    assert consent.awaited(hazard) == ("IKMAA",)
    assert closed_of(shared) == before
    # The history never says what never was.
    assert "closed" not in set(hazard.events.values_list("state", flat=True))
    says(hazard)
    assert hazard.state == "closed"
    assert consent.awaited(hazard) == ()
    assert closed_of(shared) == before + 1
    assert not consent.not_agreed(hazard.steps.all()).exists()


def test_a_state_known_while_the_consent_was_awaited_says_so_later_too(shared):
    before = timezone.now()
    hazard, _made = handed(shared)
    awaited, today = timezone.now(), date(2026, 12, 1)

    def state(on=today, known=None):
        return states_at({hazard.pk: hazard.state}, Asked(on, known))[hazard.pk]

    assert state(known=awaited) == "checked"
    says(hazard)
    assert state() == state(known=timezone.now()) == "closed"
    assert state(known=awaited) == "checked"
    assert state(on=date(2026, 1, 1), known=awaited) == state(known=before)


def test_who_asks_waits_for_the_others_before_a_number_of_the_log_is_taken(shared):
    """Who decides a case does it in this order; the other way round each would wait for the other."""
    with CaptureQueriesContext(connection) as found:
        handed(shared)
    said = [one["sql"] for one in found]
    asked = next(at for at, sql in enumerate(said) if "pg_advisory_xact_lock" in sql)
    written = next(at for at, sql in enumerate(said) if "SET CONSTRAINTS rafid_exchange_entry IMMEDIATE" in sql)
    assert asked < written


def test_pages_paper_and_lists_say_what_is_awaited(shared, client):
    hazard, _completion = checked(shared)
    client.force_login(shared.director)
    page = client.get(f"/mineaction/hazards/{hazard.ref}/hand-over/?lang=en")
    version = page.context["form"].initial.get("version") or page.context["form"]["version"].value()
    sent = {"version": version, "on": "2026-03-10", "residual_risk": "Deeper bombs", "men": "", "women": ""}
    said = text(client.post(f"/mineaction/hazards/{hazard.ref}/hand-over/?lang=en", sent, follow=True))
    made = hazard.handovers.get()
    assert f"The handover {made.ref} is entered." in said
    assert "the hazard is closed." not in said
    assert "when Northern authority has agreed" in said
    shown = text(read(client, shared.director, f"/mineaction/hazards/{hazard.ref}/?lang=en"))
    assert "Waits for the other authority" in shown
    assert f"/mineaction/hazards/{hazard.ref}/hand-over/" not in shown
    assert "when Northern authority has agreed" in text(
        read(client, shared.director, f"/mineaction/handovers/{made.ref}/?lang=en")
    )
    listed = text(read(client, shared.director, f"/mineaction/handovers/?lang=en&q={made.ref}"))
    assert "State of the hazard" in listed
    content = endings.content_of(made)[1]
    assert [one["en"] for one in content["awaited"]] == ["Northern authority"]
    (known,) = endings.known(endings.content_of(made)[0])
    assert "Northern authority" in known.detail
    for language in ("ar", "ckb", "en"):
        assert endings.printed(made, language).startswith(b"%PDF")
    says(hazard)
    (known,) = endings.known(endings.content_of(made)[0])
    assert "Northern authority" not in known.detail


def test_it_is_not_asked_twice_nor_offered_again(shared, rf):
    hazard, _made = handed(shared)
    with pytest.raises(Refused, match="waits for the consent of Northern authority"):
        endings.hand_over(hazard, by=shared.director, version=None, on=date(2026, 3, 11), residual_risk="Again")
    assert hazard.handovers.count() == 1
    other, _completion = checked(shared, east=40)
    request = rf.get("/")
    request.user = shared.director
    lines = [line.text for panel in waiting.panels(request) for line in panel.lines]
    assert other.ref in lines
    assert hazard.ref not in lines


def test_what_is_declined_stays_open_and_says_so(shared, client):
    hazard, made = handed(shared)
    says(hazard, action="decline")
    assert hazard.state == "checked"
    assert closed_of(shared) == 0
    assert consent.not_agreed(hazard.steps.all()).count() == 1
    assert "Not agreed: it did not come" in text(
        read(client, shared.director, f"/mineaction/hazards/{hazard.ref}/?lang=en")
    )
    # Its paper sends its reader to the address that says whether the consent was given.
    (known,) = endings.known(endings.content_of(made)[0])
    assert "by this handover the hazard is not closed" in known.detail
    assert "by this handover the hazard is not closed" in text(
        read(client, shared.director, f"/mineaction/handovers/{made.ref}/?lang=en")
    )
    again = endings.hand_over(hazard, by=shared.director, version=None, on=date(2026, 3, 12), residual_risk="Again")
    assert consent.awaited(hazard) == ("IKMAA",)
    says(hazard, asking=asked(hazard), number=2)
    assert hazard.state == "closed"
    details = [next(endings.known(endings.content_of(one)[0])).detail for one in (made, again)]
    assert ["is not closed" in one for one in details] == [True, False]


def test_ground_that_is_sent_back_is_asked_about_no_more(shared, client):
    hazard, made = handed(shared)
    about = asked(hazard)
    states.rework(hazard, by=shared.director, reason="A mine was found", on=date(2026, 3, 11))
    assert hazard.state == "rework"
    assert consent.awaited(hazard) == ()
    assert not Case.objects.filter(ended_at=None, records=[str(hazard.pk)]).exists()
    shown = text(read(client, shared.director, f"/mineaction/handovers/{made.ref}/?lang=en"))
    assert "counts as closed when" not in shown
    says(hazard, asking=about)  # the consent was on its way
    assert hazard.state == "rework"
    assert not Case.objects.filter(ended_at=None, records=[str(hazard.pk)]).exists()
    assert consent.not_agreed(hazard.steps.all()).count() == 1


def test_ground_that_is_cancelled_is_released_with_the_consent(shared):
    hazard = shared.make_hazard("suspected")
    criteria = shared.make_criteria(type="cancelled", code="TT-C")
    step = states.cancel(
        hazard, criteria, by=shared.director, second_by=shared.operations, reason="No trace", on=date(2026, 3, 1)
    )
    assert (hazard.state, step.new) == ("suspected", "cancelled")
    assert not Release.objects.filter(hazard=hazard).exists()
    refresh([hazard.pk])
    assert LedgerRow.objects.get(hazard=hazard).remaining_m2 > 1000
    consent.release_agreed()
    assert not Release.objects.filter(hazard=hazard).exists()
    says(hazard)
    assert hazard.state == "cancelled"
    consent.release_agreed()
    consent.release_agreed()
    assert [(one.type, one.on, one.made_by) for one in Release.objects.filter(hazard=hazard)] == [
        ("cancelled", date(2026, 3, 1), shared.director)
    ]
    refresh([hazard.pk])
    assert LedgerRow.objects.get(hazard=hazard).remaining_m2 < 1


def test_outside_shared_areas_and_without_a_node_nothing_is_asked(ground):
    hazard, _completion = checked(ground)
    endings.hand_over(hazard, by=ground.director, version=None, on=date(2026, 3, 10), residual_risk="None known")
    assert hazard.state == "closed"
    assert HazardStep.objects.get(hazard=hazard, new="closed") in consent.closings(hazard.steps.all())
