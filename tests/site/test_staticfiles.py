"""What a production site collects: all that pages load, under names of their content, and no more."""

from __future__ import annotations

import json
import re

import pytest
from django.core.management import call_command
from django.test import override_settings

from rafid.site.cluster import REPOSITORY
from rafid.site.staticfiles import ServedFiles

NAMED = re.compile(r"""{% static ['"]([^'"]+)['"] %}""")


class Uncompressed(ServedFiles):
    """Compressing is WhiteNoise's affair, and takes its time."""

    def post_process_with_compression(self, files):
        return files


@pytest.fixture(scope="module")
def collected(tmp_path_factory):
    """The folder of everything collected, and its manifest."""
    folder = tmp_path_factory.mktemp("static")
    storages = {"staticfiles": {"BACKEND": f"{__name__}.Uncompressed"}}
    with override_settings(STATIC_ROOT=folder, STORAGES=storages):
        call_command("collectstatic", "--no-input", "-v", "0")
    return folder, json.loads((folder / "staticfiles.json").read_text())["paths"]


def test_every_file_that_a_template_names_is_collected(collected):
    folder, paths = collected
    templates = list((REPOSITORY / "src").glob("**/templates/**/*.html"))
    named = {name for template in templates for name in NAMED.findall(template.read_text())}
    assert {"rafid.css", "htmx/htmx.min.js", "maplibre/maplibre-gl-csp.js"} <= named
    assert named <= set(paths)
    assert all((folder / paths[name]).exists() for name in named)


def test_fonts_are_named_by_their_content(collected):
    folder, paths = collected
    css = (folder / paths["rafid.css"]).read_text()
    fonts = re.findall(r'url\("([^"]+woff2)"\)', css)
    assert fonts
    assert all(re.search(r"\.[0-9a-f]{12}\.woff2$", font) and (folder / font).exists() for font in fonts)


def test_what_no_page_loads_is_left_out(collected):
    _folder, paths = collected
    assert not [name for name in paths if name.endswith((".map", "-dev.js", ".woff", ".d.ts"))]
    assert sum(1 for name in paths if name.startswith("maplibre/")) < 10
