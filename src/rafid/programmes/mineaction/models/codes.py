"""Codes that several records share, in the words of IMAS."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Device(models.TextChoices):
    """What may lie or was found there (IMAS 04.10, 05.10)."""

    AP_MINE = "ap_mine", _("Anti-personnel mine")
    AV_MINE = "av_mine", _("Anti-vehicle mine")
    SUBMUNITION = "submunition", _("Submunition")
    OTHER_UXO = "other_uxo", _("Other unexploded ordnance")
    AXO = "axo", _("Abandoned ordnance")
    VICTIM_IED = "victim_ied", _("Improvised device, victim operated")
    COMMAND_IED = "command_ied", _("Improvised device, by command")
    TIME_IED = "time_ied", _("Improvised device, by time")
    SMALL_ARMS = "small_arms", _("Small arms ammunition")
    COMPONENT = "component", _("Component")
    UNKNOWN = "unknown", pgettext_lazy("a device is", "Unknown")


class Blocked(models.TextChoices):
    """What a hazard keeps people from."""

    LAND = "land", _("Farm or grazing land")
    HOUSING = "housing", _("Housing")
    ROAD = "road", pgettext_lazy("what is blocked", "Road")
    WATER = "water", pgettext_lazy("what is blocked", "Water")
    POWER = "power", _("Electricity")
    SCHOOL = "school", pgettext_lazy("what is blocked", "School")
    CLINIC = "clinic", pgettext_lazy("what is blocked", "Clinic")
    HERITAGE = "heritage", _("Heritage site")
    OTHER = "other", pgettext_lazy("what is blocked", "Other")


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
