"""Small files of other systems, made here: XML of the maXML kind, tables of NG, layers."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Sequence
from xml.sax.saxutils import escape

CORNERS = ((44.33, 36.05), (44.333, 36.05), (44.333, 36.052), (44.33, 36.052))


def points(corners: Sequence[tuple[float, float]] = CORNERS, *, crs: str = "WGS84", kind: str = "TP") -> str:
    made = "".join(
        f"<Point><pointNumber>{number}</pointNumber><pointType>{kind}</pointType><shapeID>1</shapeID>"
        f"<longitude>{x}</longitude><latitude>{y}</latitude><coordinateSystem>{crs}</coordinateSystem></Point>"
        for number, (x, y) in enumerate(corners, start=1)
    )
    return f"<GeospatialInfo><Points>{made}</Points></GeospatialInfo>"


def hazard(
    number: int = 1, *, kind: str = "Minefield", cls: str = "SHA", shape: str | None = None, more: str = ""
) -> str:
    return (
        f"<Hazard><hazardGUID>h-{number}</hazardGUID><hazardID>HA-{number}</hazardID><hazardType>{escape(kind)}</hazardType>"
        f"<hazardClass>{cls}</hazardClass><dateOfInformation>2026-01-10</dateOfInformation>"
        f"<expectedDepth>20</expectedDepth><Devices><device>AP</device><device>Zogger</device></Devices>"
        f"{points() if shape is None else shape}{more}</Hazard>"
    )


def report(
    number: int = 1, body: str | None = None, *, on: str = "2026-02-01", operator: str = "TT-OP", place: str = ""
) -> str:
    info = (
        f"<FieldReportInfo><fieldReportGUID>g-{number}</fieldReportGUID><reportID>FR-{number}</reportID>"
        f"<dateOfReport>{on}</dateOfReport><organisation>{operator}</organisation></FieldReportInfo>"
    )
    where = f"<Location><pcode>{place}</pcode></Location>" if place else ""
    return f"<FieldReport>{info}{where}{hazard(number) if body is None else body}</FieldReport>"


def xml(*reports: str, before: str = "") -> bytes:
    inside = "".join(reports or (report(),))
    return f'<?xml version="1.0" encoding="UTF-8"?>{before}<MineActionFieldReport>{inside}</MineActionFieldReport>'.encode()


def zipped(**tables: Sequence[dict]) -> bytes:
    """A zip with a CSV for each table."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, rows in tables.items():
            text = io.StringIO()
            writer = csv.DictWriter(text, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
            archive.writestr(f"{name}.csv", text.getvalue())
    return out.getvalue()


def ng(**changes) -> bytes:
    """One hazard of NG, its points taped from the first."""
    first = {
        "guid": "p-1",
        "pointno": 1,
        "pointtypeenum": "Start Point",
        "lon": 44.33,
        "lat": 36.05,
        "bearing": "",
        "distance": "",
    }
    legs = [(90, 270), (0, 220), (270, 270)]
    others = [
        {
            "guid": f"p-{at}",
            "pointno": at,
            "pointtypeenum": "Turning Point",
            "lon": x,
            "lat": y,
            "bearing": b,
            "distance": d,
        }
        for at, ((x, y), (b, d)) in enumerate(zip(CORNERS[1:], legs, strict=True), start=2)
    ]
    more = {"hazard_guid": "ng-1", "coordrefsys": "WGS84", "shape_id": "1", "frompoint_guid": ""}
    return zipped(
        hazard=[
            {
                "hazard_guid": "ng-1", "hazard_localid": "NG-HA-1", "hazard_type": "Mined area", "hazard_class": "SHA",
                "org_name": "Operator", "dateofinformation": "01/02/2026", "reportedby": "Salim Somebody", **changes,
            }
        ],
        geopoint=[{**one, **more} for one in (first, *others)],
    )  # fmt: skip


def geojson(*properties: dict, corners=CORNERS) -> bytes:
    ring = [list(one) for one in (*corners, corners[0])]
    return json.dumps(
        {
            "type": "FeatureCollection",
            "features": [
                {"type": "Feature", "properties": one, "geometry": {"type": "Polygon", "coordinates": [ring]}}
                for one in properties
            ],
        }
    ).encode()
