"""Codes of what a victim was doing, how he was hurt, and the groups that statistics count by."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ..models import Device


class Doing(models.TextChoices):
    """Activity at the time (IMAS 05.10). What was written in other words is counted as ``OTHER``."""

    FARMING = "farming", _("Farming")
    HERDING = "herding", _("Herding")
    GATHERING = "gathering", _("Gathering wood or plants")
    SCRAP = "scrap", _("Collecting scrap metal")
    PLAYING = "playing", _("Playing")
    TRAVELLING = "travelling", _("Travelling")
    HOUSE = "house", _("Work in or at the house")
    TAMPERING = "tampering", _("Handling the device")
    CLEARING = "clearing", pgettext_lazy("an activity at the time", "Clearance")
    DUTY = "duty", _("Military or police duty")
    STANDING = "standing", _("Standing nearby")
    OTHER = "other", pgettext_lazy("an activity at the time", "Other")
    UNKNOWN = "unknown", pgettext_lazy("an activity at the time", "Not known")


class Injury(models.TextChoices):
    LEG = "leg", _("Leg or foot lost")
    ARM = "arm", _("Arm or hand lost")
    EYE = "eye", _("Sight")
    HEARING = "hearing", _("Hearing")
    BURNS = "burns", _("Burns")
    FRAGMENTS = "fragments", _("Fragments")
    HEAD = "head", _("Head or neck")
    TRUNK = "trunk", _("Chest or belly")
    OTHER = "other", pgettext_lazy("an injury", "Other")


class AgeGroup(models.TextChoices):
    """Adults are 18 or older."""

    CHILD = "child", _("Under 18")
    ADULT = "adult", _("18 or older")
    UNKNOWN = "unknown", pgettext_lazy("an age is", "Not known")


ADULT_FROM = 18


def doing_code(written: str) -> str:
    """The code, for statistics."""
    if not written:
        return Doing.UNKNOWN
    return written if written in Doing.values else Doing.OTHER


def doing_words(written: str) -> Any:
    """What a page says of it: the code's name, or what was written."""
    return Doing(written).label if written in Doing.values else written


def injury_words(codes: list[str]) -> list[Any]:
    return [Injury(one).label if one in Injury.values else one for one in codes]


def age_group(age: int | None) -> str:
    if age is None:
        return AgeGroup.UNKNOWN
    return AgeGroup.ADULT if age >= ADULT_FROM else AgeGroup.CHILD


class DeviceGroup(models.TextChoices):
    """Statistics of people count coarsely: fine cells would all be too small to be shown."""

    MINE = "mine", _("Mines")
    ERW = "erw", _("Explosive remnants of war")
    IED = "ied", _("Improvised devices")
    OTHER = "other", pgettext_lazy("devices", "Other or not known")


class DoingGroup(models.TextChoices):
    LIVELIHOOD = "livelihood", _("Making a living")
    PLAYING = "playing", _("Playing")
    TRAVELLING = "travelling", _("Travelling")
    HANDLING = "handling", _("Handling the device")
    DUTY = "duty", _("Clearance or duty")
    OTHER = "other", pgettext_lazy("activities", "Other or not known")


_DOING_GROUPS = {
    Doing.FARMING: DoingGroup.LIVELIHOOD, Doing.HERDING: DoingGroup.LIVELIHOOD, Doing.GATHERING: DoingGroup.LIVELIHOOD,
    Doing.SCRAP: DoingGroup.LIVELIHOOD, Doing.HOUSE: DoingGroup.LIVELIHOOD, Doing.PLAYING: DoingGroup.PLAYING,
    Doing.TRAVELLING: DoingGroup.TRAVELLING, Doing.TAMPERING: DoingGroup.HANDLING, Doing.CLEARING: DoingGroup.DUTY,
    Doing.DUTY: DoingGroup.DUTY,
}  # fmt: skip


def device_group(device: str | None) -> str:
    """By the country's list."""
    return (Device(device).group if device in Device else "") or DeviceGroup.OTHER


def doing_group(written: str) -> str:
    return _DOING_GROUPS.get(Doing(doing_code(written)), DoingGroup.OTHER)
