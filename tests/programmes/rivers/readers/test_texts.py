"""Readers of text: files in the documented form, and broken ones."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rafid.programmes.rivers.arriving.readers import (
    DOUBTS,
    MESSAGES,
    FileError,
    kind_of,
    read_dahiti,
    read_grdc,
    read_grealm,
    read_hydroweb,
    read_rdb,
    read_shef,
    read_waterml,
)

GRDC = """# Title:                 GRDC STATION DATA FILE
#                        --------------
# Format:                DOS-ASCII
# Field delimiter:       ;
# missing values are indicated by -999.000
#
# file generation date:  2026-10-01
#
# GRDC-No.:              9999001
# River:                 TIGRIS
# Station:               A PLACE THAT IS MADE UP
# Country:               IQ
# Latitude (DD):       33.3
# Longitude (DD):      44.4
# Catchment area (km²):      134000.0
#************************************************************
#
# Data Set Content:      MEAN DAILY DISCHARGE (Q)
# Unit of measure:                  m³/s
# Time series:           2000-01 - 2000-01
#
# Data lines: 4
# DATA
YYYY-MM-DD;hh:mm; Value
2000-01-01;--:--;    123.000
2000-01-02;--:--;    456.500
2000-01-03;--:--;   -999.000
2000-01-04;--:--;     12,5
"""

RDB = (
    "# U.S. Geological Survey\n#\n"
    "agency_cd\tsite_no\tdatetime\ttz_cd\t1_00060\t1_00060_cd\t2_00065\t2_00065_cd\n"
    "5s\t15s\t20d\t6s\t14n\t10s\t14n\t10s\n"
    "USGS\t08176500\t2026-03-01 00:15\tCST\t1000\tA\t10.00\tP\n"
    "USGS\t08176500\t2026-03-01 00:30\tCST\tIce\tP\t\t\n"
    "USGS\t08176500\t2026-03-01 00:45\tCST\tmuch\tA\t10.2\tA:e\n"
)

GREALM = """TPJOJ.2.4 : Satellite missions and version
000462 Mosul              : Target database id number and name
  36.700   42.700         : Latitude and longitude (degrees east) of lake mid-point
Column 1: Satellite mission name
Column 3: Calendar year/month/day
Column 15: Target height variation in EGM2008 datum (meters above mean sea level, default=9999.99)
TOPX   3 19921020  8 51    2.31  0.110  33.10 TMR DOR ECM 0 0  0   322.45 0
TOPX   4 19921030 99 99  999.99 99.999 999.99 TMR DOR ECM 9 9  9  9999.99 0
JSN3   9 20160309  5  2   -1.10  0.080  30.00 JMR GIM ECM 0 0  1   319.04 0
"""

GREALM_SMOOTH = """TPJOJ.2.4 smooth : Satellite missions and version
000462 Mosul              : Target database id number and name
  36.700   42.700         : Latitude and longitude of lake mid-point
19921020  8 51    2.31   322.45
19921030  6 49    2.11   322.25
"""

HYDROWEB = """#BASIN:: TIGRIS-EUPHRATES
#RIVER:: EUPHRATES
#ID:: R_TIGRIS_EUPHRATES_KM0999
#REFERENCE LONGITUDE:: 41.1
#REFERENCE LATITUDE:: 34.4
#NUMBER OF MEASUREMENTS IN DATASET:: 3
#COL 1 : DATE(YYYY-MM-DD)
#COL 3 : ORTHOMETRIC HEIGHT (M) OF WATER SURFACE AT REFERENCE POSITION
################################################################
2020-01-15 07:43 165.21 0.12 41.101 34.401 180.1 15.1 0.1 S3A SRAL 0123 0053 OCEAN GDR 1
2020-02-11 07:43 9999.999 9999.999 41.101 34.401 180.1 15.1 0.1 S3A SRAL 0123 0054 OCEAN GDR 1
2020-03-09 07:43 166.02 0.08 41.101 34.401 180.1 15.1 0.1 S3A SRAL 0123 0055 OCEAN GDR 1
"""

HYDROWEB_LAKE = """lake=Mossoul;country=Iraq;basin=Tigris;lat=36.67;lon=42.80;date=2020/01/01;first date=1992/10/01
#decimal year;date = yyyy/mm/dd;time = hh:mm;height above surface of reference (m);standard deviation (m);area;volume
1992.8012;1992/10/20;08:51;322.450;0.110;-9999;-9999
1992.8286;1992/10/30;06:49;322.250;0.090;-9999;-9999
"""

DAHITI = """{"code": 200, "info": {"dahiti_id": 10146, "target_name": "Mosul, Lake"},
 "data": [{"datetime": "2016-03-09 05:02:11", "wse": 319.04, "wse_u": 0.04},
          {"datetime": "2016-03-19 03:00:42", "wse": "319.31", "wse_u": 0.04},
          {"datetime": "soon", "wse": 319.5}]}
"""
DAHITI_CSV = "datetime;wse;wse_u\n2016-03-09 05:02:11;319.04;0.04\n2016-03-19 03:00;319.31;0.04\n"
DAHITI_ASCII = "# DAHITI-ID: 10146\n# target: Mosul, Lake\n# height above EIGEN-6C4\n2016-03-09  319.040 0.041\n2016-03-19 319.31 0.03\n"

SHEF = """KWOH 311500
SOME PRODUCT'S HEAD
.A BAGI1 20260331 Z DH06/DUS/HG 31.25/QR 512 E: read by lamp :/TA 18.5
.AR BAGI1 20260330 Z DH06/DUS/HG M
.B KRF 260331 Z DH03/DUS/HG/QR/DRH-6/HG
: a table
MOSI1 224.10/ 350/ 224.00
SHRI1 DH0430/ 118.4//118.35, FATI1 99.1
.END
.E DOKI1 20260331 Z DH00/DUS/HP/DIH6/505.10/505.12/M
.E1 505.2/+/505.3
"""


def waterml(points, uom="m3/s", prop="Discharge", root="wml2:Collection", more=""):
    cells = "".join(
        f"<wml2:point><wml2:MeasurementTVP><wml2:time>{time}</wml2:time>{value}</wml2:MeasurementTVP></wml2:point>\n"
        for time, value in points
    )
    return f"""<?xml version="1.0" encoding="UTF-8"?>{more}
<{root} xmlns:wml2="http://www.opengis.net/waterml/2.0" xmlns:om="http://www.opengis.net/om/2.0"
 xmlns:gml="http://www.opengis.net/gml/3.2" xmlns:xlink="http://www.w3.org/1999/xlink"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<wml2:observationMember><om:OM_Observation>
<om:observedProperty xlink:href="http://example.org/{prop.lower()}" xlink:title="{prop}"/>
<om:featureOfInterest xlink:href="http://example.org/stations/BAG" xlink:title="Baghdad Sarai"/>
<om:result><wml2:MeasurementTimeseries gml:id="t1">
<wml2:defaultPointMetadata><wml2:DefaultTVPMeasurementMetadata><wml2:uom code="{uom}"/>
<wml2:interpolationType xlink:href="http://www.opengis.net/def/waterml/2.0/interpolationType/AveragePrec"/>
</wml2:DefaultTVPMeasurementMetadata></wml2:defaultPointMetadata>
{cells}</wml2:MeasurementTimeseries></om:result></om:OM_Observation></wml2:observationMember></{root}>
""".encode()


NIL = '<wml2:value xsi:nil="true"/>'
WATERML = waterml(
    [
        ("2026-03-31T03:00:00Z", "<wml2:value>512.5</wml2:value>"),
        ("2026-03-31T09:00:00+03:00", "<wml2:value>520</wml2:value>"),
        ("2026-03-31T09:00:00Z", NIL),
        ("2026-03-31T12:00:00Z", "<wml2:value>much</wml2:value>"),
    ]
)


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)


def pairs(table):
    return [(one.time, one.value) for one in table.rows]


def test_grdc():
    table = read_grdc(GRDC.encode("cp1252"))
    assert [(one.station, one.variable, one.unit, one.aggregation) for one in table.rows][:1] == [
        ("9999001", "discharge", "m³/s", "mean")
    ]
    assert pairs(table) == [(utc(2000, 1, 1 + n), value) for n, value in enumerate([123.0, 456.5, None, 12.5])]
    assert [one.doubt for one in table.rows] == ["zone_assumed"] * 3 + ["decimal_comma"]
    assert [one.row for one in table.rows] == [25, 26, 27, 28]
    local = read_grdc(GRDC.encode(), zone="Asia/Baghdad").rows[0]
    assert (local.time, local.doubt) == (utc(1999, 12, 31, 21), "")


def test_grdc_months_take_what_was_provided_and_else_what_was_computed():
    head = GRDC.split("# Data lines")[0].replace("DAILY", "MONTHLY")
    table = read_grdc(f"{head}2000-01-00;--:--; 100.0; 101.0; 31\n2000-02-00;--:--;-999.000;  90.5; 100\n".encode())
    assert pairs(table) == [(utc(2000, 1, 1), 100.0), (utc(2000, 2, 1), 90.5)]


def test_grdc_that_is_cut_says_so():
    with pytest.raises(FileError, match="announces more rows") as refused:
        read_grdc(GRDC.encode()[:-60])
    assert refused.value.wrong_kind


def test_rdb():
    table = read_rdb(RDB.encode())
    first, level = table.rows[:2]
    assert (first.station, first.variable, first.unit, first.time) == (
        "08176500",
        "discharge",
        "m³/s",
        utc(2026, 3, 1, 6, 15),
    )
    assert first.value == pytest.approx(28.316846592)
    assert (level.variable, level.value, level.doubt) == ("stage", pytest.approx(3.048), "provisional")
    assert [(one.value, one.doubt) for one in table.rows[2:3]] == [(None, "marked_missing")]
    assert table.rows[-1].doubt == "estimated"
    assert [(one.row, one.code) for one in table.refused] == [(7, "not_a_number")]
    assert "“much”" in str(table.refused[0])


def test_rdb_daily_values_have_their_statistic():
    text = (
        "agency_cd\tsite_no\tdatetime\t9_00060_00003\t9_00060_00003_cd\t9_00060_00001\t9_00060_00001_cd\n"
        "5s\t15s\t20d\t14n\t10s\t14n\t10s\nUSGS\t1\t2026-03-01\t100\tA\t200\tA\n"
    )
    assert [one.aggregation for one in read_rdb(text.encode()).rows] == ["mean", "max"]
    with pytest.raises(FileError, match="ends in the middle"):
        read_rdb(text.encode()[:-8])
    with pytest.raises(FileError, match="no variable"):
        read_rdb(text.replace("00060", "99999").encode())
    assert read_rdb(RDB.replace("CST", "XYZ").encode()).refused[0].code == "unknown_zone"


def test_grealm():
    table = read_grealm(GREALM.encode())
    assert {(one.station, one.variable, one.unit) for one in table.rows} == {("000462", "water_level_altimetry", "m")}
    assert pairs(table) == [
        (utc(1992, 10, 20, 8, 51), 322.45),
        (utc(1992, 10, 30), None),
        (utc(2016, 3, 9, 5, 2), 319.04),
    ]
    assert [one.doubt for one in table.rows] == ["", "", "frozen"]
    smooth = read_grealm(GREALM_SMOOTH.encode())
    assert [one.value for one in smooth.rows] == [322.45, 322.25]
    assert {one.doubt for one in smooth.rows} == {"smoothed"}
    old = GREALM_SMOOTH.replace("   322.45", "").replace("   322.25", "")
    assert [one.code for one in read_grealm(old.encode()).refused] == ["no_height"] * 2, "a change is no level"


def test_hydroweb():
    table = read_hydroweb(HYDROWEB.encode())
    assert {one.station for one in table.rows} == {"R_TIGRIS_EUPHRATES_KM0999"}
    assert pairs(table) == [
        (utc(2020, 1, 15, 7, 43), 165.21),
        (utc(2020, 2, 11, 7, 43), None),
        (utc(2020, 3, 9, 7, 43), 166.02),
    ]
    lake = read_hydroweb(HYDROWEB_LAKE.encode())
    assert [(one.station, one.value) for one in lake.rows] == [("Mossoul", 322.45), ("Mossoul", 322.25)]
    assert lake.rows[0].time == utc(1992, 10, 20, 8, 51)
    with pytest.raises(FileError, match="announces more rows"):
        read_hydroweb("\n".join(HYDROWEB.splitlines()[:-1]).encode())


def test_dahiti():
    table = read_dahiti(DAHITI.encode())
    assert {one.station for one in table.rows} == {"10146"}
    assert pairs(table) == [(utc(2016, 3, 9, 5, 2, 11), 319.04), (utc(2016, 3, 19, 3, 0, 42), 319.31)]
    assert [(one.row, one.code) for one in table.refused] == [(3, "not_a_time")]
    assert [one.value for one in read_dahiti(DAHITI_ASCII.encode()).rows] == [319.04, 319.31]
    assert [one.value for one in read_dahiti(DAHITI_CSV.encode(), station="7").rows] == [319.04, 319.31]
    with pytest.raises(FileError, match="does not say whose"):
        read_dahiti(DAHITI_CSV.encode())
    with pytest.raises(FileError, match="last bracket is not closed"):
        read_dahiti(DAHITI.encode()[:-30])
    with pytest.raises(FileError, match="JSON of another kind"):
        read_dahiti(b'{"data": [{"temperature": 3}]}')


def test_shef_single_stations():
    rows = read_shef(SHEF.encode()).rows
    level, flow, heat, missing = rows[:4]
    assert (level.station, level.variable, level.unit, level.value, level.row) == ("BAGI1", "stage", "m", 31.25, 3)
    assert level.time == flow.time == utc(2026, 3, 31, 6)
    assert (flow.variable, flow.value, flow.doubt) == ("discharge", 512.0, "estimated")
    assert (heat.variable, heat.value) == ("temperature", 18.5)
    assert (missing.value, missing.doubt, missing.time) == (None, "marked_missing", utc(2026, 3, 30, 6))


def test_shef_tables():
    rows = [one for one in read_shef(SHEF.encode()).rows if one.station[:3] in {"MOS", "SHR", "FAT"}]
    found = [(one.station, one.variable, one.value, one.time) for one in rows]
    assert found == [
        ("MOSI1", "stage", 224.10, utc(2026, 3, 31, 3)),
        ("MOSI1", "discharge", 350.0, utc(2026, 3, 31, 3)),
        ("MOSI1", "stage", 224.00, utc(2026, 3, 30, 21)),
        ("SHRI1", "stage", 118.4, utc(2026, 3, 31, 4, 30)),
        ("SHRI1", "stage", 118.35, utc(2026, 3, 30, 22, 30)),
        ("FATI1", "stage", 99.1, utc(2026, 3, 31, 3)),
    ]


def test_shef_series():
    rows = [one for one in read_shef(SHEF.encode()).rows if one.station == "DOKI1"]
    assert [one.value for one in rows] == [505.10, 505.12, None, 505.2, None, 505.3]
    assert [one.time for one in rows] == [utc(2026, 3, 31) + timedelta(hours=6 * step) for step in range(6)]
    assert {one.variable for one in rows} == {"reservoir_level"}
    assert [one.row for one in rows] == [10, 10, 10, 11, 11, 11]


def test_shef_in_english_units():
    first, second, third = read_shef(b".A STN 20260331 Z DH1200/HG 10.0/QR 1.5/TA 50").rows
    assert first.value == pytest.approx(3.048)
    assert second.value == pytest.approx(42.475269888), "thousands of cubic feet"
    assert third.value == pytest.approx(10)
    (trace,) = read_shef(b".A STN 20260331 Z DH12/PP T").rows
    assert (trace.value, trace.doubt, trace.aggregation) == (0, "trace", "sum")


@pytest.mark.parametrize(
    ("head", "time"),
    [
        ("20260331 Z/HG 1", utc(2026, 3, 31, 12)),
        ("260331 Z DH24/HG 1", utc(2026, 4, 1)),
        ("20260331 C/HG 1", utc(2026, 4, 1, 5)),
        ("20260331 CS DH07/HG 1", utc(2026, 3, 31, 13)),
        ("20260101 C DH0730/HG 1", utc(2026, 1, 1, 13, 30)),
        ("0331 Z DH06/HG 1", utc(2026, 3, 31, 6)),
        ("1231 Z DH06/HG 1", utc(2025, 12, 31, 6)),
        ("20260301 Z DT202603310615/HG 1", utc(2026, 3, 31, 6, 15)),
        ("20260301 Z DJ090/DH06/HG 1", utc(2026, 3, 31, 6)),
        ("20260301 Z DD310600/HG 1", utc(2026, 3, 31, 6)),
        ("20260331 Z DH06/DRD-1/HG 1", utc(2026, 3, 30, 6)),
        ("20260331 Z DH06/DRM-1/HG 1", utc(2026, 2, 28, 6)),
        ("20260331 Z DH06/DN15/HG 1", utc(2026, 3, 31, 6, 15)),
    ],
)
def test_times_of_shef(head, time):
    (one,) = read_shef(f".A STN {head}".encode(), today=date(2026, 4, 2)).rows
    assert one.time == time


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (".A STN 20260231 Z/HG 1", "not_a_time"),
        (".A STN 20260331 Q/HG 1", "unknown_zone"),
        (".A STN 20260331 Z DH29/HG 1", "not_a_time"),
        (".A STN 20260331 Z/XX 1", "unknown_element"),
        (".A STN 20260331 Z/HG high", "not_a_number"),
        (".A STN yesterday Z/HG 1", "unknown_format"),
        (".E STN 20260331 Z DH06/HG/1/2", "unknown_format"),
        (".B SRC 20260331 Z DH06/HG\nSTN 1/2\n.END", "too_many_values"),
    ],
)
def test_what_shef_refuses_is_named(text, code):
    table = read_shef(f".A OK 20260331 Z/HG 1\n{text}".encode())
    assert [one.code for one in table.refused] == [code]
    assert len(table.rows) == 1, "what was right is kept"
    assert table.refused[0].row >= 2


def test_shef_without_its_end_or_its_year_is_refused():
    with pytest.raises(FileError, match="the end of a report is missing"):
        read_shef(SHEF.split(".END")[0].encode())
    with pytest.raises(FileError, match="no year"):
        read_shef(b".A STN 0331 Z/HG 1")


def test_waterml():
    table = read_waterml(WATERML)
    first, second, nil = table.rows
    assert (first.station, first.variable, first.unit, first.aggregation) == ("BAG", "discharge", "m³/s", "mean")
    assert pairs(table) == [
        (utc(2026, 3, 31, 3), 512.5),
        (utc(2026, 3, 31, 6), 520.0),
        (utc(2026, 3, 31, 9), None),
    ]
    assert (nil.doubt, second.doubt) == ("marked_missing", "")
    (wrong,) = table.refused
    assert wrong.code == "not_a_number"
    assert b"much" in WATERML.splitlines()[wrong.row - 1]


def test_waterml_asks_for_the_zone_and_takes_it():
    local = waterml([("2026-03-31T06:00:00", "<wml2:value>1</wml2:value>")])
    with pytest.raises(FileError, match="do not say their zone"):
        read_waterml(local)
    assert read_waterml(local, zone="Asia/Baghdad").rows[0].time == utc(2026, 3, 31, 3)
    with pytest.raises(FileError, match="is not known"):
        read_waterml(local, zone="Asia/Nineveh")


def test_waterml_units():
    one = [("2026-03-31T06:00:00Z", "<wml2:value>150</wml2:value>")]
    assert read_waterml(waterml(one, "cm", "Water level")).rows[0].value == pytest.approx(1.5)
    assert read_waterml(waterml(one, "m^3 s^-1")).rows[0].value == 150
    assert read_waterml(waterml(one, "")).rows[0].doubt == "no_unit"
    assert read_waterml(waterml(one, "furlong")).refused[0].code == "unknown_unit"
    other = read_waterml(waterml(one, "mg/L", "Nitrate")).rows[0]
    assert (other.variable, other.unit, other.value) == ("Nitrate", "mg/L", 150), "to be mapped"


def test_waterml_digits_and_doubles():
    table = read_waterml(
        waterml(
            [
                ("2026-03-31T06:00:00Z", "<wml2:value>١٢٫٥</wml2:value>"),
                ("2026-03-31T07:00:00Z", "<wml2:value>12,5</wml2:value>"),
                ("2026-03-31T07:00:00Z", "<wml2:value>12.5</wml2:value>"),
                ("2026-03-31T07:00:00Z", "<wml2:value>13</wml2:value>"),
                ("2026-03-31T08:00:00Z", "<wml2:value>INF</wml2:value>"),
                ("31/03/2026", "<wml2:value>1</wml2:value>"),
            ]
        )
    )
    assert [(one.value, one.doubt) for one in table.rows] == [(12.5, ""), (12.5, "decimal_comma")]
    assert [one.code for one in table.refused] == ["twice", "not_finite", "not_a_time"]
    assert table.refused[0].params["other"] == table.rows[1].row


def test_waterml_of_another_kind_or_broken():
    with pytest.raises(FileError, match="XML of another kind"):
        read_waterml(b"<kml><Placemark/></kml>")
    bomb = waterml([], more='<!DOCTYPE c [<!ENTITY a "aaaa">]>')
    with pytest.raises(FileError, match="document type"):
        read_waterml(bomb)
    with pytest.raises(FileError, match="last element is not closed"):
        read_waterml(WATERML[:-300])
    with pytest.raises(FileError, match="do not fit together"):
        read_waterml(WATERML.replace(b"</wml2:time>", b"</wml2:clock>", 1))


READERS = {
    "grdc": (read_grdc, GRDC.encode()),
    "rdb": (read_rdb, RDB.encode()),
    "grealm": (read_grealm, GREALM.encode()),
    "hydroweb": (read_hydroweb, HYDROWEB.encode()),
    "dahiti": (read_dahiti, DAHITI.encode()),
    "shef": (read_shef, SHEF.encode()),
    "waterml": (read_waterml, WATERML),
}


@pytest.mark.parametrize("kind", READERS)
def test_the_kind_is_seen_in_the_bytes(kind):
    assert kind_of(READERS[kind][1]) == kind
    if kind == "dahiti":
        assert {kind_of(DAHITI_CSV.encode()), kind_of(DAHITI_ASCII.encode())} == {kind}


@pytest.mark.parametrize("kind", READERS)
@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"%PDF-1.7\n...", "a PDF"),
        (b"PK\x03\x04....", "a ZIP archive"),
        (b"\x89HDF\r\n\x1a\n", "NetCDF 4"),
        (b"<html><body>Sign in</body></html>", "a web page"),
        (b"code;time;value\nBAG;2026-03-31;3.2\n", "text of another kind"),
        (b"\x00\x01\x02\x03\x04 values", "unknown bytes"),
    ],
)
def test_a_file_of_another_kind_is_refused_with_what_was_found(kind, data, found):
    with pytest.raises(FileError, match=found) as refused:
        READERS[kind][0](data)
    assert refused.value.wrong_kind
    if found != "NetCDF 4":
        with pytest.raises(FileError, match=found):
            kind_of(data)


@pytest.mark.parametrize("kind", READERS)
def test_an_empty_file_is_refused(kind):
    for data in (b"", b" \r\n", b"\xef\xbb\xbf"):
        with pytest.raises(FileError, match="empty"):
            READERS[kind][0](data)


@settings(deadline=None, max_examples=150)
@given(st.sampled_from(sorted(READERS)), st.floats(0, 1), st.binary(max_size=3), st.floats(0, 1))
def test_broken_files_are_refused_and_never_crash(kind, end, noise, where):
    read, data = READERS[kind]
    broken = data[: int(end * len(data))]
    at = int(where * len(broken))
    broken = broken[:at] + noise + broken[at + len(noise) :]
    table, told = None, ""
    try:
        table = read(broken)
    except FileError as error:
        told = error.text()
    assert told or all(one.text() for one in table.refused)
    assert told or all(one.time.tzinfo is UTC and one.doubt in {"", *DOUBTS} for one in table.rows)


def test_every_sentence_takes_its_parameters():
    told = dict.fromkeys(
        ("wanted", "found", "limit", "value", "other", "variable", "text", "thousands", "decimal"), "x"
    )
    for text in MESSAGES.values():
        assert text % told
