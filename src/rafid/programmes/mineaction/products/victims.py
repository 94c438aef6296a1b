"""Victims as they are published: counted so that neither one edition nor the difference of two tells a small count."""

from __future__ import annotations

from datetime import date
from typing import Any

from ..people.statistics import count, people
from ..people.told import published


def gather(last: date) -> dict[str, Any]:
    """All victims to the end of that day, whose protection minds every edition of the report that was ever out."""
    found = count((one for one in people(last)), published())
    return {
        "cells": [[*cell, number] for cell, number in sorted(found.cells.items())],
        "years": list(found.years), "device": list(found.device), "activity": list(found.activity),
    }  # fmt: skip
