"""What leaves the platform is read by the libraries that the field's own programs are made of: GDAL (QGIS reads by it),
openpyxl, lxml and xarray; and answers of EDR and SensorThings hold what their standards ask for."""

from __future__ import annotations

import io
import json

import jsonschema
import numpy as np
import openpyxl
import pyogrio
import pytest
import xarray
from lxml import etree

from rafid.programmes.rivers.arriving.readers import read_waterml
from rafid.programmes.rivers.codes import VARIABLES
from rafid.programmes.rivers.models import Series
from rafid.programmes.rivers.standards import UCUM
from rafid.programmes.rivers.values.recording import Reading, record_values

from .conftest import at

pytestmark = pytest.mark.django_db
NAMES = {
    "wml2": "http://www.opengis.net/waterml/2.0", "om": "http://www.opengis.net/om/2.0",
    "gml": "http://www.opengis.net/gml/3.2", "xsi": "http://www.w3.org/2001/XMLSchema-instance",
}  # fmt: skip


@pytest.fixture
def stage(river):
    series = river.make_series(
        river.make_station("tt-read", name_en="Read from outside", gauge_zero_m=25.0, datum="EGM2008")
    )
    readings = [Reading(series.pk, at(day), 2 + day / 10, day, quality=1) for day in range(1, 4)]
    record_values(
        [*readings, Reading(series.pk, at(4), None, 4), Reading(series.pk, at(5), 2.5, 5, quality=3)],
        origin="person", judge=False,
    )  # fmt: skip
    return series


def within(got):
    return b"".join(got.streaming_content) if got.streaming else got.content


# WaterML ---------------------------------------------------------------------------------------------------------------------

ORDER = {
    "OM_Observation": ["phenomenonTime", "resultTime", "procedure", "observedProperty", "featureOfInterest", "result"],
    "MonitoringPoint": ["identifier", "name", "sampledFeature", "shape"],
    "MeasurementTimeseries": ["defaultPointMetadata", "point"],
    "DefaultTVPMeasurementMetadata": ["quality", "uom", "interpolationType"],
    "MeasurementTVP": ["time", "value", "metadata"],
}
"""Children of an element in the order in which the schemas of WaterML 2.0 and O&M 2.0 have them."""


def test_waterml_has_its_elements_in_the_order_of_the_schema(client, stage):
    tree = etree.fromstring(within(client.get(f"/api/v1/rivers/series/{stage.pk}/waterml")))
    assert etree.QName(tree) == etree.QName(NAMES["wml2"], "Collection")
    for name, order in ORDER.items():
        found = [one for one in tree.iter() if etree.QName(one).localname == name]
        assert found, name
        for one in found:
            children = list(dict.fromkeys(etree.QName(child).localname for child in one))
            assert children == [each for each in order if each in children], name
    ids = tree.xpath("//@gml:id", namespaces=NAMES)
    assert len(ids) == len(set(ids))
    assert all(one[0].isalpha() or one[0] == "_" for one in ids), "an id begins with no digit"
    (missing,) = tree.xpath("//wml2:MeasurementTVP[wml2:value/@xsi:nil='true']", namespaces=NAMES)
    assert not missing.findtext("wml2:value", namespaces=NAMES)
    (doubted,) = tree.xpath("//wml2:MeasurementTVP[wml2:metadata//wml2:quality]", namespaces=NAMES)
    assert doubted.findtext("wml2:value", namespaces=NAMES) == "2.5"


@pytest.mark.parametrize("variable", sorted(VARIABLES))
def test_waterml_says_every_unit_in_ucum_and_is_read_back(client, river, variable):
    station = river.make_station(f"tt-u-{variable.replace('_', '-')}")
    series = Series.objects.create(
        station=station, variable=variable, unit=VARIABLES[variable].unit, step="1d", known_at=station.known_at,
        sensitivity=0, owner=station.owner, place=station.place,
    )  # fmt: skip
    value = 7.25
    record_values([Reading(series.pk, at(1), value)], origin="person", judge=False, follow=False)
    data = within(client.get(f"/api/v1/rivers/series/{series.pk}/waterml"))
    (code,) = etree.fromstring(data).xpath("//wml2:uom/@code", namespaces=NAMES)
    assert code == UCUM[VARIABLES[variable].unit]
    assert code.isascii()
    assert not set(code) & set(" :\n"), "the pattern of SWE Common for the symbol of a unit"
    (row,) = read_waterml(data, zone=None).rows
    assert row.variable == variable
    assert row.value == pytest.approx(value)


# NetCDF ----------------------------------------------------------------------------------------------------------------------


def test_netcdf_is_opened_as_cf(client, stage):
    body = within(client.get(f"/api/v1/rivers/series/{stage.pk}/netcdf"))
    data = xarray.open_dataset(io.BytesIO(body), engine="h5netcdf")
    assert np.issubdtype(data["time"].dtype, np.datetime64)
    assert data["stage"].dims == ("time",)
    np.testing.assert_allclose(data["stage"].values[[0, 1, 2, 4]], [2.1, 2.2, 2.3, 2.5])
    assert np.isnan(data["stage"].values[3])
    assert {"latitude", "longitude", "station_id", "station_name"} <= set(data.coords)
    raw = xarray.open_dataset(io.BytesIO(body), engine="h5netcdf", decode_cf=False)
    named = raw["stage"].attrs["ancillary_variables"].split()
    assert set(named) == set(raw.data_vars) - {"stage", *data.coords}, (
        "every other variable speaks of the one that names it"
    )
    for name in set(raw.data_vars) - {"station_id", "station_name", "latitude", "longitude"}:
        flags = raw[name].attrs.get("flag_values")
        assert raw[name].attrs["long_name"]
        if flags is not None:
            assert flags.dtype == raw[name].dtype, "flag_values have the type of their variable"
            assert len(flags) == len(raw[name].attrs["flag_meanings"].split())


# Tables and maps -------------------------------------------------------------------------------------------------------------


def test_tables_are_typed_for_a_spreadsheet(client, stage, tmp_path):
    client.force_login(stage.made_by) if stage.made_by_id else None
    body = within(client.get("/rivers/drought/stations.xlsx", {"hxl": "true"}))
    book = openpyxl.load_workbook(io.BytesIO(body))
    sheet = book.worksheets[0]
    head, tags = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=1, max_row=2)]
    assert head[0] == "period"
    assert all(str(one).startswith("#") for one in tags if one)
    assert len([one for one in tags if one]) == len([one for one in head if one])
    for row in sheet.iter_rows(min_row=3):
        for cell in row:
            assert cell.data_type != "f", "no formula"
            if head[cell.column - 1] in ("value", "severity", "months", "scale") and cell.value is not None:
                assert cell.data_type == "n"


def test_shapes_are_read_by_gdal(client, river, tmp_path):
    from rafid.programmes.rivers.terrain.elevation import receive_elevation
    from rafid.programmes.rivers.terrain.flooding import draw_flood
    from rafid.programmes.rivers.terrain.stages import of_stage
    from tests.programmes.rivers.ground import CELL, COLUMNS, ROWS, tiff, valley

    elevation = receive_elevation(
        [tiff(valley())], name="Outside", source_text="Test", licence="CC0", vertical_datum="EGM2008",
        owner=river.ministry, by=river.hydrologist,
    )  # fmt: skip
    flood = draw_flood(
        elevation, asked=of_stage(3.0), bed_stage_m=0.5, drainage_km2=COLUMNS * CELL**2 / 1e6, owner=river.ministry,
        by=river.hydrologist,
    )  # fmt: skip
    for ext in ("geojson", "gpkg"):
        answer = client.get(f"/data/rivers-flood-extent.{ext}")
        assert answer.status_code == 200, answer
        path = tmp_path / f"extent.{ext}"
        path.write_bytes(within(answer))
        about = pyogrio.read_info(path, force_feature_count=True)
        assert about["crs"] == "EPSG:4326"
        _meta, table = pyogrio.read_arrow(path, where=f"map_ref = '{flood.ref}'")
        assert table.num_rows == 2
        rows = table.to_pydict()
        assert sum(rows["area_km2"]) == pytest.approx(3 * ROWS * CELL**2 / 1e6, rel=1e-3)
    path = tmp_path / "depths.geojson"
    path.write_bytes(client.get(f"/rivers/floods/maps/{flood.ref}/depths.geojson").content)
    assert pyogrio.read_info(path, force_feature_count=True)["features"] == 2


# EDR and SensorThings --------------------------------------------------------------------------------------------------------

LINK = {"type": "object", "required": ["href", "rel"], "properties": {"href": {"type": "string"}}}
COLLECTION = {
    "type": "object",
    "required": ["id", "links", "extent", "data_queries", "parameter_names", "output_formats", "crs"],
    "properties": {
        "links": {"type": "array", "items": LINK},
        "extent": {
            "type": "object",
            "properties": {
                "spatial": {
                    "required": ["bbox", "crs"],
                    "properties": {"bbox": {"items": {"type": "array", "minItems": 4, "maxItems": 6}}},
                },
                "temporal": {"required": ["interval", "trs"]},
            },
        },
        "data_queries": {"additionalProperties": {"required": ["link"], "properties": {"link": LINK}}},
        "parameter_names": {
            "additionalProperties": {
                "required": ["type", "observedProperty"],
                "properties": {
                    "type": {"const": "Parameter"},
                    "data-type": {"enum": ["integer", "float", "string"]},
                    "observedProperty": {"required": ["label"]},
                    "unit": {"anyOf": [{"required": ["label"]}, {"required": ["symbol"]}]},
                },
            }
        },
        "crs": {"type": "array", "items": {"type": "string"}},
        "output_formats": {"type": "array", "items": {"type": "string"}},
    },
}
NDARRAY = {
    "required": ["type", "dataType", "values"],
    "properties": {
        "type": {"const": "NdArray"},
        "dataType": {"enum": ["float", "integer", "string"]},
        "values": {"type": "array", "items": {"type": ["number", "string", "null"]}},
    },
}
COVERAGE = {
    "required": ["type", "domain", "parameters", "ranges"],
    "properties": {
        "type": {"const": "Coverage"},
        "domain": {
            "required": ["type", "axes", "referencing"],
            "properties": {
                "type": {"const": "Domain"},
                "domainType": {"const": "PointSeries"},
                "axes": {
                    "required": ["x", "y", "t"],
                    "properties": {
                        "x": {"properties": {"values": {"maxItems": 1}}},
                        "y": {"properties": {"values": {"maxItems": 1}}},
                    },
                },
            },
        },
        "parameters": {"additionalProperties": {"required": ["type", "observedProperty"]}},
        "ranges": {"additionalProperties": NDARRAY},
    },
}
"""What OGC 19-086r6 (collections) and 21-069r2 (CoverageJSON) require, in short."""


def test_edr_answers_hold_what_the_standard_requires(client, stage):
    jsonschema.validate(client.get("/edr/collections/rivers").json(), COLLECTION)
    found = client.get("/edr/collections/rivers/locations/tt-read", {"parameter-name": "stage,stage_quality"})
    coverage = json.loads(within(found))
    jsonschema.validate(coverage, COVERAGE)
    assert coverage["ranges"].keys() == coverage["parameters"].keys()
    for one in coverage["ranges"].values():
        assert one["shape"] == [len(one["values"])] == [len(coverage["domain"]["axes"]["t"]["values"])]
    times = coverage["domain"]["axes"]["t"]["values"]
    assert times == sorted(times)


ENTITIES = {
    "Things": {"name", "description", "properties"},
    "Locations": {"name", "description", "encodingType", "location"},
    "Sensors": {"name", "description", "encodingType", "metadata"},
    "ObservedProperties": {"name", "definition", "description"},
    "Datastreams": {"name", "description", "unitOfMeasurement", "observationType"},
    "FeaturesOfInterest": {"name", "description", "encodingType", "feature"},
    "Observations": {"phenomenonTime", "result", "resultTime"},
}
"""Mandatory properties of OGC 18-088, section 8.2."""


@pytest.mark.parametrize("kind", ENTITIES)
def test_sta_entities_have_their_mandatory_properties(client, stage, kind):
    rows = client.get(f"/sta/v1.1/{kind}", {"$top": 3}).json()["value"]
    assert rows
    for row in rows:
        assert ENTITIES[kind] <= row.keys()
        assert {"@iot.id", "@iot.selfLink"} <= row.keys()
        if kind == "Datastreams":
            assert {"name", "symbol", "definition"} <= row["unitOfMeasurement"].keys()
