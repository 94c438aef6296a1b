"""The gallery as a folder: whole, from the disk, and nothing in it that is not public."""

from __future__ import annotations

import hashlib
import re

import pytest
from django.core.management import CommandError, call_command

from rafid.commons.products.editions import ladder
from rafid.commons.products.models import Recipe

from .gallery_desk import edition_of, people, recipe_of, use_fake, version_of

pytestmark = pytest.mark.django_db
LINK = re.compile(r"""(?:href|src)="([^"#]+)|url\("([^"]+)""")


@pytest.fixture
def staff(world, settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT = tmp_path / "media"
    use_fake(monkeypatch)
    Recipe.objects.update(state="draft")
    return people(world)


def test_the_folder_is_whole_and_leads_nowhere_out(staff, tmp_path):
    version_of(staff)
    edition = edition_of(staff, recipe_of(staff, dataset="cases"))
    edition_of(staff, recipe_of(staff, "partners", sensitivity=1))
    gone = edition_of(staff, recipe_of(staff, "gone"))
    ladder.withdraw(gone, staff.approver, why={"en": "Wrong"})
    folder = tmp_path / "stick"
    call_command("gallery_bundle", str(folder))
    names = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    for language in ("ar", "ckb", "en"):
        assert {f"{language}/index.html", f"{language}/mosul.html", f"pictures/mosul-{language}.webp"} <= names
        assert f"files/mosul/map-{language}.png" in names
    assert not [name for name in names if "partners" in name or "gone" in name]
    sums = dict(reversed(line.split("  ", 1)) for line in (folder / "SHA256SUMS").read_text().splitlines())
    assert names - {"SHA256SUMS"} == set(sums)
    for name, digest in sums.items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
    assert sums["files/mosul/map-en.png"] == edition.files.get(name="map-en.png").sha256
    for path in [*folder.rglob("*.html"), *folder.rglob("*.css")]:
        text = path.read_text()
        assert "partners" not in text
        assert "Wrong" not in text
        for found in LINK.findall(text):
            link = found[0] or found[1]
            assert "://" not in link
            assert not link.startswith("/"), link
            assert (path.parent / link).resolve().is_file(), f"{link} in {path}"
    index = (folder / "search-index.js").read_text()
    assert "الموصل" in index or "لموصل" in index
    assert "partners" not in index
    assert "#T1" not in index
    assert 'dir="rtl"' in (folder / "ckb/mosul.html").read_text()


def test_somebody_s_own_folder_is_left_alone(staff, tmp_path):
    edition_of(staff, recipe_of(staff))
    own = tmp_path / "own"
    own.mkdir()
    (own / "letter.txt").write_text("mine")
    with pytest.raises(CommandError, match="something else"):
        call_command("gallery_bundle", str(own))
    assert (own / "letter.txt").read_text() == "mine"
    folder = tmp_path / "stick"
    call_command("gallery_bundle", str(folder))
    call_command("gallery_bundle", str(folder), programme="wells")
    with pytest.raises(CommandError, match="Nothing is public"):
        call_command("gallery_bundle", str(tmp_path / "other"), programme="nothing")
