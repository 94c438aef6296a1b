"""Message catalogues: read by Babel, written sorted and without dates or line numbers, so that a change is a small change."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import normalize, read_po

from .extraction import Key, Word

PLURALS = {
    "ar": "nplurals=6; plural=n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 && n%100<=99 ? 4 : 5;",
    "ckb": "nplurals=2; plural=(n != 1);",
}
COUNT = {"ar": 6, "ckb": 2}


@dataclass(frozen=True)
class Translation:
    """``texts`` has one text, or one a plural form of the language; all empty where nothing is translated yet."""

    key: Key
    plural: str
    texts: tuple[str, ...]
    fuzzy: bool = False
    comments: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        return all(text.strip() for text in self.texts)


def path_of(locale: Path, language: str) -> Path:
    return locale / language / "LC_MESSAGES" / "django.po"


def read(path: Path, language: str) -> dict[Key, Translation]:
    """Empty where there is no file. Raises Babel's PoFileError for one that is no catalogue."""
    if not path.is_file():
        return {}
    with path.open("rb") as file:
        catalogue: Catalog = read_po(file, locale=language, abort_invalid=True)
    return {made.key: made for message in catalogue if message.id for made in [_translation(message)]}


def _translation(message: Message) -> Translation:
    plural = isinstance(message.id, list | tuple)
    texts = message.string if isinstance(message.string, list | tuple) else (message.string or "",)
    return Translation(
        Key(str(message.id[0] if plural else message.id), message.context or ""),
        str(message.id[1]) if plural else "",
        tuple(texts),
        message.fuzzy,
        tuple(message.user_comments),
    )


def blank(word: Word, language: str) -> Translation:
    return Translation(word.key, word.plural, ("",) * (COUNT[language] if word.plural else 1))


def write(path: Path, language: str, translations: Iterable[Translation]) -> None:
    """The whole file anew, sorted by key."""
    lines = [
        'msgid ""',
        'msgstr ""',
        f'"Language: {language}\\n"',
        '"MIME-Version: 1.0\\n"',
        '"Content-Type: text/plain; charset=UTF-8\\n"',
        '"Content-Transfer-Encoding: 8bit\\n"',
        f'"Plural-Forms: {PLURALS[language]}\\n"',
    ]
    for one in sorted(translations, key=lambda one: one.key):
        lines.append("")
        lines += [f"# {comment}" for comment in one.comments]
        if one.fuzzy:
            lines.append("#, fuzzy")
        if one.key.context:
            lines.append(f"msgctxt {_quoted(one.key.context)}")
        lines.append(f"msgid {_quoted(one.key.text)}")
        if one.plural:
            lines.append(f"msgid_plural {_quoted(one.plural)}")
            lines += [f"msgstr[{form}] {_quoted(text)}" for form, text in enumerate(one.texts)]
        else:
            lines.append(f"msgstr {_quoted(one.texts[0])}")
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".po.tmp")
    draft.write_text("\n".join(lines) + "\n", encoding="utf-8")
    draft.replace(path)


def _quoted(text: str) -> str:
    return str(normalize(text, width=0))
