"""Official figures are imported with where they come from, and what does not add up is found afterwards."""

from __future__ import annotations

import io
import re
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command

from rafid.commons.indicators.models import IndicatorValue
from rafid.commons.people.models import Account
from rafid.commons.records.checks import check_all
from rafid.commons.records.imports import Refused
from rafid.commons.records.imports.mapping import suggest
from rafid.commons.records.imports.receive import open_run
from rafid.commons.records.imports.sources import SourceError, source_date
from rafid.commons.records.imports.targets import target_of
from rafid.commons.records.models import Finding, ImportRun, RunState

pytestmark = pytest.mark.django_db

TABLE = "Governorate,Period,Total,Female,Male\nميسان,2024,{},600000,602175\n"
TODAY = date(2026, 9, 30)


@pytest.fixture
def officer(client, tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "media"
    client.account = Account.objects.get(login="statistics.officer")
    client.force_login(client.account)
    return client


def send(client, text, target="population", **fields):
    return client.post(
        f"/imports/new/?target=statistics.{target}&lang=en",
        {
            "file": SimpleUploadedFile("gov.csv", text.encode()),
            "owner": str(client.account.organisation_id),
            **fields,
        },
    )


def read(client, run, **columns):
    page = client.get(f"/imports/{run.pk}/columns/?lang=en").content.decode()
    form = {"action": "read", "seen": re.search(r'name="seen" value="(\w+)"', page)[1]}
    for name, options in re.findall(r'<select id="map-[^"]+" name="(map-[^"]+)"(.*?)</select>', page, re.DOTALL):
        at = re.search(r'value="(\d*)" selected', options)
        form[name] = at[1] if at else ""
    answer = client.post(f"/imports/{run.pk}/columns/?lang=en", {**form, **columns})
    run.refresh_from_db()
    return answer


def record(client, run):
    page = client.get(f"/imports/{run.pk}/?lang=en").content.decode()
    seen = re.search(r'name="seen" value="(\w+)"', page)[1]
    answer = client.post(f"/imports/{run.pk}/apply/?lang=en", {"seen": seen}, follow=True)
    run.refresh_from_db()
    assert run.state == RunState.APPLIED
    return words(answer)


def words(answer) -> str:
    return " ".join(answer.content.decode().split())


def maysan(by="") -> IndicatorValue:
    return IndicatorValue.objects.get(indicator__code="population", place__ref="IQG14", period="2024", by=by)


def test_figures_without_a_source_are_not_taken(officer):
    for nothing in ({}, {"source": ""}, {"source": "   "}):
        answer = send(officer, TABLE.format(7), **nothing)
        assert answer.status_code == 422
        assert "Write where these figures come from" in words(answer)
    assert not ImportRun.objects.filter(file_name="gov.csv").exists()
    assert 'for="id_source"' in words(answer)
    assert send(officer, TABLE.format(7), source="Survey").status_code == 302


def test_a_table_of_values_may_say_its_source_by_row(officer):
    text = "indicator,place,period,value{}\npopulation,IQG14,2031,5{}\npopulation,IQG17,2031,6{}\n"
    send(officer, text.format("", "", ""), "values")
    run = ImportRun.objects.latest("made_at")
    answer = read(officer, run)
    assert answer.status_code == 422
    assert "Say where these figures come from" in words(answer)
    assert 'href="#map-source"' in words(answer)
    assert read(officer, run, **{"fixed-source": "Survey"}).status_code == 302
    assert (run.state, run.good) == (RunState.STAGED, 2)

    send(officer, text.format(",source", ",Census", ","), "values")
    run = ImportRun.objects.latest("made_at")
    read(officer, run)
    assert (run.good, run.bad) == (1, 1)
    assert "The cell is empty, but a value is needed" in words(officer.get(f"/imports/{run.pk}/?lang=en"))

    send(officer, text.format(",source", ",Census", ","), "values", source="Survey")
    run = ImportRun.objects.latest("made_at")
    read(officer, run)
    record(officer, run)
    found = IndicatorValue.objects.filter(period="2031").order_by("place__ref").values_list("source_text", flat=True)
    assert list(found) == ["Census", "Survey"]


def test_the_preview_says_which_source_is_replaced_and_the_page_names_the_new_one(officer):
    before = maysan()
    assert before.source_text
    send(officer, TABLE.format(1202175), source="Estimate of the ministry", as_of="2025-01-31")
    run = ImportRun.objects.latest("made_at")
    read(officer, run)
    page = words(officer.get(f"/imports/{run.pk}/?lang=en"))
    assert "would replace figures that come from another source" in page
    assert f"<bdi>{before.source_text}</bdi>" in page
    assert "<bdi>Estimate of the ministry</bdi> (<bdi>2025-01-31</bdi>)" in page
    record(officer, run)
    assert (maysan().source_text, maysan().as_of) == ("Estimate of the ministry", "2025-01-31")
    shown = words(officer.get("/statistics/population/?lang=en&period=2024&place=IQG14"))
    assert "Estimate of the ministry" in shown[shown.index('id="sources"') :]


def test_the_preview_tells_when_a_public_indicator_would_show_a_small_count(officer):
    """Nobody is kept from recording it: villages with three wells are no people. But the importer has been told."""
    table = "place,period,indicator,value\nIQG14,2031,population,{}\n"
    for value, told in (("4", True), ("5", False), ("0", False)):
        send(officer, table.format(value), "values", source="Survey")
        run = ImportRun.objects.latest("made_at")
        read(officer, run)
        assert (run.state, run.good) == (RunState.STAGED, 1)
        page = words(officer.get(f"/imports/{run.pk}/?lang=en&show=warnings"))
        assert ("the release desk withholds small counts" in page) == told


def test_a_figure_without_a_source_is_said_to_have_none(client):
    IndicatorValue.objects.filter(pk=maysan().pk).update(source_text="", as_of="")
    page = words(client.get("/statistics/population/?lang=en&period=2024&place=IQG14"))
    assert "source not stated" in page[page.index('id="sources"') :]
    assert "source not stated" not in words(client.get("/statistics/population/?lang=en&period=2024&place=IQG17"))


def test_an_import_that_lost_its_source_blanks_none(officer):
    from rafid.commons.records.imports import apply

    send(officer, TABLE.format(7), source="Survey")
    run = ImportRun.objects.latest("made_at")
    read(officer, run)
    ImportRun.objects.filter(pk=run.pk).update(options={})
    before = maysan().source_text
    with pytest.raises(Refused) as refused:
        apply(run)
    assert (refused.value.code, refused.value.number) == ("source_needed", 2)
    assert maysan().source_text == before


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("", ""),
        ("2024", "2024"),
        ("٢٠٢٤", "2024"),
        ("2024-11", "2024-11"),
        ("2024-11-20", "2024-11-20"),
        ("20/11/2024", "2024-11-20"),
        ("٢٠/١١/٢٠٢٤", "2024-11-20"),
        ("03/04/2024", "2024-04-03"),
        ("20.11.2024", "2024-11-20"),
        ("2026-09-30", "2026-09-30"),
        ("2026-09", "2026-09"),
        ("2026", "2026"),
    ],
)
def test_a_date_of_a_source_is_kept_as_iso(written, kept):
    assert source_date(written, TODAY) == kept


@pytest.mark.parametrize(
    "written",
    [
        "31/02/2024", "2024-02-31", "2023-13", "2026-10-01", "2026-10", "2027", "30/09/2027", "soon", "45000",
        "2024Q5", "2024-W60", "1/2/24", "0", "-", "n/a", "20242024",
    ],
)  # fmt: skip
def test_what_is_no_day_that_has_been_is_refused(written):
    with pytest.raises(SourceError):
        source_date(written, TODAY)


def test_the_form_and_the_command_refuse_a_wrong_date(officer, tmp_path, monkeypatch):
    answer = send(officer, TABLE.format(7), source="Survey", as_of="31/02/2024")
    assert answer.status_code == 422
    assert "31/02/2024" in words(answer)
    assert not ImportRun.objects.filter(file_name="gov.csv").exists()
    send(officer, TABLE.format(7), source="Survey", as_of="٢٠/١١/٢٠٢٤")
    assert ImportRun.objects.latest("made_at").options["as_of"] == "2024-11-20"

    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    path = tmp_path / "gov.csv"
    path.write_text(TABLE.format(7))
    options = {"owner": officer.account.organisation.ref, "yes": True, "stdout": io.StringIO()}
    with pytest.raises(CommandError, match="--source"):
        call_command("import_table", "statistics.population", str(path), **options)
    with pytest.raises(CommandError, match=r"--as-of: .*31/02/2024"):
        call_command("import_table", "statistics.population", str(path), source="Survey", as_of="31/02/2024", **options)
    assert maysan().value != 7


def test_a_missing_period_is_pointed_at_and_what_was_written_is_offered_next_time(officer):
    text = "Governorate,Total\nميسان,7\n"
    send(officer, text, source="Survey")
    run = ImportRun.objects.latest("made_at")
    first = words(officer.get(f"/imports/{run.pk}/columns/?lang=en"))
    assert "placeholder=" not in first[first.index('id="fixed-period"') :][:200]
    answer = read(officer, run)
    page = words(answer)
    assert answer.status_code == 422
    assert '<a href="#map-period">Period</a>' in page
    assert re.search(r'<select id="map-period"[^>]*aria-invalid="true"', page)
    assert page.count('aria-invalid="true"') == 2  # the choice of the column and the one value
    answer = read(officer, run, **{"fixed-period": "soon"})
    assert 'value="soon"' in words(answer)
    assert '<a href="#map-period">Period</a>' in words(answer)
    read(officer, run, **{"fixed-period": "2031"})
    assert (run.state, run.good) == (RunState.STAGED, 1)

    send(officer, text.replace("7", "8"), source="Survey")
    again = ImportRun.objects.latest("made_at")
    page = words(officer.get(f"/imports/{again.pk}/columns/?lang=en"))
    assert re.search(r'id="fixed-period"[^>]*value="2031"', page)
    assert "as last time: check it" in page


def test_what_does_not_add_up_is_told_before_and_found_after(officer):
    send(officer, TABLE.format(7) + "ذي قار,2031,100,40,60\n", source="Survey")
    run = ImportRun.objects.latest("made_at")
    read(officer, run)
    page = words(officer.get(f"/imports/{run.pk}/?lang=en"))
    assert re.search(r'To check</span><span class="stat-value">1</span>', page)
    assert "To check (1)" in page
    only = words(officer.get(f"/imports/{run.pk}/?lang=en&show=warnings"))
    assert "do not add up to the total" in only
    assert "2031" not in only[only.index("<tbody>") : only.index("</tbody>")]
    done = record(officer, run)
    assert "1 of these rows was recorded although something about it does not fit" in done
    finding = Finding.objects.get(kind="rafid_indicators.indicatorvalue", record_id=maysan().pk, check_code="sexes")
    assert finding.state == "open"
    assert 'href="/findings/"' in done
    listed = words(officer.get("/findings/?lang=en"))
    assert "The population 7 is not the sum of female and male." in listed
    assert "Population · Maysan · 2024" in listed
    one = words(officer.get(f"/findings/{finding.pk}/?lang=en"))
    assert "/indicators/population/?period=2024&amp;place=IQG14" in one
    assert officer.get("/indicators/population/?period=2024&place=IQG14&lang=en").status_code == 200

    answer = officer.post(f"/imports/{run.pk}/undo/?lang=en", {"why": "the wrong table"})
    assert answer.status_code == 302
    finding.refresh_from_db()
    assert finding.state == "resolved"
    # What is still open is so whatever was imported: the census's own tables do not all add up.
    still = set(Finding.objects.filter(kind=finding.kind, state="open").values_list("record_id", "check_code"))
    assert maysan().pk not in {pk for pk, _code in still}
    Finding.objects.filter(kind=finding.kind).delete()
    check_all()
    assert still == set(Finding.objects.filter(kind=finding.kind).values_list("record_id", "check_code"))


def test_findings_about_figures_are_for_those_who_see_the_figures(officer, client):
    send(officer, TABLE.format(7), source="Survey")
    run = ImportRun.objects.latest("made_at")
    read(officer, run)
    record(officer, run)
    finding = Finding.objects.get(record_id=maysan().pk, check_code="sexes")
    stranger = Account.objects.create_user("stranger", password=None)
    client.force_login(stranger)
    assert client.get(f"/findings/{finding.pk}/").status_code == 200  # the figure is public
    assert client.post(f"/findings/{finding.pk}/", {"action": "confirmed"}).status_code == 403
    IndicatorValue.objects.filter(pk=maysan().pk).update(sensitivity=2)
    assert client.get(f"/findings/{finding.pk}/").status_code == 404
    client.force_login(Account.objects.get(login="statistics.officer"))
    assert client.post(f"/findings/{finding.pk}/?lang=en", {"action": "recheck"}).status_code == 302
    IndicatorValue.objects.filter(pk=maysan().pk).update(value=1202175)
    client.post(f"/findings/{finding.pk}/", {"action": "recheck"})
    finding.refresh_from_db()
    assert finding.state == "resolved"


def test_what_is_in_the_way_of_undoing_is_named_and_told_first(officer):
    runs = []
    for total in (7, 8):
        send(officer, TABLE.format(total), source="Survey")
        runs.append(ImportRun.objects.latest("made_at"))
        read(officer, runs[-1])
        record(officer, runs[-1])
    page = words(officer.get(f"/imports/{runs[0].pk}/undo/?lang=en"))
    assert "Population · Maysan · 2024" in page
    assert str(maysan().pk) not in page
    assert 'name="why"' not in page
    assert "Import of gov.csv" in page
    arabic = words(officer.get(f"/imports/{runs[0].pk}/undo/?lang=ar"))
    assert "import gov.csv" not in arabic
    assert "ميسان" in arabic
    answer = officer.post(f"/imports/{runs[0].pk}/undo/?lang=en", {"why": "wrong"})
    assert answer.status_code == 409
    assert "Population · Maysan · 2024" in words(answer)
    assert 'name="why"' in words(officer.get(f"/imports/{runs[1].pk}/undo/?lang=en"))


def test_a_file_with_both_kinds_of_district_keeps_the_one_that_its_code_names(officer):
    text = "cosit_code,name_en,adm1_pcode,total,cod_adm2_pcode\n1101,Duhok,IQG09,497029,IQG09Q02\n"
    send(officer, text, source="Census")
    run = ImportRun.objects.latest("made_at")
    found = {one.column.code: one.position for one in suggest(open_run(run), target_of(run.target))}
    assert (found["governorate"], found["district"], found["place"]) == (2, 0, None)
    assert "The file names its places twice" not in words(officer.get(f"/imports/{run.pk}/columns/?lang=en"))
    read(officer, run, **{"fixed-period": "2031"})
    assert (run.good, run.bad) == (1, 0)
    assert run.matches[-1]["ref"] == "COSIT-1101"

    send(officer, "district,adm1_pcode,total,adm2_pcode\nDuhok,IQG09,497029,IQG09Q02\n", source="Census")
    run = ImportRun.objects.latest("made_at")
    page = words(officer.get(f"/imports/{run.pk}/columns/?lang=en"))
    assert "The file names its places twice, under “District (of the statistical office)”" in page


def test_a_place_is_searched_and_chosen_among_those_that_its_column_takes(officer):
    send(officer, "governorate,total,period\nOz,5,2031\n", source="Survey")
    run = ImportRun.objects.latest("made_at")
    read(officer, run)
    page = words(officer.get(f"/imports/{run.pk}/places/?lang=en"))
    found = re.search(r'data-levels="([^"]*)" data-divisions="([^"]*)"', page)
    assert found[1] == "0,1"
    asked = {"q": "Duhok", "levels": found[1], "divisions": found[2]}
    assert [one["ref"] for one in officer.get("/api/v1/places/suggest", asked).json()["items"]] == ["IQG09"]
    assert len(officer.get("/api/v1/places/suggest", {"q": "Duhok"}).json()["items"]) > 1
    seen = re.search(r'name="seen" value="(\w+)"', page)[1]
    form = {"seen": seen, "question": "0", "column-0": "governorate", "text-0": "Oz", "answer-0": "other"}
    for wrong in ("IQG09Q02", "COSIT-1101"):
        answer = officer.post(f"/imports/{run.pk}/places/?lang=en", {**form, "other-0": wrong})
        assert answer.status_code == 422
        assert "is not a place of the kind" in words(answer)
    assert officer.post(f"/imports/{run.pk}/places/?lang=en", {**form, "other-0": "IQG09"}).status_code == 302
    run.refresh_from_db()
    assert run.good == 1


def test_the_limit_and_the_rest_are_called_plainly(officer, settings):
    settings.RAFID_UPLOAD_LIMIT = 512 * 1024 * 1024
    assert "up to 512 MB" in words(officer.get("/imports/new/?target=statistics.population&lang=en"))
    send(officer, TABLE.format("seven"), source="Survey")
    run = ImportRun.objects.latest("made_at")
    read(officer, run)
    for language in ("en", "ar", "ckb"):
        name = officer.get(f"/imports/{run.pk}/rest.csv?lang={language}")["Content-Disposition"]
        assert name == 'attachment; filename="gov-rest.csv"'
