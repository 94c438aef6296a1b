"""What each kind of product knows of itself: how it is drawn, from which versions, and what it still lacks.

A room registers its kind; the ladder of editions asks here and knows none of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from ..models import DatasetVersion, Edition

THUMBNAIL = "thumbnail.png"


@dataclass(frozen=True)
class Made:
    """A file of an edition: ``name`` as readers get it (``map-ar.pdf``), ``pages`` for documents. One named
    ``thumbnail.png`` is its picture in lists."""

    name: str
    media_type: str
    data: bytes
    language: str = ""
    pages: int | None = None


class Maker(Protocol):
    """``body`` is the recipe's; nothing here depends on who asks but ``user``, whose sight bounds what goes in."""

    def problems(self, body: Mapping[str, Any]) -> list[dict[str, str]]:
        """``[{"where", "message"}]`` in the reader's language: what cannot be drawn so."""

    def missing(self, body: Mapping[str, Any], languages: Iterable[str]) -> list[str]:
        """Texts that lack a language, as ``title (ckb)``."""

    def inputs(self, body: Mapping[str, Any]) -> list[DatasetVersion]:
        """The versions that it is drawn from."""

    def figures(self, body: Mapping[str, Any], period: str, user: Any) -> dict[str, Any]:
        """The values that texts and charts name, to be frozen; as JSON."""

    def draw(self, edition: Edition, language: str) -> list[Made]:
        """The files of one language, from the edition's own body and frozen figures: the same again whenever it is asked."""


_makers: dict[str, Maker] = {}
_pages: dict[str, tuple[str, str]] = {}


def register(kind: str, maker: Maker, *, new: str = "", page: str = "") -> None:
    """``new`` and ``page`` name the addresses where one is begun and where a recipe (by its code) is composed;
    ``compose-{kind}-new`` and ``compose-{kind}`` when empty. A maker may have ``figure_rows(figures)``, which gives its
    frozen figures as ``[(what, text), …]`` for people to compare; without it they are listed by their path. It may have
    ``pinned(body, edition)``, which gives the recipe as that edition means it: with the versions that are newest now.
    """
    _makers[kind] = maker
    _pages[kind] = (new or f"compose-{kind}-new", page or f"compose-{kind}")


def registered() -> list[str]:
    return list(_makers)


def pages_of(kind: str) -> tuple[str, str]:
    """Names of the addresses where such a thing is begun and composed; a room that is not there yet has none of them."""
    return _pages.get(kind, (f"compose-{kind}-new", f"compose-{kind}"))


def maker_of(kind: str) -> Maker:
    """Raises ``LookupError`` for a kind that no room draws."""
    return _makers[kind]
