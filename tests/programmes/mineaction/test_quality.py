"""Inspections and samples, non-conformities, completion, handover and their certificates, reopening."""

from __future__ import annotations

import json
from datetime import date

import pytest
from django.contrib.gis.geos import GEOSGeometry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import override

from rafid.commons.records.change import Refused, Stale
from rafid.methods.sampling import draw
from rafid.programmes.mineaction.hazards import states
from rafid.programmes.mineaction.models import (
    Completion,
    Handover,
    Hazard,
    NonConformity,
    QaVisit,
    QcSample,
    SealedPerson,
)
from rafid.programmes.mineaction.quality import checklists, endings, findings, sampling, visits
from rafid.programmes.mineaction.stepping import NotYours, take

from .conftest import refused, square
from .test_operations import _store, post, read, text  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db
KEY = next(one.key for one in checklists.newest() if one.code == "clearance_site")


def worked(ground, **values):
    hazard = ground.make_hazard("confirmed", **values)
    task = ground.make_task(hazard, state="accepted")
    states.start_work(hazard, task, by=ground.operations, on=date(2026, 2, 2))
    return hazard


def completed(ground, **values):
    hazard = worked(ground, **values)
    ground.make_release(hazard)
    made = endings.complete(
        hazard, by=ground.operations, version=None, on=date(2026, 3, 2), depth_m=0.2, text="Lanes of 1 m"
    )
    return hazard, made


def checked(ground, **values):
    hazard, made = completed(ground, **values)
    states.check(hazard, by=ground.quality, on=date(2026, 3, 4))
    return hazard, made


def planned(ground, hazard, **values):
    return visits.plan(
        owner=ground.dma,
        by=ground.quality,
        on=date(2026, 3, 3),
        hazard=hazard,
        **{"type": "field", "checklist": KEY, **values},
    )


def answers(**others):
    return {item.code: "yes" for item in checklists.of(KEY).items} | others


def step(row, code, by, **given):
    return take(row, findings.STEPS[code], by=by, given=given)


def test_checklists_of_the_pack():
    found = checklists.of(KEY)
    assert found is not None
    assert {item.severity for item in found.items} <= {"critical", "major", "minor"}
    with override("ar"):
        assert found.items[0].text != ""
    assert checklists.of("nothing:1") is None


def test_completion_keeps_what_the_ledger_says(ground):
    hazard = worked(ground)
    ground.make_release(hazard, ground=square(0, 0, 2, 2))
    with pytest.raises(Refused, match="hazardous ground left"):
        endings.complete(hazard, by=ground.operations, version=None, on=date(2026, 3, 2), depth_m=0.2)
    assert not Completion.objects.filter(hazard=hazard).exists()
    with pytest.raises(Stale):
        endings.complete(hazard, by=ground.operations, version=hazard.version + 1, depth_m=0.2)
    made = endings.complete(
        hazard, by=ground.operations, version=hazard.version, on=date(2026, 3, 2), depth_m=0.2, reason="Under a house"
    )
    assert made.remaining_m2 == pytest.approx(90 * 222, rel=0.05)
    assert hazard.state == "completed"
    assert (made.organisation, made.task.hazards.get()) == (ground.operator, hazard)
    with pytest.raises(Refused, match="not possible"):
        endings.complete(hazard, by=ground.operations, version=None, depth_m=0.2, reason="Again")
    bare = worked(ground, east=20)
    ground.make_release(bare, type="reduced")
    Hazard.objects.filter(pk=bare.pk).update(ground=bare.ground)
    assert endings.complete(bare, by=ground.operations, version=None, on=date(2026, 3, 2)).remaining_m2 < 1


def test_handover_closes_and_names_stay_sealed(ground, client):
    hazard, completion = completed(ground)
    with pytest.raises(Refused, match="when its check has passed"):
        endings.hand_over(hazard, by=ground.director, version=None)
    states.check(hazard, by=ground.quality, on=date(2026, 3, 4))
    with pytest.raises(Refused, match="before the completion"):
        endings.hand_over(hazard, by=ground.director, version=None, on=date(2026, 2, 1))
    made = endings.hand_over(
        hazard, by=ground.director, version=None, on=date(2026, 3, 10), residual_risk="Deeper than 0.2 m", men=4, women=3,
        signatories={"community": "Zqxsigner Ali", "operator": " "},
    )  # fmt: skip
    assert hazard.state == "closed"
    assert (made.completion, made.depth_m) == (completion, 0.2)
    person = SealedPerson.objects.get(handover=made)
    assert person.sealed.startswith("fernet:")
    for user in (ground.director, ground.operations, ground.desk):
        for path in (
            f"/mineaction/handovers/{made.ref}/",
            "/mineaction/handovers/",
            f"/records/mineaction/handover/{made.ref}/",
        ):
            assert "Zqxsigner" not in text(read(client, user, path))
    content = endings.content_of(made)[1]
    assert "Zqxsigner" not in json.dumps(content)
    read(client, ground.rival_desk, f"/mineaction/handovers/{made.ref}/", 404)
    read(client, ground.partner, f"/mineaction/handovers/{made.ref}/", 404)


def test_certificates_and_reopening(ground, client):
    hazard, completion = checked(ground)
    made = endings.hand_over(hazard, by=ground.director, version=None, on=date(2026, 3, 10), residual_risk="Deep bombs")
    for row, path in ((completion, "completions"), (made, "handovers")):
        sha256, content = endings.content_of(row)
        assert content["hazards"][0]["points"][0]["label"] == "TP1"
        for language in ("ar", "ckb", "en"):
            page = read(client, ground.desk, f"/mineaction/{path}/{row.ref}/certificate.pdf", **{"in": language})
            assert page.content.startswith(b"%PDF")
            with override(language):
                assert endings.printed(row, language) == page.content
        found = read(client, None, f"/verify/{sha256}", format="json").json()
        assert (found["genuine"], found["status"]) == (True, "current")
        with override("en"):
            assert "safe" not in endings.said(sha256, content)["safety"].casefold()
    old = ground.make_handover(hazard)
    assert "came from elsewhere" in text(read(client, ground.director, f"/mineaction/handovers/{old.ref}/"))
    read(client, ground.director, f"/mineaction/handovers/{old.ref}/certificate.pdf", 404)
    page = text(read(client, ground.im_officer, f"/mineaction/handovers/{made.ref}/"))
    assert "Reopen the hazard" in page
    post(
        client, ground.im_officer, f"/mineaction/hazards/{hazard.ref}/step/reopened/", version=hazard.version,
        on="2026-05-01", reason="A mine was found",
    )  # fmt: skip
    hazard.refresh_from_db()
    assert hazard.state == "reopened"
    sha256 = endings.content_of(made)[0]
    assert read(client, None, f"/verify/{sha256}", format="json").json()["status"] == "superseded"
    assert "opened again since" in text(read(client, ground.director, f"/mineaction/handovers/{made.ref}/"))


def test_ground_that_is_left_stands_on_page_and_paper(ground, client):
    hazard = worked(ground)
    ground.make_release(hazard, ground=square(0, 0, 2, 2))
    endings.complete(
        hazard, by=ground.operations, version=None, on=date(2026, 3, 2), depth_m=0.2, reason="Under a house"
    )
    states.check(hazard, by=ground.quality, on=date(2026, 3, 4))
    made = endings.hand_over(hazard, by=ground.director, version=None, on=date(2026, 3, 10), residual_risk="The house")
    sha256, content = endings.content_of(made)
    assert content["remaining_m2"] == pytest.approx(90 * 222, rel=0.05)
    left = GEOSGeometry(json.dumps(content["hazards"][0]["left"]))
    assert left.extent == pytest.approx(square(2, 0, 1, 2).extent, abs=1e-5)
    said = endings.said(sha256, content)
    assert said["left"] == content["remaining_m2"]
    assert "url(#h-cha)" in said["map"], "hatched although the hazard is closed"
    assert "remain hazardous" in text(read(client, ground.director, f"/mineaction/handovers/{made.ref}/"))
    whole, _made = checked(ground, east=20)
    over = endings.hand_over(whole, by=ground.director, version=None, on=date(2026, 3, 10), residual_risk="None known")
    found = endings.content_of(over)[1]
    assert (found["hazards"][0]["left"], endings.left_of(found)) == (None, None)
    assert "remain hazardous" not in text(read(client, ground.director, f"/mineaction/handovers/{over.ref}/"))


def test_papers_of_an_authority_of_the_demonstration_say_so(ground):
    _hazard, made = completed(ground)
    assert endings.content_of(made)[1]["demonstration"] is False
    ground.make_hazard(east=40, source="demonstration")
    _other, made = completed(ground, east=20)
    assert endings.content_of(made)[1]["demonstration"] is True


def test_a_sample_is_fixed_before_anybody_looks(ground):
    hazard, _made = completed(ground)
    visit = planned(ground, hazard, type="sampling")
    sample = sampling.plan(visit, by=ground.quality, side=25.0)
    plan = sample.plan
    whole = {one.id for one in sampling.cells(sampling.ground_of(visit), 25.0)}
    assert plan["lot"] == len(whole)
    assert list(draw(whole, plan["size"], seed=sample.seed)) == plan["cells"]
    assert sample.ground.area > 0
    with refused("sample_stays"):
        QcSample.objects.filter(pk=sample.pk).update(seed="mine")
    with refused("sample_stays"):
        QcSample.objects.filter(pk=sample.pk).update(plan={**plan, "size": 1})
    with pytest.raises(Refused, match="no result yet"):
        visits.conclude(visit, by=ground.quality, version=None, result="pass", answers=answers())
    with pytest.raises(Refused, match="cells"):
        sampling.record(sample, by=ground.quality, found=1, bad=plan["size"] + 1)
    with pytest.raises(Refused, match="at least one cell"):
        sampling.record(sample, by=ground.quality, found=1, bad=0)
    done = sampling.record(sample, by=ground.quality, found=1, bad=1, depth_m=0.2)
    assert (done.result, done.area_m2) == ("fail", plan["size"] * 625)
    with pytest.raises(Refused, match="has its result"):
        sampling.record(sample, by=ground.quality, found=0, bad=0)
    with pytest.raises(Refused, match="A sample failed"):
        visits.conclude(visit, by=ground.quality, version=None, result="pass", answers=answers())
    visits.conclude(visit, by=ground.quality, version=None, result="fail", answers=answers(), on=date(2026, 3, 4))
    hazard.refresh_from_db()
    assert hazard.state == "rework"
    (finding,) = NonConformity.objects.filter(visit=visit)
    assert (finding.severity, (finding.due_on - finding.opened_on).days) == ("critical", 7)
    with pytest.raises(Refused, match="A sample is planned before it"):
        sampling.plan(visit, by=ground.quality)
    tiny = planned(ground, ground.make_hazard("confirmed", east=30, ground=square(30, 0, 0.05, 0.05)), type="sampling")
    with pytest.raises(Refused, match="fewer than two cells"):
        sampling.plan(tiny, by=ground.quality)
    huge = planned(ground, ground.make_hazard("confirmed", east=60, ground=square(60, 0, 80, 80)), type="sampling")
    with pytest.raises(Refused, match="too large"):
        sampling.plan(huge, by=ground.quality, side=1.0)


def test_an_inspection_and_what_follows(ground):
    hazard, _made = completed(ground)
    with pytest.raises(Refused, match="not known"):
        planned(ground, hazard, checklist="nothing:1")
    visit = planned(ground, hazard)
    assert visit.organisation == ground.operator
    reported_by_others = worked(ground, east=20, organisation=ground.rival)
    assert planned(ground, reported_by_others).organisation == ground.operator, "whose task it is"
    with pytest.raises(Refused, match="Not answered yet"):
        visits.conclude(visit, by=ground.quality, version=None, result="pass", answers={})
    with pytest.raises(Refused, match="critical item"):
        visits.conclude(visit, by=ground.quality, version=None, result="pass", answers=answers(ppe="no"))
    with pytest.raises(Refused, match="yes, no"):
        visits.conclude(visit, by=ground.quality, version=None, result="pass", answers=answers(ppe="perhaps"))
    with pytest.raises(Refused, match="result"):
        visits.conclude(visit, by=ground.quality, version=None, result="", answers=answers())
    visits.conclude(
        visit,
        by=ground.quality,
        version=visit.version,
        result="pass",
        answers=answers(marking="no"),
        on=date(2026, 3, 4),
        checked=True,
    )
    hazard.refresh_from_db()
    assert hazard.state == "checked"
    (finding,) = NonConformity.objects.filter(visit=visit)
    assert (finding.item_code, finding.severity) == ("marking", "major")
    with pytest.raises(Refused, match="made already"):
        visits.conclude(visit, by=ground.quality, version=None, result="fail", answers=answers())
    empty = planned(ground, hazard, type="sampling")
    with pytest.raises(Refused, match="needs a sample"):
        visits.conclude(empty, by=ground.quality, version=None, result="pass", answers=answers())


def test_a_non_conformity_is_closed_by_other_eyes_with_evidence(ground, settings):
    hazard, _made = completed(ground)
    finding = findings.open_finding(
        owner=ground.dma, organisation=ground.operator, place=ground.place, hazard=hazard, by=ground.quality, severity="critical",
        text="No medic", opened_on=date(2026, 3, 4),
    )  # fmt: skip
    hazard.refresh_from_db()
    assert hazard.state == "rework"
    with pytest.raises(NotYours):
        step(finding, "answer", ground.rival_desk, answer="x", action="y")
    with pytest.raises(Refused, match="empty"):
        step(finding, "answer", ground.desk, answer="A medic is there", action=" ")
    step(finding, "answer", ground.desk, answer="A medic is there", action="A second one is hired")
    with pytest.raises(Refused, match="evidence"):
        step(finding, "close", ground.quality)
    with pytest.raises(Refused, match="is empty"):
        findings.add_evidence(finding, [SimpleUploadedFile("a.jpg", b"")], by=ground.desk)
    findings.add_evidence(finding, [SimpleUploadedFile("medic.jpg", b"a picture")], by=ground.desk, text="The medic")
    with pytest.raises(Refused, match="here already"):
        findings.add_evidence(finding, [SimpleUploadedFile("again.jpg", b"a picture")], by=ground.desk)
    with pytest.raises(NotYours):
        step(finding, "close", ground.desk)
    step(finding, "send-back", ground.quality, reason="Which medic?")
    step(finding, "answer", ground.desk, answer="Two of them", action="Hired")
    step(finding, "review", ground.quality)
    step(finding, "close", ground.quality)
    assert (finding.state, finding.closed_by) == ("closed", ground.quality)
    with pytest.raises(Refused, match="takes no more evidence"):
        findings.add_evidence(finding, [SimpleUploadedFile("b.jpg", b"another")], by=ground.desk)
    step(finding, "reopen", ground.director, reason="The medic left")
    assert (finding.state, finding.reopened) == ("open", 1)
    step(finding, "dispute", ground.operator_manager, reason="He is on leave")
    step(finding, "withdraw", ground.quality, reason="He is")
    assert finding.state == "withdrawn"


def test_pages_of_quality(ground, client):
    hazard, completion = completed(ground)
    post(client, ground.desk, "/mineaction/inspections/new/", 403)
    given = {"type": "sampling", "on": "2026-03-03", "checklist": KEY}
    assert "Say what is inspected" in text(post(client, ground.quality, "/mineaction/inspections/new/", 422, **given))
    post(client, ground.quality, "/mineaction/inspections/new/", hazards=hazard.ref, **given)
    visit = QaVisit.objects.get(hazard=hazard)
    at = f"/mineaction/inspections/{visit.ref}/"
    post(client, ground.desk, f"{at}sample/", 403)
    post(client, ground.quality, f"{at}sample/", 422, side="3", aql="0.65", level="II", severity="normal")
    post(client, ground.quality, f"{at}sample/", side="10", aql="0.65", level="II", severity="normal")
    sample = visit.samples.get()
    assert sample.seed in text(read(client, ground.quality, at))
    outcome = {"bad": 0, "found": 0, "inspected_on": "2026-03-04"}
    post(client, ground.quality, f"{at}sample/{completion.pk}/", 404, **outcome)
    post(client, ground.quality, f"{at}sample/{sample.pk}/", **outcome)
    items = {f"item-{code}": value for code, value in answers(distances="na").items()}
    wrong = post(client, ground.quality, f"{at}result/", 422, version=visit.version, on="2026-03-04", result="pass")
    assert "required" in text(wrong)
    post(
        client, ground.quality, f"{at}result/", 409, version=visit.version + 4, on="2026-03-04", result="pass", **items
    )
    post(
        client,
        ground.quality,
        f"{at}result/",
        version=visit.version,
        on="2026-03-04",
        result="pass",
        checked="on",
        **items,
    )
    hazard.refresh_from_db()
    assert hazard.state == "checked"
    post(client, ground.quality, f"{at}finding/", severity="minor", text="Papers", opened_on="2026-03-04")
    finding = NonConformity.objects.get(visit=visit)
    page = f"/mineaction/nonconformities/{finding.ref}/"
    assert "Answer" in text(read(client, ground.desk, page))
    read(client, ground.rival_desk, page, 404)
    post(client, ground.desk, f"{page}evidence/", 422)
    post(client, ground.desk, f"{page}evidence/", files=SimpleUploadedFile("paper.pdf", b"%PDF-1"), text="The papers")
    sha256 = finding.evidence.get().sha256
    assert b"".join(read(client, ground.quality, f"{page}file/{sha256}").streaming_content) == b"%PDF-1"
    read(client, ground.quality, f"{page}file/{'0' * 64}", 404)
    for code in ("quality", "inspections", "nonconformities", "completions", "handovers"):
        read(client, ground.quality, f"/mineaction/{code}/")
        read(client, ground.partner, f"/mineaction/{code}/", 404)
        if code != "quality":
            b"".join(read(client, ground.desk, f"/mineaction/{code}.csv").streaming_content)
    assert finding.ref in text(read(client, ground.quality, "/mineaction/quality/"))
    # Handed over from the page; what the person typed is compared with the ledger on the way.
    form = f"/mineaction/hazards/{hazard.ref}/hand-over/"
    read(client, ground.desk, form, 403)
    post(client, ground.director, form, 422, version=hazard.version, on="2026-03-10")
    post(client, ground.director, form, 409, version=hazard.version - 1, on="2026-03-10", residual_risk="Deep")
    post(client, ground.director, form, version=hazard.version, on="2026-03-10", residual_risk="Deep", men=2, women=2)
    assert Handover.objects.get(hazard=hazard).residual_risk == "Deep"
    other = worked(ground, east=30)
    ground.make_release(other)
    form = f"/mineaction/hazards/{other.ref}/complete/"
    read(client, ground.desk, form, 403)
    assert "remain" in text(read(client, ground.operations, form))
    answer = post(
        client, ground.operations, form, version=other.version, on="2026-03-02", depth_m="0.2", stated_m2="5000"
    )
    told = text(client.get(answer["Location"], headers={"accept-language": "en"}))
    assert "5,000" in told
