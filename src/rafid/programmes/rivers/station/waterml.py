"""A series as WaterML 2.0 part 1 (OGC 10-126r4): one observation, whose result is a timeseries of MeasurementTVP."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import numpy as np

from ..codes import VARIABLES
from ..standards import MADE_UP, UCUM, is_made_up
from ..values.reading import Known

TYPE = "application/xml; charset=utf-8"
DEFINITIONS = "http://www.opengis.net/def/waterml/2.0"

SPACES = " ".join(
    f'xmlns:{name}="{address}"'
    for name, address in (
        ("wml2", "http://www.opengis.net/waterml/2.0"),
        ("gml", "http://www.opengis.net/gml/3.2"),
        ("om", "http://www.opengis.net/om/2.0"),
        ("sa", "http://www.opengis.net/sampling/2.0"),
        ("sams", "http://www.opengis.net/samplingSpatial/2.0"),
        ("xlink", "http://www.w3.org/1999/xlink"),
        ("xsi", "http://www.w3.org/2001/XMLSchema-instance"),
    )
)

QUALITY = {1: "good", 2: "unchecked", 3: "suspect", 4: "poor", 9: "missing"}
STEP_MEANS = {
    "instant": "Continuous",
    "mean": "AveragePrec",
    "sum": "TotalPrec",
    "min": "MinPrec",
    "max": "MaxPrec",
}


def waterml(series: Any, known: Known, *, known_at: datetime) -> Iterator[str]:
    """The document in parts. Times are UTC; a missing value is nil; the quality of a point is said where it is not good."""
    times = np.datetime_as_string(known.times, unit="s").tolist() if len(known) else []
    station, variable = series.station, VARIABLES[series.variable]
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield f'<wml2:Collection {SPACES} gml:id="collection"><wml2:metadata><wml2:DocumentMetadata gml:id="about">'
    if is_made_up(series):
        yield f"<gml:description>{MADE_UP}</gml:description>"
    yield f"<wml2:generationDate>{_utc(known_at)}</wml2:generationDate><wml2:generationSystem>Rafid</wml2:generationSystem>"
    yield "</wml2:DocumentMetadata></wml2:metadata><wml2:observationMember>"
    yield f"<om:OM_Observation gml:id={quoteattr(f'series-{series.pk}')}>"
    if times:
        yield f'<om:phenomenonTime><gml:TimePeriod gml:id="period"><gml:beginPosition>{times[0]}Z</gml:beginPosition>'
        yield f"<gml:endPosition>{times[-1]}Z</gml:endPosition></gml:TimePeriod></om:phenomenonTime>"
    else:
        yield "<om:phenomenonTime/>"
    yield f'<om:resultTime><gml:TimeInstant gml:id="known"><gml:timePosition>{_utc(known_at)}</gml:timePosition>'
    yield '</gml:TimeInstant></om:resultTime><om:procedure><wml2:ObservationProcess gml:id="process">'
    kind = {"observed": "ManualMethod", "telemetry": "Sensor"}.get(series.origin, "Algorithm")
    yield f"<wml2:processType xlink:href={quoteattr(f'{DEFINITIONS}/processType/{kind}')}/>"
    yield "</wml2:ObservationProcess></om:procedure>"
    yield f"<om:observedProperty xlink:href={quoteattr(f'urn:rafid:variable:{variable.code}')}"
    yield f" xlink:title={quoteattr(variable.code)}/>"
    yield '<om:featureOfInterest><wml2:MonitoringPoint gml:id="point">'
    yield f'<gml:identifier codeSpace="urn:rafid:station">{escape(station.code)}</gml:identifier>'
    yield f"<gml:name>{escape(str(station.name))}</gml:name><sa:sampledFeature xlink:title={quoteattr(station.river or '')}/>"
    yield '<sams:shape><gml:Point gml:id="place" srsName="http://www.opengis.net/def/crs/EPSG/0/4326">'
    yield f"<gml:pos>{station.point.y:.6f} {station.point.x:.6f}</gml:pos></gml:Point></sams:shape>"
    yield '</wml2:MonitoringPoint></om:featureOfInterest><om:result><wml2:MeasurementTimeseries gml:id="values">'
    yield "<wml2:defaultPointMetadata><wml2:DefaultTVPMeasurementMetadata>"
    yield f'<wml2:quality xlink:href="{DEFINITIONS}/quality/good" xlink:title="good"/>'
    yield f"<wml2:uom code={quoteattr(UCUM.get(series.unit, series.unit) or '1')}/>"
    means = STEP_MEANS[series.aggregation]
    yield f'<wml2:interpolationType xlink:href="{DEFINITIONS}/interpolationType/{means}" xlink:title="{means}"/>'
    yield "</wml2:DefaultTVPMeasurementMetadata></wml2:defaultPointMetadata>\n"
    for time, value, quality in zip(times, known.values.tolist(), known.quality.tolist(), strict=True):
        yield _point(time, value, quality)
    yield "</wml2:MeasurementTimeseries></om:result></om:OM_Observation></wml2:observationMember></wml2:Collection>\n"


def _point(time: str, value: float, quality: int) -> str:
    missing = value != value
    said = '<wml2:value xsi:nil="true"/>' if missing else f"<wml2:value>{value!r}</wml2:value>"
    name = QUALITY.get(quality, "unchecked")
    about = ""
    if missing:
        about = '<wml2:nilReason xlink:title="missing"/>'
    elif name != "good":
        about = f'<wml2:quality xlink:href="{DEFINITIONS}/quality/{name}" xlink:title="{name}"/>'
    if about:
        about = f"<wml2:metadata><wml2:TVPMeasurementMetadata>{about}</wml2:TVPMeasurementMetadata></wml2:metadata>"
    return f"<wml2:point><wml2:MeasurementTVP><wml2:time>{time}Z</wml2:time>{said}{about}</wml2:MeasurementTVP></wml2:point>\n"


def _utc(time: datetime) -> str:
    return time.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
