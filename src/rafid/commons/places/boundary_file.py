"""Files of borders as people send them: GeoJSON, GeoPackage, zipped shapefile. What a file is, its bytes decide.

GDAL opens what it likes by content, remote and nested files included: so nothing reaches it that was not recognised here.
"""

from __future__ import annotations

import zipfile
import zlib
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
import shapely
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from numpy.typing import NDArray

MOST_BYTES = 512 * 1024 * 1024
"""Of a file, and of what a zip unfolds to."""
_MOST_RATIO = 200  # a shapefile packs to a third; a zip bomb to a thousandth
_SQLITE = b"SQLite format 3\x00"
_GEOPACKAGE = (b"GPKG", b"GP10", b"GP11")
"""The application id of the database (OGC 12-128r18, requirement 2), at byte 68."""
_SHAPES = b"\x00\x00\x27\x0a"
"""How every .shp begins (ESRI 1998): 9994, big-endian."""


class Unreadable(Exception):
    """Why a file cannot be read, in the reader's language, and what to do; ``options`` are those that would say it."""

    def __init__(self, text: str, *options: str) -> None:
        super().__init__(text)
        self.options = options


@dataclass(frozen=True)
class Shapes:
    """What kind of geometry a file should hold, how many rows of it are believable, and what is said where it has none."""

    word: str
    dimension: int
    most: int
    none: Any
    too_many: Any


AREAS = Shapes(
    "Polygon",
    2,
    20_000,
    gettext_lazy("The file holds no polygons. Export the areas themselves, not their borders or centres."),
    gettext_lazy("The file holds more than %d areas. These are no administrative borders."),
)
POINTS = Shapes(
    "Point",
    0,
    500_000,
    gettext_lazy("The file holds no points. Export one point for each settlement."),
    gettext_lazy("The file holds more than %d points. Split it by governorate."),
)


@dataclass(frozen=True)
class BoundaryFile:
    """What a file holds. ``geometries`` (n,) are shapely's, in degrees of WGS 84; None where a row has none.

    ``columns`` are the fields in the file's order, each a list of n values. ``remarks`` are lazy: each reader's language.
    """

    name: str
    kind: str
    layer: str
    crs: str
    reprojected: bool
    columns: dict[str, list[Any]]
    geometries: NDArray[np.object_]
    remarks: list[Any] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.geometries)


def read_boundaries(path: Path, *, name: str = "", layer: str = "") -> BoundaryFile:
    """Reads the polygons of a file. ``name`` is what the person called it. Raises Unreadable."""
    return read_features(path, AREAS, name=name, layer=layer)


def read_features(path: Path, shapes: Shapes, *, name: str = "", layer: str = "") -> BoundaryFile:
    """Reads the features of a file, whose geometries should be ``shapes``. Raises Unreadable."""
    name = name or path.name
    kind, source = recognised(path)
    # GDAL names the layer of a GeoJSON after the file as it is stored, people after the file as they sent it.
    stored, called = path.stem, Path(name).stem
    layer, attributes = _layer(source, kind, stored if kind == "GeoJSON" and layer == called else layer, shapes)
    columns, geometries, crs_name = _rows(source, kind, layer, attributes, shapes)
    if not any(shapely.get_dimensions(geometry) == shapes.dimension for geometry in geometries if geometry is not None):
        raise Unreadable(str(shapes.none))
    geometries, crs, reprojected, remarks = _in_degrees(geometries, crs_name)
    if kind == "GeoJSON" and layer == stored:
        layer = called
    return BoundaryFile(name, kind, layer, crs, reprojected, columns, geometries, remarks)


def recognised(path: Path) -> tuple[str, str]:
    """The kind of file and how GDAL is to be given it."""
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(4096)
    except OSError as error:
        raise Unreadable(_("The file cannot be opened: %s") % (error.strerror or error)) from error
    if size > MOST_BYTES:
        raise Unreadable(
            _("The file is larger than %(most)d MB. Simplify its borders, or split it.") % {"most": MOST_BYTES >> 20}
        )
    if not head.strip():
        raise Unreadable(_("The file is empty."))
    if head.startswith(_SQLITE) and head[68:72] in _GEOPACKAGE:
        return "GPKG", str(path)
    if head.startswith(b"PK"):
        return "ESRI Shapefile", _shapefile(path)
    if head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{"):
        if b'"Topology"' in head:
            raise Unreadable(_("This is TopoJSON. Export it as GeoJSON, GeoPackage or zipped shapefile."))
        return "GeoJSON", f"GeoJSON:{path}"
    raise Unreadable(_("This is neither GeoJSON nor a GeoPackage nor a zipped shapefile. Export it as one of them."))


def _shapefile(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            found = [m.filename for m in members if PurePosixPath(m.filename).suffix.lower() == ".shp"]
            found = [name for name in found if not name.startswith("__MACOSX/")]
            unpacked = sum(member.file_size for member in members)
            packed = max(sum(member.compress_size for member in members), 1)
            if unpacked > MOST_BYTES or (unpacked > 1 << 20 and unpacked / packed > _MOST_RATIO):
                raise Unreadable(_("The zip unfolds to far more than borders need. It was not opened."))
            if any(member.flag_bits & 1 for member in members):
                raise Unreadable(_("The zip is protected by a password. Send it without one."))
            if not found:
                raise Unreadable(_("The zip holds no shapefile (.shp)."))
            if len(found) > 1:
                raise Unreadable(_("The zip holds several shapefiles: %s. Send them one by one.") % ", ".join(found))
            stem = found[0][:-4]
            names = {member.filename.lower() for member in members}
            missing = [end for end in (".shx", ".dbf") if f"{stem}{end}".lower() not in names]
            if missing:
                raise Unreadable(
                    _("The shapefile lacks its %s. Zip all files of the same name together.") % ", ".join(missing)
                )
            with archive.open(found[0]) as shapes:
                if shapes.read(4) != _SHAPES:  # GDAL would open it as what it is, a list of other files, say
                    raise Unreadable(_("The zip is damaged. Make it again."))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise Unreadable(_("The zip is damaged. Make it again.")) from error
    return f"/vsizip/{{{path}}}/{found[0]}"


def _layer(source: str, kind: str, layer: str, shapes: Shapes) -> tuple[str, list[str]]:
    """The layer of such shapes and the names of its fields."""
    import pyogrio
    from pyogrio.errors import DataLayerError, DataSourceError

    try:
        layers = [(str(one), str(geometry or "")) for one, geometry in pyogrio.list_layers(source)]
        drawn = [one for one, geometry in layers if shapes.word in geometry or geometry in ("Unknown", "Geometry", "")]
        if layer and layer not in [one for one, _geometry in layers]:
            raise Unreadable(
                _("There is no layer %(layer)s. There are: %(all)s.")
                % {"layer": layer, "all": ", ".join(one for one, _geometry in layers)}
            )
        if not layer and len(drawn) > 1:
            raise Unreadable(_("The file holds several layers: %s. Say which one.") % ", ".join(drawn), "layer")
        if not layer and not drawn:
            raise Unreadable(str(shapes.none))
        chosen = layer or drawn[0]
        known = pyogrio.read_info(source, layer=chosen, force_feature_count=True)
    except (DataSourceError, DataLayerError) as error:
        raise Unreadable(
            _("The file cannot be read as %(kind)s: %(why)s") % {"kind": kind, "why": _why(error, source)}
        ) from error
    if known["features"] > shapes.most:
        raise Unreadable(str(shapes.too_many) % shapes.most)
    return chosen, [str(one) for one in known["fields"]]


def _rows(
    source: str, kind: str, layer: str, fields: list[str], wanted: Shapes
) -> tuple[dict[str, list[Any]], NDArray[np.object_], str]:
    from pyogrio import raw
    from pyogrio.errors import DataSourceError, FeatureError, FieldError, GeometryError

    # A .dbf without its .cpg says nothing of its letters: modern programs write UTF-8, old ones Windows-1256.
    encodings = ["UTF-8", "CP1256"] if kind == "ESRI Shapefile" else [None]
    for number, encoding in enumerate(encodings):
        try:
            meta, _fids, shapes, values = raw.read(source, layer=layer, force_2d=True, encoding=encoding)
            break
        except UnicodeDecodeError as error:
            if number + 1 == len(encodings):
                raise Unreadable(_("The letters of the table cannot be read. Export it as GeoPackage.")) from error
        except (DataSourceError, FeatureError, FieldError, GeometryError, ValueError) as error:
            raise Unreadable(
                _("The file cannot be read as %(kind)s: %(why)s") % {"kind": kind, "why": _why(error, source)}
            ) from error
    if shapes is None or not len(shapes):
        raise Unreadable(str(wanted.none))
    geometries = np.array(
        [shapely.from_wkb(wkb, on_invalid="ignore") if wkb is not None else None for wkb in shapes], dtype=object
    )
    columns = {name: [_plain(value) for value in column] for name, column in zip(fields, values, strict=True)}
    return columns, geometries, str(meta["crs"] or "")


def _why(error: Exception, source: str) -> str:
    """GDAL's words without our path in them."""
    return str(error).replace(source, "").replace(source.removeprefix("GeoJSON:"), "").replace("''", "").strip(" :;")


def _plain(value: Any) -> Any:
    """A value of the table as Python's own; empty and not-a-number are None."""
    if isinstance(value, np.datetime64):
        value = None if np.isnat(value) else str(value)
    elif isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float):
        value = None if value != value else int(value) if value.is_integer() else value
    if isinstance(value, str):
        value = value.strip() or None
    return value


_reprojected = lazy(lambda system: _("Reprojected from %s to degrees of WGS 84.") % system, str)


def _in_degrees(geometries: NDArray[np.object_], crs_name: str) -> tuple[NDArray[np.object_], str, bool, list[Any]]:
    from pyproj import CRS, Transformer
    from pyproj.exceptions import CRSError, ProjError

    remarks: list[Any] = []
    wgs84 = CRS.from_user_input("OGC:CRS84")
    try:
        crs = CRS.from_user_input(crs_name) if crs_name else None
    except CRSError as error:
        raise Unreadable(_("The file's reference system is not known: %s") % crs_name[:200]) from error
    reprojected = False
    if crs is None:
        remarks.append(
            gettext_lazy("The file does not say its reference system; its numbers are taken as degrees of WGS 84.")
        )
    elif not crs.equals(wgs84, ignore_axis_order=True) and not crs.equals(CRS("EPSG:4326"), ignore_axis_order=True):
        transformer = Transformer.from_crs(crs, wgs84, always_xy=True)
        try:
            geometries = shapely.transform(geometries, transformer.transform, interleaved=False)
        except ProjError as error:
            raise Unreadable(_("The coordinates do not belong to the reference system that the file names.")) from error
        reprojected = True
        remarks.append(_reprojected(crs.name))
    coordinates = shapely.get_coordinates(geometries)
    finite = coordinates[np.isfinite(coordinates).all(axis=1)]
    if len(finite) and ((np.abs(finite[:, 0]) > 180).any() or (np.abs(finite[:, 1]) > 90).any()):
        x, y = finite[(np.abs(finite[:, 0]) > 180) | (np.abs(finite[:, 1]) > 90)][0]
        raise Unreadable(
            _(
                "The coordinates are not longitude and latitude (%(x).0f, %(y).0f), and the file does not name their"
                " reference system. Export it in WGS 84 (EPSG:4326)."
            )
            % {"x": x, "y": y}
        )
    return geometries, crs.name if crs else "", reprojected, remarks
