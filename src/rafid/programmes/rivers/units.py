"""Units as people read them, in their language: the one place for pages, paper and the headings of workbooks.

Records, API, files for programs and everything that is hashed keep the letters of the SI, and only what is shown goes through
here: the text of a published bulletin may read otherwise tomorrow, its figures and their hash may not.
"""

from __future__ import annotations

from django.utils.translation import override, pgettext, pgettext_lazy

from rafid.commons.writing import number

LANGUAGES = ("ar", "ckb", "en")

SHORT = {
    "m": pgettext_lazy("unit", "m"),
    "km": pgettext_lazy("unit", "km"),
    "mm": pgettext_lazy("unit", "mm"),
    "km²": pgettext_lazy("unit", "km²"),
    "m³/s": pgettext_lazy("unit", "m³/s"),
    "Mm³": pgettext_lazy("unit", "Mm³"),
    "°C": pgettext_lazy("unit", "°C"),
    "µS/cm": pgettext_lazy("unit", "µS/cm"),
    "mg/L": pgettext_lazy("unit", "mg/L"),
    "NTU": pgettext_lazy("unit", "NTU"),
    "m/d": pgettext_lazy("unit", "m/d"),
}
"""Others (%, none) are the same everywhere."""


def unit_said(unit: str) -> str:
    """``m³/s`` → ``م³/ثا`` for a reader of Arabic."""
    return pgettext("unit", unit) if unit in SHORT else unit


def in_units(unit: str) -> dict[str, str]:
    """For a sentence that is stored in three languages."""
    said = {}
    for language in LANGUAGES:
        with override(language):
            said[language] = unit_said(unit)
    return said


def measured(value: float | None, unit: str, places: int | None = None, *, signed: bool = False) -> str:
    """A figure with its unit; a dash for none. ``signed``: what is more than 0 has a plus. A sign stays before its figure also
    where the unit's letters turn the line round."""
    if value is None:
        return "–"
    figure = number(value, places)
    if signed and value > 0:
        figure = f"+{figure}"
    if value < 0 or figure.startswith("+"):
        figure = f"\u2066{figure}\u2069"
    return f"{figure} {unit_said(unit)}".strip()
