"""The demonstration: one account for each role, real figures through the importer, and nothing twice."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from rafid.commons.indicators.models import IndicatorValue
from rafid.commons.people.models import Account, Grant, Organisation
from rafid.commons.people.visibility import roles
from rafid.commons.places.country import country
from rafid.commons.programme import installed
from rafid.commons.records.models import ImportRun
from rafid.site.management.commands.demo import ADMINISTRATOR, demonstration_day, login_of, table

pytestmark = pytest.mark.django_db


def demo(*arguments: str) -> str:
    out = io.StringIO()
    call_command("demo", *arguments, stdout=out)
    return out.getvalue()


def counts() -> dict[str, int]:
    return {
        model.__name__: model.objects.count() for model in (Account, Grant, Organisation, ImportRun, IndicatorValue)
    }


def test_each_declared_role_has_an_account_that_signs_in_and_holds_it():
    for programme in installed():
        for role in programme.roles:
            code = f"{programme.name}.{role.code}"
            account = Account.objects.get(login=code)
            assert account.check_password("rafid-demo")
            held = {grant.role for grant in account.grants.filter(revoked_at=None)}
            assert code in held
            assert {role.partition(".")[0] for role in held} == {programme.name}
    assert [grant.role for grant in Account.objects.get(login="admin").grants.all()] == [ADMINISTRATOR]


def test_loading_again_adds_nothing():
    before = counts()
    said = demo()
    assert counts() == before
    told = [line for line in said.splitlines() if line.endswith("there already")]
    imported = {row["file"] for row in country().table("demo_imports.csv")}
    assert sum(line.startswith("statistics: ") for line in told) == len(imported)


def test_what_is_missing_is_added_and_nothing_else():
    account = Account.objects.get(login="wells.reader")
    account.grants.all().delete()
    account.delete()
    kept = Account.objects.get(login="wells.keeper")
    kept.set_password("chosen by a person")
    kept.save()
    before = counts()
    said = demo()
    assert "wells.reader / rafid-demo" in said
    assert counts() == {**before, "Account": before["Account"] + 1, "Grant": before["Grant"] + 1}
    kept.refresh_from_db()
    assert kept.check_password("chosen by a person")


def test_an_account_that_a_person_took_over_gets_no_role_back():
    account = Account.objects.get(login="wells.keeper")
    account.grants.all().delete()
    account.is_demonstration = False
    account.save()
    said = demo()
    assert not account.grants.exists()
    assert "wells.keeper /" not in said


def test_the_census_came_through_the_importer():
    files = {row["file"] for row in country().table("demo_imports.csv")}
    runs = {run.file_name: run for run in ImportRun.objects.all()}
    assert set(runs) == files
    for name, run in runs.items():
        assert (run.state, run.bad, run.made_by.login) == ("applied", 0, "statistics.officer")
        assert run.options["source"] == country().source(name).citation
        figure = IndicatorValue.objects.filter(import_run=run.pk).first()
        assert figure.source_text == run.options["source"]
        context = figure.events.order_by("pgh_id").first().pgh_context.metadata
        assert context["import_run"] == str(run.pk)
        assert context["user"] == str(run.made_by_id)


def test_the_figures_are_those_of_the_table():
    rows = country().table("census2024_governorates.csv")
    known = IndicatorValue.objects.filter(import_run__isnull=False, indicator__code="population", period="2024", by="")
    of_governorates = {value.place.ref: value.value for value in known.filter(place__level=1).select_related("place")}
    assert len(of_governorates) == len(rows) == 18
    assert sum(of_governorates.values()) == sum(int(row["total"]) for row in rows)


def test_people_of_the_demonstration_work_somewhere():
    organisations = {row["ref"] for row in table(country(), "demo_organisations.csv")}
    for row in table(country(), "demo_people.csv"):
        assert row["organisation_ref"] in organisations
        assert row["role"] in roles()
        account = Account.objects.get(login=row["login"] or login_of(row["role"]))
        assert account.full_name == row["full_name"]
        assert account.organisation.ref == row["organisation_ref"]


def test_the_day(monkeypatch):
    monkeypatch.setenv("RAFID_DEMO_DAY", "2026-09-30")
    assert demonstration_day() == date(2026, 9, 30)
    monkeypatch.delenv("RAFID_DEMO_DAY")
    assert demonstration_day() == timezone.localdate()


def test_a_platform_in_use_takes_no_known_passwords(settings):
    settings.PRODUCTION = True
    before = counts()
    with pytest.raises(CommandError, match="in use"):
        demo()
    assert counts() == before


@pytest.mark.parametrize("scale", ["0", "1000001"])
def test_scale_has_limits(scale):
    with pytest.raises(CommandError, match="from 1 to 1000000"):
        demo("--scale", scale)


def test_accounts_are_listed_without_loading_anything():
    before = counts()
    said = demo("--accounts")
    assert counts() == before
    assert said.splitlines()[0].startswith("admin / rafid-demo")
    assert all(f"{login_of(role)} / rafid-demo" in said for role in roles() if not role.startswith("platform."))


def test_every_file_of_the_demonstration_names_its_source():
    pack = Path(country().pack)
    for row in country().table("demo_imports.csv"):
        source = country().source(row["file"])
        assert source, f"{pack}/{row['file']} has no line in sources.csv"
        assert source.citation
        assert source.as_of
