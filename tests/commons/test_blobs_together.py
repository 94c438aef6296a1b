"""Many files at once, for loaders: kept as each alone would be."""

from __future__ import annotations

import os

from rafid.commons import blobs


def test_many_are_kept_as_each_alone(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    alone = blobs.keep(b"first")
    old = blobs.path_of(alone.sha256)
    os.utime(old, (1, 1))
    together = blobs.keep_all([b"first", b"\xff\xd8\xff\xe0 picture", b"\xff\xd8\xff\xe0 picture"])
    assert together[0] == alone
    assert together[1] == together[2]
    assert together[1].media_type == "image/jpeg"
    assert blobs.read(together[1].sha256) == b"\xff\xd8\xff\xe0 picture"
    assert old.stat().st_mtime > 1, "the sweep takes what looks old"
    assert sorted(sha256 for sha256, _path in blobs.all_hashes()) == sorted({one.sha256 for one in together})
    assert not list((tmp_path / "media" / "incoming").iterdir())
