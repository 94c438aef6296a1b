"""Codes that several records share, in the words of IMAS. Lists that differ from country to country: ``listed``."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ThreeWay(models.TextChoices):
    YES = "yes", pgettext_lazy("is it so?", "Yes")
    NO = "no", pgettext_lazy("is it so?", "No")
    UNKNOWN = "unknown", pgettext_lazy("is it so?", "Unknown")


class ActivityKind(models.TextChoices):
    NTS = "nts", _("Non-technical survey")
    TS = "ts", _("Technical survey")
    MANUAL = "manual", _("Manual clearance")
    MECHANICAL = "mechanical", _("Mechanical clearance")
    DOGS = "dogs", _("Clearance with dogs")
    BAC = "bac", _("Battle area clearance")
    EOD = "eod", _("Explosive ordnance disposal")
    ROAD = "road", _("Road clearance")
    STOCKPILE = "stockpile", _("Stockpile destruction")
    CHECK = "post_clearance", _("Check after clearance")
    EORE = "eore", _("Explosive ordnance risk education")
    OTHER = "other", pgettext_lazy("an activity is", "Other")


class Priority(models.TextChoices):
    HIGH = "high", pgettext_lazy("how urgent", "High")
    MEDIUM = "medium", pgettext_lazy("how urgent", "Medium")
    LOW = "low", pgettext_lazy("how urgent", "Low")
