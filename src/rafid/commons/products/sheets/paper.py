"""The document: an edition's own body and frozen figures as tagged PDF, in one language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from rafid.commons.names import pick
from rafid.commons.places.country import country
from rafid.commons.programme import installed
from rafid.commons.writing import day, period

from ..models import Edition
from ..pdf import document
from ..qr import qr_svg
from .blocks import marks_of, ready
from .body import said
from .saying import Speaker


@dataclass(frozen=True)
class Pdf:
    data: bytes
    pages: int


def make_pdf(edition: Edition, language: str, missing: list[str]) -> Pdf:
    """In the language that is active. ``missing`` are texts that lack it; the first page says so."""
    speaker = Speaker(edition.figures)
    blocks, rules = ready(edition.body, edition.figures, speaker.html, paper=True)
    contents = [one for one in blocks if one["kind"] == "heading"] if edition.recipe.kind == "bulletin" else []
    context = head(edition, language) | {
        "blocks": [one for one in blocks if one["kind"] != "footnote"],
        "notes": [one for one in blocks if one["kind"] == "footnote"],
        "contents": contents if len(contents) > 1 else [], "missing": missing,
        "marks": marks_of(edition.figures), "sources": sources(edition.figures), "datasets": datasets(edition.figures),
    }  # fmt: skip
    html = render_to_string("products/sheets/paper.html", context)
    size = (edition.body.get("page") or {}).get("size", "A4")
    data, pages = document(html, css=_look() + f"@page{{size:{'A3' if size == 'A3' else 'A4'}}}" + rules)
    return Pdf(data, pages)


def _look() -> str:
    from pathlib import Path

    return Path(__file__).with_name("paper.css").read_text(encoding="utf-8")


def head(edition: Edition, language: str) -> dict[str, Any]:
    """What stands at the top and the foot of every document of the room."""
    address = verify_address(edition.recipe_sha256)
    programme = next((one for one in installed() if one.name == edition.programme), None)
    return {
        "edition": edition,
        "language": language,
        "title": pick(edition.title) or edition.recipe.code,
        "subtitle": said(edition.body.get("subtitle"), language),
        "summary": said(edition.summary, language),
        "programme": pick(programme.names) if programme else "",
        "owner": edition.owner.name if edition.owner else "",
        "period": period(edition.period),
        "made_on": day(edition.approved_at or edition.known),
        "approved": edition.approved_at is not None,
        "demonstration": bool(edition.figures.get("demonstration")),
        "disclaimer": pick(country().disclaimer),
        "address": address,
        "short": address.split("/verify/")[0].removeprefix("https://").removeprefix("http://"),
        "qr": qr_of(address),
    }


def verify_address(sha256: str) -> str:
    from ..gallery.addresses import absolute

    try:
        return absolute(reverse("verify-hash", args=[sha256]))
    except NoReverseMatch:
        return absolute(f"/verify/{sha256}")


def qr_of(address: str) -> SafeString | None:
    try:
        return qr_svg(address)
    except ValueError:
        return None


def sources(figures: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(source, as_of) for source, as_of in figures.get("sources") or () if source]


def datasets(figures: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "name": pick(one["names"]) or code,
            "version": one["version"],
            "attribution": pick(one.get("attribution") or {}),
        }
        for code, one in (figures.get("datasets") or {}).items()
    ]


def about(edition: Edition, language: str) -> list[tuple[str, str]]:
    """The second sheet of the data file."""
    made = head(edition, language)
    rows = [
        (_("Title"), made["title"]), (_("Period"), made["period"]), (_("Edition"), str(edition.number)),
        (_("Made on"), made["made_on"]), (_("Recipe, SHA-256"), edition.recipe_sha256),
        (_("To be checked at"), made["address"]),
    ]  # fmt: skip
    if made["demonstration"]:
        rows.insert(0, ("DEMONSTRATION", _("DEMONSTRATION: invented figures")))
    rows += [(_("Source"), f"{source} ({as_of})" if as_of else source) for source, as_of in sources(edition.figures)]
    rows += [(_("Dataset"), f"{one['name']}, {_('Version')} {one['version']}") for one in datasets(edition.figures)]
    rows += [(_("Marks"), text) for text in marks_of(edition.figures)]
    return rows
