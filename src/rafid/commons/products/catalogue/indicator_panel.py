"""On an indicator's page: the datasets that hold it, and, for whoever composes, the way to make one."""

from __future__ import annotations

from urllib.parse import urlencode

from django.template.loader import render_to_string

from rafid.commons.indicators import disaggregation
from rafid.commons.indicators.panels import Shown
from rafid.commons.people.visibility import may

from ..models import Dataset
from ..release.decide import COMPOSE
from .finding import newest


def dataset_panel(shown: Shown) -> str:
    user, code = shown.request.user, shown.indicator.code
    holding = Dataset.objects.filter(origin="figures", source__indicators__contains=[code], state="published")
    found = [one for one in holding.select_related("owner") if newest(one, user)]
    composes = user.is_authenticated and may(user, COMPOSE, shown.indicator.programme)
    if not found and not composes:
        return ""
    asked = {"indicator": code, "by": list(disaggregation.split(shown.by))}
    context = {"datasets": found, "composes": composes, "begin": urlencode(asked, doseq=True)}
    return render_to_string("products/catalogue/indicator_panel.html", context, shown.request)
