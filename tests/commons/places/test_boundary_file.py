"""Files of borders: good ones in each form, and what people and attackers send instead."""

from __future__ import annotations

import io
import json
import zipfile

import numpy as np
import pyogrio
import pytest
import shapely
from django.utils.translation import override

from rafid.commons.places.boundary_file import Unreadable, read_boundaries

NAMES = ["الفلوجة", "القائم", "Heet"]
SHAPES = [shapely.box(43 + n, 33, 44 + n, 34) for n in range(3)]


@pytest.fixture(autouse=True)
def _english():
    with override("en"):
        yield


def write(path, driver, crs="EPSG:4326", shapes=SHAPES, **more):
    fields = [np.array(["A1", "A2", "A3"], dtype=object), np.array(NAMES, dtype=object)]
    pyogrio.raw.write(
        str(path), shapely.to_wkb(shapes), fields, ["code", "name_ar"], driver=driver, geometry_type="Polygon", crs=crs, **more
    )  # fmt: skip
    return path


def zipped(folder, path, but=()):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in folder.iterdir():
            if file.suffix not in but:
                archive.write(file, file.name)
    return path


def geojson(path, shapes=SHAPES, **more):
    features = [
        {"type": "Feature", "properties": {"code": f"A{n}"}, "geometry": shapely.geometry.mapping(shape)}
        for n, shape in enumerate(shapes)
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features, **more}))
    return path


@pytest.mark.parametrize(("driver", "name"), [("GeoJSON", "a.geojson"), ("GPKG", "a.gpkg")])
def test_geojson_and_geopackage(tmp_path, driver, name):
    file = read_boundaries(write(tmp_path / name, driver))
    assert (file.kind, len(file), file.reprojected) == (driver, 3, False)
    assert file.columns == {"code": ["A1", "A2", "A3"], "name_ar": NAMES}
    assert file.geometries[0].equals(SHAPES[0])


def test_the_layer_of_a_geojson_is_called_as_its_file_was(tmp_path):
    """Not as the file is stored: the name stands in the source of every place."""
    path = geojson(tmp_path / "0190-stored")
    assert read_boundaries(path, name="districts.geojson").layer == "districts"
    assert read_boundaries(path, name="districts.geojson", layer="districts").layer == "districts"
    assert read_boundaries(geojson(tmp_path / "1", name="own"), name="districts.geojson").layer == "own"
    with pytest.raises(Unreadable, match="There is no layer other"):
        read_boundaries(path, name="districts.geojson", layer="other")


@pytest.mark.parametrize("encoding", ["UTF-8", "CP1256"])
@pytest.mark.parametrize("without", [(), (".cpg",)])
def test_zipped_shapefile_with_and_without_its_code_page(tmp_path, encoding, without):
    folder = tmp_path / "s"
    folder.mkdir()
    write(folder / "d.shp", "ESRI Shapefile", encoding=encoding)
    file = read_boundaries(zipped(folder, tmp_path / "d.zip", without))
    assert file.columns["name_ar"] == NAMES
    assert len(file) == 3


def test_another_reference_system_is_reprojected(tmp_path):
    from pyproj import Transformer

    to_utm = Transformer.from_crs(4326, 32638, always_xy=True)
    shapes = shapely.transform(SHAPES, to_utm.transform, interleaved=False)
    file = read_boundaries(write(tmp_path / "utm.gpkg", "GPKG", "EPSG:32638", shapes))
    assert file.reprojected
    assert "UTM" in file.remarks[0]
    assert shapely.hausdorff_distance(file.geometries[0], SHAPES[0]) < 1e-6


def test_metres_without_a_reference_system_are_told(tmp_path):
    shapes = [shapely.box(350_000, 3_600_000, 360_000, 3_610_000)]
    with pytest.raises(Unreadable, match="not longitude and latitude"):
        read_boundaries(geojson(tmp_path / "m.geojson", shapes))


def test_several_layers_must_be_told_apart(tmp_path):
    path = write(tmp_path / "two.gpkg", "GPKG", layer="one")
    write(path, "GPKG", layer="two", append=True)
    with pytest.raises(Unreadable, match="several layers: one, two"):
        read_boundaries(path)
    assert read_boundaries(path, layer="two").layer == "two"
    with pytest.raises(Unreadable, match="no layer three"):
        read_boundaries(path, layer="three")


def bomb() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("d.shp", b"\0" * (30 << 20))
    return held.getvalue()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b"  \n ", "is empty"),
        (b"ref,name\nIQG01,Al-Anbar\n", "neither GeoJSON"),
        (b"<OGRVRTDataSource><OGRVRTLayer/></OGRVRTDataSource>", "neither GeoJSON"),
        (b"\x89PNG\r\n", "neither GeoJSON"),
        (b'{"type": "FeatureCollection", "features": [{"type":', "cannot be read as GeoJSON"),
        (b'{"type": "Topology", "objects": {}}', "TopoJSON"),
        (b'{"a": 1}', "cannot be read as GeoJSON"),
        (b'{"type": "FeatureCollection", "features": []}', "no polygons"),
        (b"SQLite format 3\x00" + b"\x00" * 52 + b"GPKG" + b"\x00" * 2000, "cannot be read as GPKG"),
        (b"SQLite format 3\x00" + b"\x00" * 2000, "neither GeoJSON"),
        (b"PK\x03\x04 not really", "zip is damaged"),
        (bomb(), "unfolds to far more"),
    ],
)
def test_what_is_not_what_it_says(tmp_path, content, says):
    path = tmp_path / "borders.geojson"
    path.write_bytes(content)
    with pytest.raises(Unreadable, match=says) as error:
        read_boundaries(path)
    assert str(tmp_path) not in str(error.value), "our folders are nobody's business"


def test_points_are_no_borders(tmp_path):
    with pytest.raises(Unreadable, match="no polygons"):
        read_boundaries(geojson(tmp_path / "p.geojson", [shapely.Point(44, 33)]))


def test_a_shapefile_without_its_table(tmp_path):
    folder = tmp_path / "s"
    folder.mkdir()
    write(folder / "d.shp", "ESRI Shapefile")
    with pytest.raises(Unreadable, match=r"lacks its \.dbf"):
        read_boundaries(zipped(folder, tmp_path / "d.zip", (".dbf",)))
    with pytest.raises(Unreadable, match="no shapefile"):
        read_boundaries(zipped(folder, tmp_path / "e.zip", (".shp",)))


def test_nobody_reads_other_files_through_a_border_file(tmp_path):
    """GDAL would open what a virtual file points to."""
    secret = write(tmp_path / "secret.gpkg", "GPKG")
    for content in (f'<OGRVRTDataSource><OGRVRTLayer name="a"><SrcDataSource>{secret}</SrcDataSource></OGRVRTLayer>',):
        path = tmp_path / "x.geojson"
        path.write_text(content)
        with pytest.raises(Unreadable):
            read_boundaries(path)
        packed = tmp_path / "x.zip"
        with zipfile.ZipFile(packed, "w") as archive:
            for end in (".shp", ".shx", ".dbf"):
                archive.writestr(f"x{end}", f"{content}</OGRVRTDataSource>")
        with pytest.raises(Unreadable, match="zip is damaged"):
            read_boundaries(packed)


def test_a_database_that_is_no_geopackage_is_not_opened(tmp_path):
    """Tables of SQLite can be made of other files; a GeoPackage says in its head that it is one."""
    path = write(tmp_path / "d.sqlite", "SQLite")
    with pytest.raises(Unreadable, match="neither GeoJSON nor a GeoPackage"):
        read_boundaries(path)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(Unreadable, match="cannot be opened"):
        read_boundaries(tmp_path / "nothing.geojson")
