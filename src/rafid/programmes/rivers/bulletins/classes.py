"""The five classes of a status, in words. WMO HydroSOS."""

from __future__ import annotations

from django.utils.translation import pgettext_lazy

STATUS = {
    "low": pgettext_lazy("status of a month", "Low"),
    "below normal": pgettext_lazy("status of a month", "Below normal"),
    "normal": pgettext_lazy("status of a month", "Normal"),
    "above normal": pgettext_lazy("status of a month", "Above normal"),
    "high": pgettext_lazy("status of a month", "High"),
}
