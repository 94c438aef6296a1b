"""The daily sheet as a form: submissions become values once, what is wrong is a finding or a named refusal."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from rafid.commons.forms.accept import accept
from rafid.commons.forms.arrivals import handle_arrivals
from rafid.commons.forms.demo import bring_form, submission_xml
from rafid.commons.forms.entities.views_of_registers import things_of_view
from rafid.commons.forms.events import NOT_TAKEN, tell
from rafid.commons.forms.models import AppUser, EntityList, Finding, Form, Submission
from rafid.commons.forms.sender import new_token, of_account, of_phone
from rafid.commons.programme import programme
from rafid.programmes.rivers.checking import deciding
from rafid.programmes.rivers.models import DailySheet, SeriesFinding
from rafid.programmes.rivers.sheet.by_form import make_list
from rafid.programmes.rivers.sheet.declared import CODE, FORMS, STATIONS
from rafid.programmes.rivers.values.reading import known_values, versions_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("alone")]

DAY = (timezone.localdate() - timedelta(days=3)).isoformat()
AT = datetime.fromisoformat(f"{DAY}T06:00").replace(tzinfo=ZoneInfo("Asia/Baghdad"))


@pytest.fixture
def stage(river, settings, tmp_path):
    """A gauge that is read every day, and the form open with its list of stations."""
    settings.MEDIA_ROOT = tmp_path / "media"
    Form.objects.filter(xform_id=CODE).update(xform_id="gone")  # that of the demonstration
    make_list(river.ministry)
    (declared,) = FORMS
    river.form = bring_form(
        programme("rivers"), declared, river.ministry, river.hydrologist, [(declared.file, timezone.now())]
    )
    return river.make_series(river.make_station(), manned=True, rules={"minimum": 0, "maximum": 12})


def send(river, *readings, name="uuid:one", corrects="", on=DAY, reason="", sender=None):
    answers = {
        "start": "", "end": "", "on": on, "hour": "06:00",
        "reading": [{"station": str(series.station_id), "what": what, "value": value} for series, what, value in readings],
        "reason": reason,
    }  # fmt: skip
    accept(submission_xml(CODE, "1", name, answers, corrects=corrects), sender or of_account(river.reader))
    handle_arrivals()
    assert not Finding.objects.filter(kind__in=("not_examined", "broken")).exists()
    return Submission.objects.get(form=river.form, versions__instance_id=name)


def test_the_form_speaks_three_languages_and_takes_the_stations_along(river, stage):
    xml = bytes(river.form.versions.get().xform).decode()
    for word in ("العربية (ar)", "کوردی (ckb)", "English (en)", "ئاستی ئاو، م", "river_stations.csv"):
        assert word in xml
    things = {
        str(one.uuid): one.data["name_en"]
        for one in things_of_view(make_list(river.ministry), of_account(river.reader))
    }
    assert things[str(stage.station_id)] == "Tt-Town"


def test_a_submission_becomes_values_once(river, stage):
    submission = send(river, (stage, "stage", "3.25"))
    assert known_values(stage).values.tolist() == [3.25]
    sheet = DailySheet.objects.get()
    assert (sheet.made_by, str(sheet.on)) == (river.reader, DAY)
    deciding.correct(stage, AT, 3.52, by=river.hydrologist, reason="digits exchanged")
    send(river, (stage, "stage", "3.25"))  # the phone did not hear that it arrived
    tell(submission, None, submission.state)  # the night tells it again
    assert known_values(stage).values.tolist() == [3.52], "what was corrected since stays"
    assert DailySheet.objects.count() == 1


def test_what_the_rules_doubt_is_recorded_and_found(river, stage):
    send(river, (stage, "stage", "32.5"))
    known = known_values(stage)
    assert (known.values.tolist(), known.quality.tolist()) == ([32.5], [4])
    assert SeriesFinding.objects.get().check_code == "range"


def test_a_reading_that_cannot_be_taken_is_named_and_the_others_are_recorded(river, stage):
    rain = river.make_series(river.make_station("tt-rain", "rain"), "precipitation", manned=True)
    send(river, (stage, "stage", "3.25"), (rain, "precipitation", "-4"))
    assert known_values(stage).values.tolist() == [3.25]
    assert len(known_values(rain)) == 0
    (finding,) = SeriesFinding.objects.filter(series=rain)
    assert (finding.check_code, finding.start) == ("refused", AT)
    assert "“-4.0”" in finding.message["en"]
    assert "not less than 0" in finding.message["en"]
    assert finding.message["ar"] != finding.message["en"]
    deciding.correct(rain, AT, 4.0, by=river.hydrologist, reason="asked by telephone")
    finding.refresh_from_db()
    assert (finding.state, finding.settled_by) == ("corrected", river.hydrologist)


def test_a_form_of_which_nothing_can_be_taken_says_so(river, stage):
    other = river.make_series(river.make_station("tt-lower"))  # nobody reads it every day
    submission = send(river, (other, "stage", "3.25"))
    (said,) = Finding.objects.filter(submission=submission, kind=NOT_TAKEN)
    assert "no station of it is read by its sender" in said.evidence["said"]["en"]
    assert not DailySheet.objects.exists()


def test_a_corrected_form_changes_only_what_it_corrects(river, stage):
    lower = river.make_series(river.make_station("tt-lower"), manned=True)
    send(river, (stage, "stage", "3.25"), (lower, "stage", "2.10"))
    deciding.correct(lower, AT, 2.12, by=river.hydrologist, reason="read again")
    send(river, (stage, "stage", "3.35"), (lower, "stage", "2.10"), name="uuid:two", corrects="uuid:one")
    assert known_values(stage).values.tolist() == [3.35]
    assert [one["value"] for one in versions_of(stage, AT)] == [3.25, 3.35]
    assert known_values(lower).values.tolist() == [2.12]


def test_a_rejected_form_is_taken_back_where_nobody_changed_it_since(river, stage):
    lower = river.make_series(river.make_station("tt-lower"), manned=True)
    submission = send(river, (stage, "stage", "3.25"), (lower, "stage", "2.10"))
    deciding.correct(lower, AT, 2.12, by=river.hydrologist, reason="read again")
    tell(submission, "received", "rejected")
    assert known_values(stage).quality.tolist() == [9]
    assert known_values(lower).values.tolist() == [2.12]


def test_a_phone_without_an_account_reads_for_its_organisation(river, stage):
    phone = AppUser.objects.create(name="Gauge 1", token_sha256=new_token()[1], owner=river.ministry)
    phone.forms.set([river.form])
    send(river, (stage, "stage", "3.25"), sender=of_phone(phone))
    assert known_values(stage).values.tolist() == [3.25]
    theirs = AppUser.objects.create(name="Gauge 2", token_sha256=new_token()[1], owner=river.northern)
    theirs.forms.set([river.form])
    send(river, (stage, "stage", "9"), name="uuid:theirs", sender=of_phone(theirs), reason="ours")
    assert known_values(stage).values.tolist() == [3.25]


def test_the_command_opens_the_form_with_its_list(river, stage, capsys):
    Form.objects.filter(xform_id=CODE).update(xform_id="gone-too")
    EntityList.objects.filter(name=STATIONS).update(name="gone")
    call_command("rivers", "sheet", "TT-MOWR")
    assert CODE in capsys.readouterr().out
    form = Form.objects.get(xform_id=CODE)
    assert (form.owner, form.versions.get().published_at is not None) == (river.ministry, True)
    call_command("rivers", "sheet", "TT-MOWR")
    assert "open already" in capsys.readouterr().out
    with pytest.raises(CommandError, match="no organisation TT-NOBODY"):
        call_command("rivers", "sheet", "TT-NOBODY")
