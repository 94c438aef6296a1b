"""Strings are found wherever gettext is called; catalogues are written the same way every time."""

from __future__ import annotations

import pytest

from rafid.site.words.catalogues import Translation, blank, path_of, read, write
from rafid.site.words.extraction import Key, Word, messages, third_party, words

TEMPLATE = """{% load i18n %}<p title="{% translate 'Title “one”' %}">
  {% blocktranslate with name=x %}Hello
    {{ name }}, 100 %{% endblocktranslate %}
{% if a %}
        {% blocktranslate count n=rows trimmed %}
          {{ n }} row
        {% plural %}
          {{ n }} rows
        {% endblocktranslate %}
{% endif %}
{{ x|default:_("Nothing yet") }} {% translate "Open" context "verb" %} {# {% translate "In a comment" %} #}
</p>"""
PYTHON = """
from django.utils.translation import gettext as _, gettext_lazy, ngettext, pgettext
a = _("One") + gettext_lazy("Two "
    "lines")
b = ngettext("%(n)d thing", "%(n)d things", 3) % {"n": 3}
c = pgettext("noun", "Open")
d = not_gettext("Three")
"""


def test_templates(tmp_path):
    path = tmp_path / "page.html"
    path.write_text(TEMPLATE, encoding="utf-8")
    assert list(messages(path)) == [
        (Key("Title “one”"), ""),
        (Key("Hello\n    %(name)s, 100 %%"), ""),
        (Key("%(n)s row"), "%(n)s rows"),
        (Key("Nothing yet"), ""),
        (Key("Open", "verb"), ""),
    ]


def test_python(tmp_path):
    path = tmp_path / "code.py"
    path.write_text(PYTHON, encoding="utf-8")
    assert list(messages(path)) == [
        (Key("One"), ""),
        (Key("Two lines"), ""),
        (Key("%(n)d thing"), "%(n)d things"),
        (Key("Open", "noun"), ""),
    ]


def test_a_string_of_two_files_is_one_word(tmp_path):
    for name in ("a.py", "b.py"):
        (tmp_path / name).write_text('_("Same")', encoding="utf-8")
    (word,) = words(sorted(tmp_path.glob("*.py")), tmp_path).values()
    assert word.files == {"a.py", "b.py"}


@pytest.mark.parametrize("language", ["ar", "ckb"])
def test_what_is_written_is_read_back_and_written_the_same(tmp_path, language):
    path = path_of(tmp_path, language)
    forms = 6 if language == "ar" else 2
    given = [
        Translation(Key("b\nc\n"), "", ("ڕ\nx\n",)),
        Translation(Key('a "quoted" \\ one'), "", ('"ا" \\',), comments=("why",)),
        Translation(Key("Open", "verb"), "", ("بکەرەوە",)),
        Translation(Key("Open"), "", ("کراوە",), fuzzy=True),
        Translation(Key("%(n)s row"), "%(n)s rows", tuple(f"%(n)s {n}" for n in range(forms))),
    ]
    write(path, language, given)
    first = path.read_text(encoding="utf-8")
    assert sorted(read(path, language).values(), key=lambda one: one.key) == sorted(given, key=lambda one: one.key)
    write(path, language, reversed(list(read(path, language).values())))
    assert path.read_text(encoding="utf-8") == first
    assert "Date" not in first


def test_a_new_word_has_as_many_empty_forms_as_its_language(tmp_path):
    assert blank(Word(Key("row"), "rows"), "ar").texts == ("",) * 6
    assert blank(Word(Key("row"), "rows"), "ckb").texts == ("",) * 2
    assert blank(Word(Key("row")), "ar").texts == ("",)


def test_a_third_party_that_moved_its_files_is_told(tmp_path):
    listing = tmp_path / "list.txt"
    listing.write_text("# why\ndjango forms/fields.py\n")
    ((name, files, _folder),) = third_party(listing)
    assert name == "django"
    assert [path.name for path in files] == ["fields.py"]
    listing.write_text("django forms/no_such_file.py\n")
    with pytest.raises(FileNotFoundError, match="no forms/no_such_file"):
        list(third_party(listing))
    listing.write_text("no_such_package x.py\n")
    with pytest.raises(FileNotFoundError, match="not installed"):
        list(third_party(listing))
