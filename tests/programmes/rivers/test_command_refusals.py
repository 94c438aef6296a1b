"""What is typed wrong behind `./rafid manage rivers …` is a sentence, and no breakdown."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils.translation import override

from rafid.programmes.rivers.forecasting.calibrating import calibrate_model
from rafid.programmes.rivers.models import RiverModel, Verification

from .basin import make_basin

pytestmark = pytest.mark.django_db

TYPED = {
    "calibrate nowhere --split 2020-01-01": "no river node nowhere",
    "calibrate tt-town --split 2019-01-01 --max-runs 0": "max_runs is 0; give a whole number",
    "calibrate tt-town --split 2019-01-01 --seed -1": "seed is -1; give a whole number of 0 or more",
    "hindcast tt-town --members 2": "from 5 to 1000 members",
    "hindcast tt-town --issues 0": "at least one day of issue",
    "forecast tt-town --members 2": "from 5 to 1000 members",
    "rate nowhere": "no station nowhere",
    "rate tt-town --fit --valid-from soon": "“soon” is no time",
    "rate tt-town --fit": "--valid-from",
    "rate tt-town --publish 7 --by nobody": "no version 7",
    "import nothing.csv --as nobody": "no account nobody",
    "bulletin daily 2026-09-30 --owner NOBODY --by nobody": "no such organisation or account",
    "outlook nowhere 2026-10/2027-04": "No model is active at nowhere",
}


def test_what_is_typed_wrong_is_a_sentence(river):
    basin = make_basin(river)
    calibrate_model(basin.model, split=date(2019, 1, 1), max_runs=60)
    RiverModel.objects.filter(pk=basin.model.pk).update(state="active")
    for words, said in TYPED.items():
        with override("en"), pytest.raises(CommandError) as refused:
            call_command("rivers", *words.split())
        assert said in str(refused.value), words
    assert not Verification.objects.filter(model=basin.model).exists()
    assert RiverModel.objects.filter(node=river.town).count() == 1
