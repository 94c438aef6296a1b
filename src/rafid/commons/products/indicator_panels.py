"""What this room shows on an indicator's page: the map of its figures and their line over time."""

from __future__ import annotations

from urllib.parse import urlencode

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from rafid.commons.indicators.panels import Shown
from rafid.commons.indicators.periods import span
from rafid.commons.names import pick
from rafid.commons.places.country import country
from rafid.commons.places.models import Level
from rafid.commons.writing import number, period

from .maps.painted import Painted, make_map
from .trend import trend_svg

LAYERS = {Level.GOVERNORATE: "governorates", Level.DISTRICT: "districts", Level.SUBDISTRICT: "subdistricts"}


def map_panel(shown: Shown) -> str:
    """A choropleth of rates, circles for counts; nothing where no place has borders."""
    figures = shown.board.of(shown.indicator.code, shown.by)
    counts = shown.indicator.counts
    decimals = 0 if counts else 1
    places = []
    for area in shown.areas:
        figure = figures.get(area.id)
        value = figure.value if figure else None
        query = urlencode({"place": area.ref, "period": shown.board.period})
        places.append(
            Painted(
                area,
                value,
                figure is not None and value is None,
                number(value, decimals) if value is not None else "",
                f"{reverse('indicator', args=[shown.indicator.code])}?{query}",
            )
        )
    day = span(shown.board.period).end
    drawn = make_map(places, day, symbols=counts, decimals=decimals)
    if drawn is None:
        return ""
    levels = {area.level for area in shown.areas}
    layer = LAYERS.get(Level(levels.pop())) if len(levels) == 1 else None
    context = {
        "map": drawn,
        "layer": layer,
        "live": layer is not None and not drawn.symbols,
        "on": day,
        "title": shown.indicator.name,
        "measure_name": shown.indicator.name,
        "unit": shown.indicator.unit,
        "disclaimer": pick(country().disclaimer),
    }
    return render_to_string("products/indicator_map.html", context, shown.request)


def trend_panel(shown: Shown) -> str:
    """The figures of the chosen place as a line; its table stands on the page."""
    points = [(period(name), figure.value) for name, figure in shown.trend if figure.value is not None]
    if len(points) < 2 or shown.whole is None:
        return ""
    texts = [number(value, 0 if shown.indicator.counts else 1) for _name, value in points]
    title = _("%(place)s over time") % {"place": shown.whole.name}
    targets = [shown.targets.get(name) for name, figure in shown.trend if figure.value is not None]
    svg = trend_svg(points, texts, f"{shown.indicator.name}: {title}", targets=targets)
    context = {"title": title, "svg": svg, "aimed": any(one is not None for one in targets)}
    return render_to_string("products/trend.html", context, shown.request)
