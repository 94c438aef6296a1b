"""Where a visitor reads what was published: each door's rows, and the words of whatever is behind an address."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pyarrow.parquet as parquet
import pyogrio
import pypdfium2
from openpyxl import load_workbook

type_cell = tuple[str, str]
TOTAL = "total"


def told(figures: Any, rows: Iterable[Mapping[str, Any]]) -> dict[type_cell, int | None]:
    """By place and sex what a door says; None where it withholds, which must be marked, and nothing else may be missing."""
    column = figures.code.replace("-", "_")
    found: dict[type_cell, int | None] = {}
    for row in rows:
        value, flag = row[column], row[f"{column}_flag"]
        missing = value in (None, "") or value != value
        assert missing == (flag == "*"), row
        found[row["code"], "" if row["sex"] == TOTAL else row["sex"]] = None if missing else int(value)
    return found


def secret_words(numbers: Iterable[int]) -> re.Pattern[str]:
    """Numbers as a page or a file would write them. One of a single digit stands everywhere: the rows tell of it."""
    written = {text for n in numbers if n > 999 for text in (str(n), f"{n:,}", f"{n:,}".replace(",", "٬"))}
    return re.compile(rf"(?<![\w.,])(?:{'|'.join(map(re.escape, sorted(written)))})(?![\w,])")


class Public:
    """``request`` asks without any account."""

    def __init__(self, request: Any, site: str, folder: Path) -> None:
        self.request, self.site, self.folder = request, site, folder

    def get(self, address: str) -> bytes:
        answer = self.request.get(address if address.startswith("http") else self.site + address)
        assert answer.status == 200, (address, answer.status)
        return answer.body()

    def csv(self, address: str) -> list[dict[str, Any]]:
        return list(csv.DictReader(io.StringIO(self.get(address).decode("utf-8-sig"))))

    def tables(self, code: str) -> dict[str, list[dict[str, Any]]]:
        """The rows of the dataset by the door that they come through."""
        head, *lines = (
            load_workbook(io.BytesIO(self.get(f"/data/{code}.xlsx"))).worksheets[0].iter_rows(values_only=True)
        )
        package = self.folder / "data.gpkg"
        package.write_bytes(self.get(f"/data/{code}.gpkg"))
        meta, _ids, _shapes, columns = pyogrio.raw.read(package, layer=code)
        api = f"/api/v1/products/datasets/{code}/rows?limit=500"
        return {
            "version": self.csv(f"/data/{code}/v1.csv"),
            "xlsx": [dict(zip(head, line, strict=True)) for line in lines],
            "geojson": self._features(f"/data/{code}.geojson"),
            "gpkg": [dict(zip(meta["fields"], row, strict=True)) for row in zip(*columns, strict=True)],
            "parquet": parquet.read_table(io.BytesIO(self.get(f"/data/{code}.parquet"))).to_pylist(),
            "ogc": self._features(f"/ogc/collections/{code}/items?limit=10000"),
            "odata": json.loads(self.get(f"/odata/v4/{code}"))["value"],
            "api": json.loads(self.get(api))["items"],
        }

    def _features(self, address: str) -> list[dict[str, Any]]:
        return [one["properties"] for one in json.loads(self.get(address))["features"]]

    def feeds(self, code: str) -> Iterator[str]:
        """Machine addresses that no page of these leads to by itself."""
        yield from ("/gallery.atom", "/catalog.jsonld", "/catalog.csv", f"/tiles/{code}.json", "/odata/v4/$metadata")
        yield from (f"/ogc/collections/{code}", f"/ogc/collections/{code}/items?f=html&limit=100")

    def linked(self, page: Any, addresses: Iterable[str]) -> list[str]:
        """These pages, and whatever of the same products and dataset they lead to or show."""
        found = dict.fromkeys(addresses)
        parts = tuple(urlsplit(one).path.rstrip("/").rpartition("/")[2] for one in found)
        for address in list(found):
            page.goto(address)
            script = "all => all.map((one) => one.href || one.src)"
            for link in page.locator("a[href], img[src], link[href]").evaluate_all(script):
                own = any(part in urlsplit(link).path for part in parts)
                if link.startswith(self.site) and own and not re.search(r"/(ask|embed|verify|desk|compose)\b", link):
                    found[link.partition("#")[0]] = None
        return list(found)

    def files_of(self, page: Any, address: str) -> list[str]:
        page.goto(address)
        return page.locator("section[aria-labelledby=files] ul.files a[title]:not(.hash)").evaluate_all(
            "all => all.map((one) => one.href)"
        )

    def text(self, address: str) -> str:
        """The words behind an address, whatever it is."""
        body = self.get(address)
        if body.startswith(b"%PDF"):
            pages = pypdfium2.PdfDocument(body)
            return "\n".join(one.get_textpage().get_text_range() for one in pages) + str(pages.get_metadata_dict())
        if body.startswith(b"SQLite format 3"):
            file = self.folder / "words.gpkg"
            file.write_bytes(body)
            return str([pyogrio.raw.read(file, layer=name)[3] for name, _kind in pyogrio.list_layers(file)])
        if body.startswith(b"PAR1"):
            return str(parquet.read_table(io.BytesIO(body)).to_pylist())
        if body.startswith(b"PK"):
            with zipfile.ZipFile(io.BytesIO(body)) as package:
                return "\n".join(package.read(name).decode("utf-8", "ignore") for name in package.namelist())
        if body.startswith((b"\x89PNG", b"RIFF", b"PMTiles")):
            return ""
        return body.decode("utf-8-sig")

    def tile(self, code: str, at: tuple[int, int, int]) -> list[dict[str, Any]]:
        """The features of a vector tile as GDAL reads them; none of an empty one."""
        z, x, y = at
        answer = self.request.get(f"{self.site}/tiles/{code}/{z}/{x}/{y}.mvt")
        assert answer.status in (200, 204), (at, answer.status)
        if answer.status == 204:
            return []
        file = self.folder / str(z) / str(x) / f"{y}.mvt"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(answer.body())
        found = []
        for name, _kind in pyogrio.list_layers(file):
            meta, _ids, _shapes, columns = pyogrio.raw.read(file, layer=name)
            found += [dict(zip(meta["fields"], map(_plain, row), strict=True)) for row in zip(*columns, strict=True)]
        return found


def _plain(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else value
