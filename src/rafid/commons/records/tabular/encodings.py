"""The encoding of a text file: its mark, else strict UTF-8 over the whole file, else a guess that is told.

Excel in Iraq saves CSV as Windows-1256; parts of two files pasted together mix it with UTF-8, which no reader may
guess away: names would be silently wrong.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from pathlib import Path

import charset_normalizer

from .errors import TableError

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_BLOCK = 1 << 20
_SAMPLE = 65_536

ARABIC = ("cp1256", "iso8859_6", "mac_arabic", "cp720", "cp864")
"""Encodings of Arabic, the likeliest first: Windows, Unix, Macintosh, two of DOS."""

_OTHERS = ["cp1252", "cp1254", "cp1250", "cp1251", "cp1253", "cp1255", "iso8859_9", "latin_1"]
_ARABIC_LETTER = re.compile("[\u0621-\u064a\u067e\u0686\u0698\u06a9\u06af\u06cc]")
_ARABIC_WORD = re.compile("[\u0621-\u064a\u067e\u0686\u0698\u06a9\u06af\u06cc]{2,}")
_COMMON = frozenset("اليمنورتبةعدسه")

_WESTERN = frozenset("àâäãáåæçéèêëíìîïñóòôöõøúùûüßÀÂÄÃÁÅÆÇÉÈÊËÍÌÎÏÑÓÒÔÖÕØÚÙÛÜ°²³·–—‘’“”…«»€£§\xa0")

NAMES = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "utf-32": "UTF-32",
    "cp1256": "Windows-1256",
    "cp1252": "Windows-1252",
    "cp1254": "Windows-1254",
    "cp1250": "Windows-1250",
    "cp1251": "Windows-1251",
    "iso8859_6": "ISO 8859-6",
}


@dataclass(frozen=True)
class Scan:
    """What one pass over the bytes found. ``sure`` is False where the encoding was guessed; ``lines`` counts line feeds."""

    encoding: str
    sure: bool
    lines: int
    has_nul: bool


class Mixed(Exception):
    """Byte offset of the first line in the less frequent encoding, and both names."""

    def __init__(self, offset: int, encoding: str, other: str) -> None:
        super().__init__(offset, encoding, other)
        self.offset, self.encoding, self.other = offset, encoding, other


def shown_encoding(encoding: str) -> str:
    return NAMES.get(encoding, encoding)


def known_encoding(name: str) -> str:
    """Python's name of a text encoding that a person chose. Raises ``TableError`` for an unknown one."""
    wanted = {"windows-1256": "cp1256", "utf8": "utf-8"}.get(name.casefold(), name)
    try:
        info = codecs.lookup(wanted)
        "".encode(wanted)  # refuses codecs that are no text encodings, such as zip
    except (LookupError, ValueError) as error:
        raise TableError("unknown_encoding", encoding=name[:40]) from error
    return info.name


def scan(path: Path) -> Scan:
    """One or two passes over the file. Raises ``Mixed`` where rows of two encodings stand in one file."""
    with path.open("rb") as file:
        head = file.read(_SAMPLE)
    mark = next((name for bytes_, name in _MARKS if head.startswith(bytes_)), None)
    if mark in ("utf-16", "utf-32"):
        return Scan(mark, True, _count_lines(path), False)
    wide = _wide(head)
    if wide:
        return Scan(wide, True, _count_lines(path), False)

    lines, has_nul = 0, False
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    valid = True
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            lines += block.count(b"\n")
            has_nul = has_nul or b"\x00" in block
            if valid:
                try:
                    decoder.decode(block)
                except UnicodeDecodeError:
                    valid = False
    if valid:
        try:
            decoder.decode(b"", True)
            return Scan(mark or "utf-8", True, lines, has_nul)
        except UnicodeDecodeError:
            pass
    return Scan(_legacy(path, mark), False, lines, has_nul)


def _count_lines(path: Path) -> int:
    with path.open("rb") as file:
        return sum(block.count(b"\n") for block in iter(lambda: file.read(_BLOCK), b""))


def looks_wide(head: bytes) -> bool:
    """Whether zero bytes are too many for a stray one: UTF-16 without a mark, or no text at all."""
    return head.count(0) >= max(2, len(head) // 50)


def _wide(head: bytes) -> str | None:
    """UTF-16 without a mark: its ASCII (digits, commas, line ends) leaves zero bytes on one side of each pair."""
    head = head[: len(head) // 2 * 2]
    if not looks_wide(head):
        return None
    zeros = head.count(0)
    odd = head[1::2].count(0)
    for encoding, share in (("utf-16-le", odd / zeros), ("utf-16-be", 1 - odd / zeros)):
        if share > 0.95:
            try:
                text = head.decode(encoding)
            except UnicodeDecodeError as error:
                if error.start < len(head) - 4:
                    continue
                text = head[: error.start].decode(encoding)
            if "\x00" not in text:
                return encoding
    raise TableError("is_binary")


def _legacy(path: Path, mark: str | None) -> str:
    """The 8-bit encoding of a file that is not UTF-8 throughout. ``Mixed`` where some of its lines are."""
    unicode_lines = legacy_lines = 0
    first_unicode = first_legacy = -1
    sample = bytearray()
    offset = 0
    with path.open("rb") as file:
        while line := file.readline(_BLOCK):
            if not line.isascii():
                try:
                    decoded = line.decode("utf-8")
                except UnicodeDecodeError:
                    legacy_lines += 1
                    first_legacy = offset if first_legacy < 0 else first_legacy
                    if len(sample) < _SAMPLE:
                        sample += line
                else:
                    # A single pair of bytes may be UTF-8 by chance (a degree sign); two pairs hardly ever.
                    if sum(character > "\x7f" for character in decoded) > 1:
                        unicode_lines += 1
                        first_unicode = offset if first_unicode < 0 else first_unicode
            offset += len(line)
    guess = guess_legacy(bytes(sample))
    if mark or unicode_lines > legacy_lines:
        raise Mixed(first_legacy, "utf-8", guess)
    if unicode_lines:
        raise Mixed(first_unicode, guess, "utf-8")
    return guess


def guess_legacy(sample: bytes) -> str:
    """The likeliest 8-bit encoding of text that is not UTF-8; ``cp1256`` wins where the text reads as Arabic."""
    best, best_score = "", 0.35
    for encoding in ARABIC:
        score = _reads_as_arabic(sample, encoding)
        if score > best_score + (0.05 if best else 0.0):
            best, best_score = encoding, score
    if best:
        return best
    if _reads_as_western(sample):
        return "cp1252"
    match = charset_normalizer.from_bytes(sample, cp_isolation=_OTHERS, threshold=0.4).best()
    found = codecs.lookup(match.encoding).name if match else "cp1252"
    found = {"iso8859-9": "cp1254", "iso8859-1": "cp1252"}.get(found, found)
    try:
        sample.decode(found)
    except UnicodeDecodeError:
        return "latin_1"
    return found


def _reads_as_western(sample: bytes) -> bool:
    """French, English and Spanish need few letters; the other encodings have other letters at the same bytes."""
    try:
        text = sample.decode("cp1252")
    except UnicodeDecodeError:
        return False
    return all(character in _WESTERN for character in text if character > "\x7f")


def _reads_as_arabic(sample: bytes, encoding: str) -> float:
    """0..1: the share of non-ASCII characters that are Arabic letters in words, times how common these letters are."""
    try:
        text = sample.decode(encoding, errors="replace")
    except LookupError:
        return 0.0
    foreign = [character for character in text if character > "\x7f"]
    if not foreign:
        return 0.0
    in_words = sum(len(word) for word in _ARABIC_WORD.findall(text))
    letters = _ARABIC_LETTER.findall(text)
    common = sum(letter in _COMMON for letter in letters) / max(1, len(letters))
    return in_words / len(foreign) * common
