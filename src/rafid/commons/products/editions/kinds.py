"""What each kind of product knows of itself: how it is drawn, from which versions, and what it still lacks.

A room registers its kind; the ladder of editions asks here and knows none of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from ..models import DatasetVersion, Edition


@dataclass(frozen=True)
class Made:
    """A file of an edition: ``name`` as readers get it (``map-ar.pdf``), ``pages`` for documents."""

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


def register(kind: str, maker: Maker) -> None:
    _makers[kind] = maker


def maker_of(kind: str) -> Maker:
    """Raises ``LookupError`` for a kind that no room draws."""
    return _makers[kind]
