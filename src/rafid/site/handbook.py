"""/help/: the pages of ``docs/``, in the reader's language where it is written, else in English with a note."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.views.decorators.http import require_GET
from markdown_it import MarkdownIt
from markdown_it.token import Token

FOLDER: Path = settings.ROOT / "docs"
ORDER = ("use", "people", "import", "places", "operate", "extend", "benchmarks")
"""First the pages that a new reader needs; all others by name."""

SHORT = 24
"""So many letters of code stay on one line: ``--yes`` must not break behind its hyphens."""

_NAME = re.compile(r"[a-z0-9][a-z0-9-]*")


@dataclass(frozen=True)
class HelpPage:
    name: str
    language: str
    title: str
    text: str

    @property
    def url(self) -> str:
        return reverse("help-page", args=[self.name])


def _slug(text: str) -> str:
    return re.sub(r"[^\w]+", "-", text.strip().lower()).strip("-")


def _link(target: str) -> str:
    """A link between files of ``docs`` becomes one between pages; ``../`` leads out of the handbook and is kept plain."""
    found = re.fullmatch(r"(?:\./)?([a-z0-9-]+)(?:\.(?:ar|ckb|en))?\.md(#.*)?", target)
    return reverse("help-page", args=[found[1]]) + (found[2] or "") if found else target


def markdown() -> MarkdownIt:
    """CommonMark and tables. Raw HTML is shown as text: a page of the handbook cannot bring a script."""
    made = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable(["table", "strikethrough"])

    def heading_ids(state: object) -> None:
        tokens: list[Token] = state.tokens  # type: ignore[attr-defined]
        for opening, inline in pairwise(tokens):
            if opening.type == "heading_open":
                opening.attrSet("id", _slug(inline.content))
            for child in inline.children or []:
                if child.type == "code_inline" and len(child.content) <= SHORT:
                    child.attrSet("class", "short")
                if child.type == "link_open":
                    child.attrSet("href", _link(str(child.attrGet("href") or "")))
            # Columns of figures are aligned by an inline style in markdown-it; our policy forbids those.
        for token in tokens:
            if token.type in ("th_open", "td_open") and "style" in token.attrs:
                right = "right" in str(token.attrs.pop("style"))
                if right:
                    token.attrSet("class", "num")

    made.core.ruler.push("heading_ids", heading_ids)
    return made


def path_of(name: str, language: str) -> tuple[Path, str] | None:
    """The file of a page and the language that it is written in; None where there is none."""
    if not _NAME.fullmatch(name):
        return None
    for code, path in ((language, FOLDER / f"{name}.{language}.md"), ("en", FOLDER / f"{name}.md")):
        if path.is_file():
            return path, code
    return None


@lru_cache(maxsize=200)
def _read(path: Path, changed: float) -> tuple[str, str]:
    text = path.read_text(encoding="utf-8")
    found = re.search(r"^#\s+(.+)$", text, re.MULTILINE)
    return (found[1].strip() if found else path.stem), text


@lru_cache(maxsize=200)
def _html(path: Path, changed: float) -> SafeString:
    return mark_safe(markdown().render(_read(path, changed)[1]))  # noqa: S308 - no raw HTML passes


def find(name: str) -> HelpPage | None:
    found = path_of(name, get_language() or settings.LANGUAGE_CODE)
    if found is None:
        return None
    path, language = found
    title, text = _read(path, path.stat().st_mtime)
    return HelpPage(name, language, title, text)


def listing() -> list[HelpPage]:
    """All pages of the handbook, the first ones first."""
    names = {path.name.split(".")[0] for path in FOLDER.glob("*.md")}
    ordered = sorted(names, key=lambda name: (ORDER.index(name) if name in ORDER else len(ORDER), name))
    return [page for name in ordered if (page := find(name))]


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    return render(request, "shell/help_index.html", {"pages": listing()})


@require_GET
def page(request: HttpRequest, name: str) -> HttpResponse:
    found = path_of(name, get_language() or settings.LANGUAGE_CODE)
    one = find(name)
    if found is None or one is None:
        raise Http404
    path, language = found
    body = _html(path, path.stat().st_mtime)
    return render(
        request,
        "shell/help_page.html",
        {"page": one, "body": body, "foreign": language != get_language(), "pages": listing()},
    )
