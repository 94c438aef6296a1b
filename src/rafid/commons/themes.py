"""What datasets, products and indicators are about: a short list for filters, with the names that catalogues of others use."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

THEMES = {
    "population": _("Population"),
    "health": _("Health"),
    "education": _("Education"),
    "work": _("Work and economy"),
    "services": _("Public services"),
    "protection": _("Protection"),
    "relief": _("Relief and stocks"),
    "hazards": _("Hazards"),
    "mines": _("Mines and remnants of war"),
    "environment": _("Environment"),
    "water": _("Water"),
    "agriculture": _("Agriculture and food"),
    "infrastructure": _("Infrastructure"),
    "places": _("Places and borders"),
    "government": _("Government"),
}

DCAT = {
    "population": "SOCI", "health": "HEAL", "education": "EDUC", "work": "ECON", "services": "GOVE",
    "protection": "JUST", "relief": "SOCI", "hazards": "ENVI", "mines": "JUST", "environment": "ENVI",
    "water": "ENVI", "agriculture": "AGRI", "infrastructure": "TRAN", "places": "REGI", "government": "GOVE",
}  # fmt: skip
"""Codes of the Publications Office's list of data themes."""


def words(theme: str) -> str:
    return str(THEMES.get(theme, theme))
