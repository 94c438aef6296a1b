"""The tree as DOCX, to be edited: headings and tables by styles, the direction from right to left set wherever Word asks it.

python-docx knows nothing of direction: ``w:bidi`` on each paragraph and section, ``w:bidiVisual`` on each table, ``w:rtl`` with
the language on each run. A code stands in a run of its own that goes from left to right.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

from django.utils.translation import get_language_info, override
from django.utils.translation import gettext as _
from docx import Document as new_document
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Emu, Mm, Pt, RGBColor

from .tree import FIRST, LAST, Cell, Document, Drawing, Figures, Heading, Pictures, Plate, Table, Text

LANGUAGES = {"ar": "ar-IQ", "ckb": "ku-Arab-IQ", "en": "en-GB"}
"""As word processors name them."""
FONT = "Arial"
"""On every machine with an office, with all letters of the three languages."""
_PIECES = re.compile(f"{FIRST}([^{LAST}]*){LAST}")
_INK = "16211F"
_TEXT_STYLES = {
    "lead": ("Rafid lead", 11.5, _INK),
    "body": ("Normal", 10.0, _INK),
    "note": ("Rafid note", 10.0, _INK),
    "warning": ("Rafid warning", 10.0, "7A4D00"),
    "small": ("Rafid small", 8.5, "51605C"),
    "item": ("List Bullet", 10.0, _INK),
    "code": ("Rafid code", 8.5, _INK),
}
_PAGE_WIDTH = 180.0


def as_docx(document: Document) -> bytes:
    with override(document.language):
        return _Word(document).bytes()


class _Word:
    def __init__(self, document: Document) -> None:
        self.document = document
        self.rtl = bool(get_language_info(document.language)["bidi"])
        self.file: Any = new_document()
        self.marks = 0

    def bytes(self) -> bytes:
        self._settings()
        self._cover()
        before: object = None
        for part in self.document.parts:
            if isinstance(part, Heading):
                self._heading(part)
            elif isinstance(part, Text):
                paragraph = self._paragraph(part.text, _TEXT_STYLES[part.style][0])
                paragraph.paragraph_format.keep_with_next = isinstance(before, Heading)
            elif isinstance(part, Table):
                self._table(part)
            elif isinstance(part, Figures):
                self._figures(part)
            elif isinstance(part, Plate):
                self._plate(part)
            else:
                self._pictures(part)
            before = part
        out = io.BytesIO()
        self.file.save(out)
        return out.getvalue()

    # What holds for the whole file

    def _settings(self) -> None:
        document = self.document
        facts = self.file.core_properties
        facts.title, facts.author, facts.language = document.title, document.author, LANGUAGES[document.language]
        facts.comments = ""
        section = self.file.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.left_margin = section.right_margin = Mm(15)
        section.top_margin, section.bottom_margin = Mm(16), Mm(18)
        if self.rtl:
            _put(section._sectPr, "w:bidi", "1")
        self._default_run()
        for name, size, colour in _TEXT_STYLES.values():
            self._style(name, size, colour)
        for level, size, colour in ((1, 16.0, "0D3B42"), (2, 12.0, "0B5F6B"), (3, 10.5, "16211F")):
            self._style(f"Heading {level}", size, colour, bold=True)
        self._style("Title", 24.0, "0D3B42", bold=True)
        self._style("Caption", 9.0, "51605C", bold=True)
        self._foot(section)

    def _default_run(self) -> None:
        """What is typed later goes in the same direction and is checked in the same language."""
        properties = self.file.styles.element.find(qn("w:docDefaults")).find(qn("w:rPrDefault")).find(qn("w:rPr"))
        for old in properties.findall(qn("w:lang")):
            properties.remove(old)
        properties.append(self._lang())

    def _lang(self) -> Any:
        lang = OxmlElement("w:lang")
        lang.set(qn("w:val"), "en-GB")
        lang.set(qn("w:bidi"), LANGUAGES[self.document.language] if self.rtl else "ar-IQ")
        return lang

    def _style(self, name: str, size: float, colour: str, *, bold: bool = False) -> None:
        styles = self.file.styles
        style = styles[name] if name in styles else styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        if name.startswith("Rafid"):
            style.base_style = styles["Normal"]
        style.font.name, style.font.size, style.font.bold = FONT, Pt(size), bold
        style.font.color.rgb = RGBColor.from_string(colour)
        style.paragraph_format.space_after = Pt(4)
        properties = style.element.get_or_add_rPr()
        fonts = properties.find(qn("w:rFonts"))
        for kind in ("ascii", "hAnsi", "cs", "eastAsia"):
            fonts.set(qn(f"w:{kind}"), FONT)
        for attribute in ("asciiTheme", "hAnsiTheme", "cstheme", "eastAsiaTheme"):
            fonts.attrib.pop(qn(f"w:{attribute}"), None)
        _put(properties, "w:szCs", str(round(2 * size)))
        for apart in properties.findall(qn("w:spacing")):
            properties.remove(apart)  # space between letters tears those apart that are joined
        if bold:
            _put(properties, "w:bCs", "1")
        if self.rtl:
            _put(style.element.get_or_add_pPr(), "w:bidi", "1")

    def _foot(self, section: Any) -> None:
        paragraph = section.footer.paragraphs[0]
        self._write(paragraph, self.document.foot + "    ")
        self._field(paragraph, "PAGE", "1")
        self._write(paragraph, " / ")
        self._field(paragraph, "NUMPAGES", "1")
        head = section.header.paragraphs[0]
        self._write(head, self.document.title)
        for one in (paragraph, head):
            one.style = self.file.styles["Rafid small"]
            self._turn(one)

    # Paragraphs and runs

    def _paragraph(self, text: str, style: str = "Normal", container: Any = None) -> Any:
        paragraph = (container or self.file).add_paragraph(style=self.file.styles[style])
        self._turn(paragraph)
        self._write(paragraph, text)
        return paragraph

    def _spacer(self) -> None:
        """Below a table; so low that it never takes a page of its own before one that begins afresh."""
        paragraph = self._paragraph("")
        paragraph.paragraph_format.space_after = Pt(0)
        paragraph.paragraph_format.line_spacing = Pt(8)

    def _turn(self, paragraph: Any) -> None:
        if self.rtl:
            _put(paragraph._p.get_or_add_pPr(), "w:bidi", "1")

    def _write(self, paragraph: Any, text: str, *, bold: bool = False, size: float = 0) -> None:
        for piece, foreign in _pieces(text):
            # A number behind Arabic letters counts as Arabic: a date in digits and hyphens would be turned around.
            run = paragraph.add_run(("\u200e" if foreign and self.rtl else "") + _clean(piece))
            self._dress(run, foreign=foreign, bold=bold, size=size)

    def _dress(self, run: Any, *, foreign: bool = False, bold: bool = False, size: float = 0) -> None:
        if bold:
            run.bold = True
        if size:
            run.font.size = Pt(size)
        properties = run._r.get_or_add_rPr()
        if bold:
            _put(properties, "w:bCs", "1")
        if size:
            _put(properties, "w:szCs", str(round(2 * size)))
        if self.rtl:
            _put(properties, "w:rtl", "0" if foreign else "1")
        properties.append(self._lang())

    def _field(self, paragraph: Any, instruction: str, shown: str) -> None:
        for kind in ("begin", "separate", "end"):
            if kind == "end":
                self._write(paragraph, shown)
            run = paragraph.add_run()
            self._dress(run)
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
            run._r.append(mark)
            if kind == "begin":
                told = paragraph.add_run()
                self._dress(told)
                text = OxmlElement("w:instrText")
                text.set(qn("xml:space"), "preserve")
                text.text = f" {instruction} "
                told._r.append(text)

    # Parts

    def _cover(self) -> None:
        document = self.document
        self._paragraph(document.over, "Rafid lead")
        self._paragraph(document.title, "Title")
        for line in document.under:
            self._paragraph(line, "Normal")
        for line in document.banner:
            paragraph = self._paragraph("", "Rafid warning")
            self._write(paragraph, line, bold=True)
        if not document.listed:
            return
        self._paragraph(_("Contents"), "Caption")
        for heading in document.contents:
            self._entry(heading)

    def _entry(self, heading: Heading) -> None:
        """A line of the contents: a link to its heading, with the page that Word finds when it is printed."""
        paragraph = self.file.add_paragraph(style=self.file.styles["Normal"])
        self._turn(paragraph)
        paragraph.paragraph_format.space_after = Pt(1)
        if heading.level > 1:
            paragraph.paragraph_format.left_indent = Mm(6)  # of the side where a line begins
        link = OxmlElement("w:hyperlink")
        link.set(qn("w:anchor"), _anchor(heading))
        paragraph._p.append(link)
        before = len(paragraph._p)
        self._write(paragraph, f"{heading.text}  ")
        self._field(paragraph, f"PAGEREF {_anchor(heading)} \\h", "–")
        for run in list(paragraph._p)[before:]:
            link.append(run)

    def _heading(self, part: Heading) -> None:
        paragraph = self.file.add_paragraph(style=self.file.styles[f"Heading {part.level}"])
        self._turn(paragraph)
        paragraph.paragraph_format.page_break_before = part.fresh
        paragraph.paragraph_format.keep_with_next = True
        if part.level < 3:
            for kind in ("w:bookmarkStart", "w:bookmarkEnd"):
                mark = OxmlElement(kind)
                mark.set(qn("w:id"), str(self.marks))
                if kind == "w:bookmarkStart":
                    mark.set(qn("w:name"), _anchor(part))
                paragraph._p.append(mark)
            self.marks += 1
        self._write(paragraph, part.text)

    def _table(self, part: Table) -> None:
        if part.caption:
            self._paragraph(part.caption, "Caption").paragraph_format.keep_with_next = True
        table = self._grid(len(part.rows) + 1, len(part.heads), part.widths or [1] * len(part.heads))
        for cell, head in zip(table.rows[0].cells, part.heads, strict=True):
            self._fill(cell, head.text, number=head.number, bold=True, size=7.0)
            _shade(cell, "EEF1EE")
        _repeated(table.rows[0])
        for at, row in enumerate(part.rows):
            last = part.total and at == len(part.rows) - 1
            for cell, value, head in zip(table.rows[at + 1].cells, row, part.heads, strict=True):
                self._fill(cell, value, number=head.number, bold=last)
        self._spacer()

    def _grid(self, rows: int, columns: int, widths: Any) -> Any:
        table = self.file.add_table(rows=rows, cols=columns)
        table.style = self.file.styles["Table Grid"]
        table.autofit = False
        _lined(table)
        if self.rtl:
            _put(table._tbl.tblPr, "w:bidiVisual", "1")
        sides = [Mm(_PAGE_WIDTH * one / sum(widths)) for one in widths]
        for column, wide in zip(table.columns, sides, strict=True):
            column.width = wide
        for row in table.rows:
            for cell, wide in zip(row.cells, sides, strict=True):
                cell.width = wide
            apart = OxmlElement("w:cantSplit")
            row._tr.get_or_add_trPr().append(apart)
        return table

    def _fill(self, cell: Any, value: Cell, *, number: bool = False, bold: bool = False, size: float = 7.5) -> None:
        paragraph = cell.paragraphs[0]
        paragraph.paragraph_format.space_after = Pt(1)
        self._turn(paragraph)
        if number:
            # "end" of a line turns with its direction; python-docx would write "right", which Word turns once more.
            _put(paragraph._p.get_or_add_pPr(), "w:jc", "end")
        if isinstance(value, Drawing):
            self._picture(paragraph, value, min(value.wide, Emu(cell.width).mm - 4))
        else:
            self._write(paragraph, value, bold=bold, size=size)

    def _picture(self, paragraph: Any, drawing: Drawing, wide: float) -> None:
        run = paragraph.add_run()
        self._dress(run)
        shape = run.add_picture(io.BytesIO(drawing.png), width=Mm(wide))
        shape._inline.docPr.set("descr", _clean(drawing.alt).replace(FIRST, "").replace(LAST, ""))

    def _figures(self, part: Figures) -> None:
        table = self._grid(1, len(part.items), [1] * len(part.items))
        for cell, (value, label, note) in zip(table.rows[0].cells, part.items, strict=True):
            self._fill(cell, value, bold=True, size=16)
            for line in (label, note):
                if line:
                    self._paragraph(line, "Rafid small", cell)
        self._spacer()

    def _plate(self, part: Plate) -> None:
        paragraph = self._paragraph("")
        paragraph.paragraph_format.keep_with_next = bool(part.caption)
        self._picture(paragraph, part.drawing, min(part.drawing.wide, _PAGE_WIDTH))
        if part.caption:
            self._paragraph(part.caption, "Rafid small")

    def _pictures(self, part: Pictures) -> None:
        rows = (len(part.items) + 2) // 3
        table = self._grid(rows, 3, [1, 1, 1])
        cells = [cell for row in table.rows for cell in row.cells]
        for cell, (drawing, caption) in zip(cells, part.items, strict=False):
            self._fill(cell, drawing)
            self._paragraph(caption, "Rafid small", cell)
        for cell in cells[len(part.items) :]:
            self._turn(cell.paragraphs[0])
        self._spacer()


def _anchor(heading: Heading) -> str:
    """The name of a bookmark: letters, digits and underscores, forty at most."""
    return ("p_" + re.sub(r"[^0-9A-Za-z]", "_", heading.name))[:40]


def _pieces(text: str) -> Iterator[tuple[str, bool]]:
    """Stretches of a text, and whether each goes from left to right by itself."""
    at = 0
    for found in _PIECES.finditer(text):
        if found.start() > at:
            yield text[at : found.start()], False
        yield found[1], True
        at = found.end()
    if at < len(text):
        yield text[at:], False


def _clean(text: str) -> str:
    """Without what XML cannot hold, and without marks of direction that runs say themselves."""
    return "".join(sign for sign in text if sign in "\t\n" or sign.isprintable() or sign in "\u200c\u200e\u200f")


def _put(properties: Any, tag: str, value: str) -> None:
    """Sets a property where it belongs: Word refuses files whose properties stand in another order."""
    found = properties.find(qn(tag))
    if found is None:
        found = OxmlElement(tag)
        _insert(properties, found)
    found.set(qn("w:val"), value)


def _insert(properties: Any, element: Any) -> None:
    order = [qn(name) for name in _ORDER.get(properties.tag, ())]
    later = order[order.index(element.tag) + 1 :] if element.tag in order else []
    after = next((one for one in properties if one.tag in later), None)
    if after is None:
        properties.append(element)
    else:
        after.addprevious(element)


_ORDER = {
    qn(tag): tuple(f"w:{one}" for one in names.split())
    for tag, names in {
        "w:pPr": """pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers pBdr shd tabs
            suppressAutoHyphens kinsoku wordWrap overflowPunct topLinePunct autoSpaceDE autoSpaceDN bidi adjustRightInd
            snapToGrid spacing ind contextualSpacing mirrorIndents suppressOverlap jc textDirection textAlignment
            textboxTightWrap outlineLvl divId cnfStyle rPr sectPr pPrChange""",
        "w:rPr": """rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow emboss imprint noProof snapToGrid
            vanish webHidden color spacing w kern position sz szCs highlight u effect bdr shd fitText vertAlign rtl cs em
            lang eastAsianLayout specVanish oMath""",
        "w:tblPr": """tblStyle tblpPr tblOverlap bidiVisual tblStyleRowBandSize tblStyleColBandSize tblW jc tblCellSpacing
            tblInd tblBorders shd tblLayout tblCellMar tblLook tblCaption tblDescription""",
        "w:sectPr": """footnotePr endnotePr type pgSz pgMar paperSrc pgBorders lnNumType pgNumType cols formProt vAlign
            noEndnote titlePg textDirection bidi rtlGutter docGrid printerSettings sectPrChange""",
    }.items()
}
"""The order of children that the schema of WordprocessingML asks for."""


def _lined(table: Any) -> None:
    """Thin lines between rows, as on paper, and room above and below a line of text."""
    properties = table._tbl.tblPr
    borders, margins = OxmlElement("w:tblBorders"), OxmlElement("w:tblCellMar")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        line = OxmlElement(f"w:{side}")
        lined = side in ("top", "bottom", "insideH")
        for name, value in (("val", "single" if lined else "nil"), ("sz", "4"), ("space", "0"), ("color", "C9D1CC")):
            line.set(qn(f"w:{name}"), value)
        borders.append(line)
    for side, wide in (("top", "45"), ("left", "70"), ("bottom", "45"), ("right", "70")):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), wide)
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    for element in (borders, margins):
        _insert(properties, element)


def _shade(cell: Any, colour: str) -> None:
    shade = OxmlElement("w:shd")
    shade.set(qn("w:val"), "clear")
    shade.set(qn("w:color"), "auto")
    shade.set(qn("w:fill"), colour)
    cell._tc.get_or_add_tcPr().append(shade)


def _repeated(row: Any) -> None:
    """The head of a table stands again on each of its pages."""
    head = OxmlElement("w:tblHeader")
    row._tr.get_or_add_trPr().append(head)
