"""The report as files: one tree, so PDF and DOCX say the same; direction, language and fonts; final files stay, whatever stops
the work in the middle."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from datetime import date
from xml.etree import ElementTree

import pypdfium2 as pdfium
import pytest
from pypdf import PdfReader

from rafid.commons import blobs
from rafid.commons.products.papers.pdf import as_pdf
from rafid.commons.products.papers.tree import FIRST, LAST, Drawing, Pictures, Table
from rafid.commons.products.papers.word import as_docx
from rafid.commons.records.change import Refused
from rafid.commons.records.models import Task
from rafid.programmes.monitoring.models import Report, ReportFile, Visit
from rafid.programmes.monitoring.reports import finishing
from rafid.programmes.monitoring.reports.content import document, share_of, whole_of
from rafid.programmes.monitoring.reports.life import comment, erratum, send_to_partners

from .reports_world import SECRET, draft, quarter, with_photo

pytestmark = pytest.mark.django_db
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
TAGS = {"ar": "ar-IQ", "ckb": "ku-Arab-IQ"}


@pytest.fixture(autouse=True)
def _store(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def reported(field):
    quarter(field)
    with_photo(field, Visit.objects.filter(contract=field.contract, state="done").order_by("planned_on").first())
    return draft(field, field.contract, field.other)


def part(docx: bytes, name: str) -> ElementTree.Element:
    with zipfile.ZipFile(io.BytesIO(docx)) as parcel:
        return ElementTree.fromstring(parcel.read(name))


def numbers(text: str) -> list[str]:
    return re.findall(r"\d[\d,]*\.?\d*", text.replace("\u2066", "").replace("\u2069", ""))


def test_every_paragraph_table_and_run_goes_from_right_to_left(reported):
    for language, tag in TAGS.items():
        made = as_docx(document(reported, whole_of(reported), language))
        with zipfile.ZipFile(io.BytesIO(made)) as parcel:
            parts = [name for name in parcel.namelist() if re.search(r"word/(document|header1|footer1)\.xml$", name)]
        assert len(parts) == 3
        runs = foreign = 0
        for name in parts:
            root = part(made, name)
            for paragraph in root.iter(f"{W}p"):
                assert paragraph.find(f"{W}pPr/{W}bidi") is not None, name
            for table in root.iter(f"{W}tbl"):
                assert table.find(f"{W}tblPr/{W}bidiVisual") is not None
            for run in root.iter(f"{W}r"):
                properties = run.find(f"{W}rPr")
                assert properties.find(f"{W}lang").get(f"{W}bidi") == tag
                side = properties.find(f"{W}rtl").get(f"{W}val")
                text = "".join(one.text or "" for one in run.iter(f"{W}t"))
                runs, foreign = runs + 1, foreign + (side == "0")
                # A run that goes from left to right is a code: it holds no letter that goes the other way.
                assert side == "1" or not re.search("[\u0600-\u06ff]", text), text
        assert runs > foreign > 20
        root = part(made, "word/document.xml")
        assert root.find(f"{W}body/{W}sectPr/{W}bidi") is not None
        assert not re.search(f"[{FIRST}{LAST}]", "".join(one.text or "" for one in root.iter(f"{W}t")))


def test_english_goes_from_left_to_right(reported):
    made = as_docx(document(reported, whole_of(reported), "en"))
    root = part(made, "word/document.xml")
    assert root.find(f".//{W}bidi") is None
    assert root.find(f".//{W}rtl") is None
    assert {one.get(f"{W}val") for one in root.iter(f"{W}lang")} == {"en-GB"}


def test_headings_are_styles_and_the_contents_lead_to_them(reported):
    from docx import Document

    tree = document(reported, whole_of(reported), "ar")
    made = as_docx(tree)
    styles = [one.style.name for one in Document(io.BytesIO(made)).paragraphs]
    assert styles.count("Heading 1") == sum(one.level == 1 for one in tree.parts if hasattr(one, "level"))
    root = part(made, "word/document.xml")
    anchors = [one.get(f"{W}anchor") for one in root.iter(f"{W}hyperlink")]
    marks = [one.get(f"{W}name") for one in root.iter(f"{W}bookmarkStart")]
    assert anchors
    assert set(anchors) <= set(marks)
    assert len(set(marks)) == len(marks)
    fields = "".join(one.text or "" for one in part(made, "word/footer1.xml").iter(f"{W}instrText"))
    assert "PAGE" in fields
    assert "NUMPAGES" in fields


def test_no_joined_letter_is_torn_by_spacing(reported):
    """Word stretches letters of some styles apart; Arabic letters would no longer be joined."""
    made = as_docx(document(reported, whole_of(reported), "ckb"))
    for style in part(made, "word/styles.xml").iter(f"{W}style"):
        if style.get(f"{W}styleId") in ("Title", "Heading1", "Heading2", "Heading3", "Normal", "Caption"):
            assert style.find(f"{W}rPr/{W}spacing") is None


@pytest.mark.parametrize("language", ["ar", "ckb", "en"])
def test_pdf_and_docx_carry_the_same_numbers_of_one_tree(reported, language):
    from docx import Document

    tree = document(reported, whole_of(reported), language)
    cells = [
        cell
        for one in tree.parts
        if isinstance(one, Table)
        for row in one.rows
        for cell in row
        if isinstance(cell, str)
    ]
    wanted = sorted(number for cell in cells for number in numbers(cell))
    file = Document(io.BytesIO(as_docx(tree)))
    found = sorted(
        number
        for table in file.tables[1:]
        for row in table.rows[1:]
        for cell in row.cells
        for number in numbers(cell.paragraphs[0].text)
        if not cell._tc.xpath(".//w:drawing")
    )
    assert len(wanted) > 60
    assert found == wanted
    pdf, _pages = as_pdf(tree)
    text = " ".join(page.get_textpage().get_text_range() for page in pdfium.PdfDocument(pdf))
    whole = {number for number in wanted if len(number) > 3 and "," in number}
    assert len(whole) > 8
    assert {number for number in whole if number not in text} == set()


@pytest.mark.parametrize("language", ["ar", "ckb", "en"])
def test_the_pdf_is_tagged_says_its_language_and_holds_its_fonts(reported, language):
    pdf, pages = as_pdf(document(reported, whole_of(reported), language))
    reader = PdfReader(io.BytesIO(pdf))
    root = reader.trailer["/Root"]
    assert root["/Lang"] == language
    assert "/StructTreeRoot" in root
    assert len(reader.pages) == pages > 5
    assert reader.metadata.title
    fonts = {}
    for page in reader.pages:
        for font in page["/Resources"].get("/Font", {}).values():
            described = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
            fonts[str(font.get_object()["/BaseFont"])] = any(f"/FontFile{kind}" in described for kind in ("", "2", "3"))
    assert fonts
    assert all(fonts.values()), fonts
    assert any("Rafid" in name or "Noto" in name for name in fonts)


def test_pictures_tell_nothing_but_what_they_show(reported):
    tree = document(reported, whole_of(reported), "en")
    (pictures,) = [one for one in tree.parts if isinstance(one, Pictures)]
    ((picture, caption),) = pictures.items
    assert SECRET not in picture.png
    assert b"Exif" not in picture.png
    assert "Town" in caption
    for made in (as_pdf(tree)[0], as_docx(tree)):
        assert SECRET not in made
    with zipfile.ZipFile(io.BytesIO(as_docx(tree))) as parcel:
        assert not any(SECRET in parcel.read(name) for name in parcel.namelist())


def test_each_drawing_is_said_in_words(reported):
    tree = document(reported, whole_of(reported), "ar")
    drawings = [
        cell
        for one in tree.parts
        if isinstance(one, Table)
        for row in one.rows
        for cell in row
        if isinstance(cell, Drawing)
    ]
    assert len(drawings) > 5
    assert all(one.alt for one in drawings)
    alts = [one.get("descr") for one in part(as_docx(tree), "word/document.xml").iter() if one.tag.endswith("}docPr")]
    assert all(alts)


def test_in_arabic_and_kurdish_nothing_is_left_in_english(reported):
    """Of the platform's own words; names that people wrote stay as they are."""
    english = document(reported, whole_of(reported), "en")
    said = _texts(english)
    written = r"Partner|Rival|Clearance|Other clearance|Giver|Another giver|Knowledge|Town|South|SHA|JSON|sha256"
    for language in TAGS:
        for text in _texts(document(reported, whole_of(reported), language)) & said:
            bare = re.sub(written, "", re.sub(f"{FIRST}[^{LAST}]*{LAST}", "", text))
            assert not re.search(r"[A-Za-z]{4,}", bare), text


def _texts(tree) -> set[str]:
    heads = {head.text for one in tree.parts if isinstance(one, Table) for head in one.heads}
    return {one.text for one in tree.parts if hasattr(one, "text")} | heads


def with_partners(field, reported):
    sent = send_to_partners(reported, by=field.manager, today=date(2026, 4, 5))
    Report.objects.filter(pk=sent.pk).update(comments_until=date(2999, 1, 1))
    sent.refresh_from_db()
    comment(sent, field.partner, "We were there on every day.", section="seen", by=field.partner_account)
    Report.objects.filter(pk=sent.pk).update(comments_until=date(2026, 4, 19))
    sent.refresh_from_db()
    return sent


def test_final_is_final_with_six_files_by_their_hashes(field, reported):
    final = finishing.finish(with_partners(field, reported), by=field.manager)
    assert (final.state, final.final_by) == ("final", field.manager)
    files = list(ReportFile.objects.filter(report=final))
    assert {(one.format, one.language) for one in files} == {
        (format, language) for format in ("pdf", "docx") for language in ("ar", "ckb", "en")
    }
    for one in files:
        assert hashlib.sha256(blobs.read(one.sha256)).hexdigest() == one.sha256
        assert len(blobs.read(one.sha256)) == one.size
    english = next(one for one in files if (one.format, one.language) == ("docx", "en"))
    text = "".join(one.text or "" for one in part(blobs.read(english.sha256), "word/document.xml").iter(f"{W}t"))
    assert "We were there on every day." in text
    assert "A draft" not in text
    beside = erratum(final, {"en": "Page 3: read 12."}, by=field.manager)
    assert beside.report_id == final.pk
    with pytest.raises(Refused, match="Send it to them first"):
        finishing.finish(final, by=field.manager)


def test_it_becomes_final_only_when_the_time_for_comments_is_over(field, reported):
    sent = send_to_partners(reported, by=field.manager)
    with pytest.raises(Refused, match="may comment until"):
        finishing.begin_finishing(sent, by=field.manager)
    assert not Task.objects.filter(link__contains=sent.ref).exists()


class Killed(BaseException):
    pass


def test_killed_in_the_middle_it_leaves_nothing_half_made(field, reported, monkeypatch):
    sent = with_partners(field, reported)
    keep, kept = blobs.keep, []

    def dies(data):
        if len(kept) == 3:
            raise Killed
        kept.append(keep(data).sha256)
        return keep(data)

    monkeypatch.setattr(finishing.blobs, "keep", dies)
    monkeypatch.setattr(finishing, "as_pdf", lambda tree: (f"%PDF-{tree.language}".encode(), 1))
    with pytest.raises(Killed):
        finishing.finish(sent, by=field.manager)
    sent.refresh_from_db()
    assert (sent.state, sent.final_at, sent.files.count()) == ("comments", None, 0)
    assert len(kept) == 3
    monkeypatch.setattr(finishing.blobs, "keep", keep)
    assert finishing.finish(sent, by=field.manager).state == "final"
    assert sent.files.count() == 6


def test_changed_while_its_files_are_made_it_does_not_become_final(field, reported, monkeypatch):
    sent = with_partners(field, reported)

    def meanwhile(tree):
        Report.objects.filter(pk=sent.pk).update(version=sent.version + 1)
        return b"%PDF-", 1

    monkeypatch.setattr(finishing, "as_pdf", meanwhile)
    with pytest.raises(Refused, match="Begin again"):
        finishing.finish(sent, by=field.manager)
    assert sent.files.count() == 0


def test_a_partner_prints_the_own_part_alone(field, reported):
    sent = with_partners(field, reported)
    tree = document(sent, share_of(sent, field.partner_account), "en")
    with zipfile.ZipFile(io.BytesIO(as_docx(tree))) as parcel:
        text = parcel.read("word/document.xml").decode()
    assert field.contract.ref in text
    assert field.other.ref not in text
    assert "Rival" not in text
    rival = document(sent, share_of(sent, field.rival_account), "en")
    with zipfile.ZipFile(io.BytesIO(as_docx(rival))) as parcel:
        assert "We were there" not in parcel.read("word/document.xml").decode()
