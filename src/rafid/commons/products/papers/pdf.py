"""The tree as tagged PDF: contents with page numbers, fonts in it, its language said, pictures with their words."""

from __future__ import annotations

import gc
from pathlib import Path
from tempfile import TemporaryDirectory

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language_info, override
from django.utils.translation import gettext as _

from rafid.commons.products.pdf import document as printed

from .tree import Cell, Document, Drawing, Figures, Heading, Part, Pictures, Plate, Table, Text

_LOOK = Path(__file__).with_name("paper.css")


def as_pdf(document: Document) -> tuple[bytes, int]:
    """The file and the number of its pages."""
    with TemporaryDirectory(prefix="rafid-report-") as folder, override(document.language):
        html = _Page(document, Path(folder)).html()
        made = printed(html, css=_LOOK.read_text(encoding="utf-8"))
    # The boxes of its pages refer to one another: without this several reports' pages are in memory at once.
    gc.collect()
    return made


class _Page:
    def __init__(self, document: Document, folder: Path) -> None:
        self.document, self.folder, self.drawn = document, folder, 0

    def html(self) -> str:
        document = self.document
        rtl = get_language_info(document.language)["bidi"]
        body = mark_safe("".join(self._part(part) for part in document.parts))  # noqa: S308 - each part is escaped
        return format_html(
            '<!doctype html><html lang="{}" dir="{}"><head><meta charset="utf-8"><title>{}</title>'
            '<meta name="author" content="{}"><meta name="generator" content="Rafid"></head><body>'
            '<div class="foot">{}</div><div class="cover"><p class="over">{}</p><h1>{}</h1>{}{}</div>{}{}</body></html>',
            document.language,
            "rtl" if rtl else "ltr",
            document.title,
            document.author,
            document.foot,
            document.over,
            document.title,
            format_html_join("", '<p class="under">{}</p>', ((line,) for line in document.under)),
            format_html_join("", '<p class="banner">{}</p>', ((line,) for line in document.banner)),
            self._contents(),
            body,
        )

    def _part(self, part: Part) -> SafeString:
        if isinstance(part, Heading):
            return self._heading(part)
        if isinstance(part, Text):
            return self._text(part)
        if isinstance(part, Table):
            return self._table(part)
        if isinstance(part, Plate):
            return self._plate(part)
        return self._figures(part) if isinstance(part, Figures) else self._pictures(part)

    def _contents(self) -> SafeString | str:
        if not self.document.listed:
            return ""
        rows = format_html_join(
            "",
            '<tr class="level-{}"><td><a href="#{}">{}</a></td><td class="at"><a href="#{}"></a></td></tr>',
            ((one.level, one.name, one.text, one.name) for one in self.document.contents),
        )
        return format_html(
            '<div class="contents"><p class="contents-title">{}</p><table>{}</table></div>', _("Contents"), rows
        )

    def _heading(self, part: Heading) -> SafeString:
        level = part.level + 1
        fresh = "fresh" if part.fresh else ""
        return format_html('<h{} id="{}" class="{}">{}</h{}>', level, part.name, fresh, part.text, level)

    def _text(self, part: Text) -> SafeString:
        return format_html('<p class="text-{}">{}</p>', part.style, part.text)

    def _cell(self, cell: Cell) -> SafeString:
        if isinstance(cell, Drawing):
            return self._picture(cell)
        return format_html("{}", cell)

    def _picture(self, drawing: Drawing) -> SafeString:
        self.drawn += 1
        path = self.folder / f"{self.drawn}.{drawing.kind}"
        path.write_bytes(drawing.png)
        return format_html(
            '<img class="wide-{}" src="{}" alt="{}">', round(drawing.wide), path.resolve().as_uri(), drawing.alt
        )

    def _plate(self, part: Plate) -> SafeString:
        caption = format_html('<p class="plate-caption">{}</p>', part.caption) if part.caption else ""
        return format_html('<div class="plate">{}{}</div>', self._picture(part.drawing), caption)

    def _table(self, part: Table) -> SafeString:
        numbers = [head.number for head in part.heads]
        widths = part.widths or [1] * len(part.heads)
        columns = format_html_join(
            "", '<col style="width:{}%">', ((f"{100 * one / sum(widths):.2f}",) for one in widths)
        )
        heads = format_html_join(
            "", '<th scope="col" class="{}">{}</th>', (("num" if head.number else "", head.text) for head in part.heads)
        )
        rows = []
        for at, row in enumerate(part.rows):
            last = part.total and at == len(part.rows) - 1
            cells = format_html_join(
                "", '<td class="{}">{}</td>',
                (("num" if number else "", self._cell(cell)) for number, cell in zip(numbers[1:], row[1:], strict=True)),
            )  # fmt: skip
            rows.append(
                format_html(
                    '<tr class="{}"><th scope="row">{}</th>{}</tr>', "total" if last else "", self._cell(row[0]), cells
                )
            )
        caption = format_html('<p class="caption">{}</p>', part.caption) if part.caption else ""
        return format_html(
            '{}<table class="figures fixed"><colgroup>{}</colgroup><thead><tr>{}</tr></thead><tbody>{}</tbody></table>',
            caption,
            columns,
            heads,
            mark_safe("".join(rows)),  # noqa: S308 - each cell is escaped
        )

    def _figures(self, part: Figures) -> SafeString:
        cells = format_html_join(
            "",
            '<td><span class="value">{}</span><span class="label">{}</span><span class="label">{}</span></td>',
            part.items,
        )
        return format_html('<table class="figures-row"><tbody><tr>{}</tr></tbody></table>', cells)

    def _pictures(self, part: Pictures) -> SafeString:
        rows = []
        for at in range(0, len(part.items), 3):
            some = [*part.items[at : at + 3], None, None][:3]
            cells = format_html_join(
                "",
                "<td>{}</td>",
                ((format_html("{}<p>{}</p>", self._picture(one[0]), one[1]) if one else "",) for one in some),
            )
            rows.append(format_html("<tr>{}</tr>", cells))
        return format_html('<table class="photos"><tbody>{}</tbody></table>', mark_safe("".join(rows)))  # noqa: S308
