"""What is kept of a ledger: nothing that was written since, nothing that was taken back, nothing of what somebody does not see."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from rafid.programmes.mineaction.hazards import ledger_inputs, plane
from rafid.programmes.mineaction.hazards.kept import Kept, fingerprint
from rafid.programmes.mineaction.models import Hazard, HazardGround, Release
from rafid.programmes.mineaction.picture import inputs, ledgers
from rafid.programmes.mineaction.picture.asked import Asked

pytestmark = pytest.mark.django_db
ASKED = Asked(date(2026, 9, 30))


@pytest.fixture(autouse=True)
def _empty():
    for kept in (ledger_inputs.GROUNDS, inputs.KEPT, ledgers.KEPT):
        kept.clear()


def left(user, asked=ASKED):
    return ledgers.ledger_at(inputs.inputs_for(user), asked).remaining


@pytest.fixture
def moved(monkeypatch):
    """How many grounds were brought into the plane by now."""
    count = []
    own = plane._moved

    def counted(grounds, *, back):
        count.extend(grounds)
        return own(grounds, back=back)

    monkeypatch.setattr(plane, "_moved", counted)
    return count


def test_asked_again_it_reads_no_ground(ground, moved):
    for at in range(3):
        ground.make_release(ground.make_hazard(east=10 * at), ground=ground.square(10 * at, 0, 1))
    first = left(ground.im_officer)
    assert len(moved) == 6
    with CaptureQueriesContext(connection) as asked:
        again = inputs.inputs_for(ground.im_officer)
        assert ledgers.ledger_at(again, ASKED) is ledgers.ledger_at(again, ASKED)
    assert len(asked) == 3
    assert not any("ST_AsBinary" in one["sql"] for one in asked)
    assert left(ground.im_officer) == first
    assert len(moved) == 6


def test_a_write_is_seen_at_once_and_only_its_ground_is_read(ground, moved):
    hazard = ground.make_hazard()
    before = left(ground.im_officer)
    moved.clear()
    release = ground.make_release(hazard, ground=ground.square(0, 0, 1))
    after = left(ground.im_officer)
    assert after < before * 0.7
    assert len(moved) == 1
    Release.objects.filter(pk=release.pk).update(deleted_at=timezone.now(), deleted_why="Wrong")
    assert left(ground.im_officer) == pytest.approx(before)
    Hazard.objects.filter(pk=hazard.pk).update(ground=ground.square(0, 0, 1))
    assert left(ground.im_officer) < before * 0.4


def test_when_something_was_known_counts_within_one_transaction(ground):
    hazard = ground.make_hazard()
    asked = Asked(date(2026, 9, 30), date(2026, 2, 1))
    HazardGround.objects.filter(hazard=hazard).update(known_at="2026-05-01T00:00Z")
    assert left(ground.im_officer, asked) == 0
    HazardGround.objects.filter(hazard=hazard).update(known_at="2026-01-20T00:00Z")
    assert left(ground.im_officer, asked) > 0


def test_what_was_taken_back_is_not_kept(ground):
    hazard = ground.make_hazard()
    before = left(ground.im_officer)
    with transaction.atomic():
        ground.make_release(hazard)
        assert left(ground.im_officer) == pytest.approx(0, abs=0.1)
        transaction.set_rollback(True)
    assert left(ground.im_officer) == before


def test_everybody_gets_what_he_sees_also_when_it_is_kept(ground):
    ground.make_hazard()
    ground.make_hazard(east=10, organisation=ground.rival)
    ground.make_hazard(east=20, owner=ground.ikmaa, organisation=ground.rival)
    for _turn in range(2):
        everything, own, other = left(ground.im_officer), left(ground.desk), left(ground.ikmaa_officer)
        assert own == pytest.approx(everything / 2, rel=0.01)
        assert other == pytest.approx(everything / 2, rel=0.01)
        assert left(ground.partner) == 0
    assert len({inputs.inputs_for(one).key for one in (ground.im_officer, ground.desk, ground.ikmaa_officer)}) == 3


def test_a_limit_of_weight_lets_go_what_was_used_least():
    kept = Kept(10)
    for name, weight in (("a", 4), ("b", 4)):
        kept.put(name, name, weight)
    assert kept.get("a") == "a"
    kept.put("c", "c", 5)
    assert (kept.get("a"), kept.get("b"), kept.get("c"), len(kept)) == ("a", None, "c", 2)
    kept.put("huge", "huge", 11)
    assert kept.get("huge") is None
    assert kept.made("d", lambda: "made", len) == "made"
    assert kept.made("d", lambda: pytest.fail("made twice"), len) == "made"


def test_no_rows_have_a_fingerprint_of_their_own(ground):
    nothing = fingerprint(Release.objects.none())
    assert nothing == fingerprint(Release.objects.none())
    ground.make_release()
    assert fingerprint(Release.objects.all()) != nothing
