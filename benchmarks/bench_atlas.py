"""An atlas in one run beside as many single maps, each its own run, and beside the same maps one after another in one process.

    ./rafid bench atlas

Each governorate's districts by density, in one language. A single run reads the figures, draws the page and prints it, as a
composed map does; the atlas draws contents and index as well, keeps each page and joins them. Processor time is compared,
since other work on the machine lengthens an answer, not that. Memory is the peak of the atlas's own process, with three
pages and with all, then with a page for each district.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
for folder in (ROOT, ROOT / "src"):
    sys.path.insert(0, str(folder))

AIM = 3
GROWTH = 1.15
"""The most that memory may grow from three pages to all."""

MAP = {
    "layers": [{"indicator": "population-density", "level": "district", "style": {"kind": "choropleth", "classes": 5}}],
    "texts": {
        "ar": {"title": "الكثافة السكانية"},
        "ckb": {"title": "چڕیی دانیشتووان"},
        "en": {"title": "Population density"},
    },
}
PERIOD, LANGUAGE = "2024", "ar"

BEGIN = """
import os, sys, time
sys.path[:0] = [{root!r}, {source!r}]
os.environ["DJANGO_SETTINGS_MODULE"] = "rafid.site.settings"
os.environ["DATABASE_URL"] = {url!r}
import django
django.setup()
from django.conf import settings
settings.MEDIA_ROOT = {media!r}
from datetime import date
from benchmarks.bench_atlas import MAP, PERIOD, LANGUAGE
"""
ATLAS = """
from rafid.commons.products.editions import ladder
from rafid.commons.products.models import Edition
edition = Edition.objects.select_related("recipe").get(pk={edition!r})
edition.files.all().delete()
edition.figures["pages"] = edition.figures["pages"][:{most}]
ladder.draw(edition)
print([line for line in open("/proc/self/status") if line.startswith("VmHWM")][0].split()[1])
"""
SINGLE = """
from django.contrib.auth.models import AnonymousUser
from rafid.commons.products.maps.body import read
from rafid.commons.products.maps.page import Facts, print_map
from rafid.commons.products.maps.values import map_figures
for ref in {refs!r}:
    body = read({{**MAP, "extent": {{"places": [ref]}}}})
    figures = map_figures(body, PERIOD, AnonymousUser())
    print_map(body, figures, Facts(date(2026, 1, 1), "1", PERIOD, "a" * 64), LANGUAGE)
"""


def seconds(code: str, **values: object) -> tuple[float, str]:
    """Processor time of a process of its own, from its start to its end, and what it printed."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [sys.executable, "-c", (BEGIN + code).format(**values)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime, done.stdout.strip()


def begun(level: str, code: str) -> tuple[str, list[str]]:
    from django.utils import timezone

    from rafid.commons.products.atlas.maker import AtlasMaker
    from rafid.commons.products.models import Edition, Recipe

    maker = AtlasMaker()
    body = {"map": MAP, "level": level, "of": ""}
    recipe = Recipe.objects.create(
        code=code, kind="atlas", programme="statistics", name_en="Density", body=body, languages=[LANGUAGE]
    )
    from django.contrib.auth.models import AnonymousUser

    figures = maker.figures(body, PERIOD, AnonymousUser())
    edition = Edition.objects.create(
        recipe=recipe, number=1, period=PERIOD, programme="statistics", title=recipe.names, body=body, figures=figures,
        known=timezone.now(), recipe_sha256="a" * 64,
    )  # fmt: skip
    return str(edition.pk), [one["ref"] for one in figures["pages"]]


def main() -> int:
    from benchmarks.loaded import site

    with site() as loaded, tempfile.TemporaryDirectory() as media:
        from django.conf import settings
        from django.db import connection

        from tests.conftest import _cluster

        print("Loaded:", "; ".join(loaded))
        settings.MEDIA_ROOT = media
        url = _cluster().url(str(connection.settings_dict["NAME"]))
        known = {"root": str(ROOT), "source": str(ROOT / "src"), "url": url, "media": media}
        edition, refs = begun("governorate", "bench-atlas")
        seconds(ATLAS, **known, edition=edition, most=1)  # what the machine reads for the first time
        _few, memory_few = seconds(ATLAS, **known, edition=edition, most=3)
        whole, memory = seconds(ATLAS, **known, edition=edition, most=len(refs))
        single = sum(seconds(SINGLE, **known, refs=[ref])[0] for ref in refs)
        row, _said = seconds(SINGLE, **known, refs=refs)
        many, districts = begun("district", "bench-atlas-districts")
        long, memory_many = seconds(ATLAS, **known, edition=many, most=len(districts))
    ratio, growth = single / whole, int(memory_many) / int(memory_few)
    print(f"{len(refs)} maps, contents and index in one run: {whole:.1f} s of processor time")
    print(f"{len(refs)} single runs: {single:.1f} s, {ratio:.1f} × (at least {AIM})")
    print(f"the same maps one after another in one process: {row:.1f} s, {row / whole:.1f} ×")
    print(f"{len(districts)} maps: {long:.1f} s")
    print(f"memory: {int(memory_few) // 1024} MB with 3 pages, {int(memory) // 1024} MB with {len(refs)}, "
          f"{int(memory_many) // 1024} MB with {len(districts)}")  # fmt: skip
    missed = [f"{ratio:.1f} × is less than {AIM}"] * (ratio < AIM) + [f"memory grows by {growth:.2f}"] * (
        growth > GROWTH
    )
    print("missed: " + "; ".join(missed) if missed else "reached")
    return 1 if missed else 0


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(main())
