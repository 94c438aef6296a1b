"""The review of the real catalogues, and what ``--write`` does to a room."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from rafid.site.words import review
from rafid.site.words.catalogues import path_of, read
from rafid.site.words.extraction import Key
from rafid.site.words.review import Review, Room, fill, rooms


def test_the_frame_has_its_arabic_and_its_sorani():
    found = Review.of(rooms()[:1])
    assert found.lines == []
    assert found.count > 200


def test_rooms_are_all_that_can_show_a_string():
    names = [room.name for room in rooms()]
    assert names[0] == "site"
    assert {"places", "people", "records", "indicators", "products", "statistics"} <= set(names)
    for room in rooms():
        assert room.folder.is_dir()


def test_third_parties_without_our_language_are_reviewed():
    site = path_of(rooms()[0].locale, "ckb")
    assert Key("Authenticator App") in read(site, "ckb")
    package, word = review.foreign_words()[Key("Authenticator App")]
    assert package == "allauth"
    assert not review.theirs(package, word, "ckb")
    assert review.theirs(package, word, "ar")


@pytest.fixture
def room(tmp_path, monkeypatch):
    folder = tmp_path / "wells_words"
    (folder / "templates").mkdir(parents=True)
    (folder / "templates/a.html").write_text('{% load i18n %}{% translate "Deep well" %}{% translate "Search" %}')
    made = Room("wells_words", folder, folder / "locale")
    monkeypatch.setattr(review, "rooms", lambda: [*rooms()[:1], made])
    return made


def test_write_adds_what_the_site_has_not_and_the_check_names_it(room):
    assert any("'Deep well' is not translated" in line for line in Review.of([room]).lines)
    assert {(added, dropped) for _path, added, dropped in fill([room])} == {(1, 0)}
    for language in ("ar", "ckb"):
        path = path_of(room.locale, language)
        assert list(read(path, language)) == [Key("Deep well")]
        text = path.read_text(encoding="utf-8").replace(
            'msgid "Deep well"\nmsgstr ""', 'msgid "Deep well"\nmsgstr "بئر"'
        )
        path.write_text(text.replace("بئر", "بیر") if language == "ckb" else text, encoding="utf-8")
    assert Review.of([room]).lines == []
    assert list(fill([room])) == []
    assert path.with_suffix(".mo").is_file()


def test_write_keeps_what_others_wrote_and_prune_drops_it(room):
    list(fill([room]))
    (room.folder / "templates/a.html").write_text("{% load i18n %}{% translate 'Shallow well' %}")
    assert {(added, dropped) for _path, added, dropped in fill([room])} == {(1, 0)}
    assert {(added, dropped) for _path, added, dropped in fill([room], prune=True)} == {(0, 1)}


def test_one_english_word_said_in_two_ways_is_told(room):
    list(fill([room]))
    path = path_of(room.locale, "ar")
    path.write_text(path.read_text(encoding="utf-8") + '\nmsgid "Places"\nmsgstr "المواقع"\n', encoding="utf-8")
    assert any("'Places' is" in line and "المواقع" in line for line in Review.of([room]).lines)


def test_an_unknown_room_is_refused():
    with pytest.raises(CommandError, match="There is no room nowhere"):
        call_command("check_translations", "--room", "nowhere")


def test_compiled_catalogues_are_not_committed():
    ignored = (Path(settings.ROOT) / ".gitignore").read_text().split()
    assert "*.mo" in ignored
