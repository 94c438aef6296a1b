"""Dashboards in frames: the board, or one of its blocks (``?block=2``, counted from 1), as the public sees it today."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse

from rafid.commons.filters import small_number

from ..models import Edition, Recipe


def dashboard(request: HttpRequest, recipe: Recipe, edition: Edition | None) -> str:
    """Empty where the filters of the address lead elsewhere."""
    # The board stands on the gallery's addresses.
    from ..charts.reading import Reading
    from ..dashboards.asked import read_bar
    from ..dashboards.body import blocks_of
    from ..dashboards.shown import show
    from ..dashboards.views import shown_blocks

    nobody = AnonymousUser()
    read = read_bar(
        request, reverse("dashboard", args=[recipe.code]), recipe.body, lambda place: Reading(nobody, place)
    )
    if isinstance(read, HttpResponse):
        return ""
    bar, reading = read
    blocks = blocks_of(recipe.body)
    wanted = small_number(request.GET.get("block", ""))
    if wanted and wanted <= len(blocks):
        shown = [show(blocks[wanted - 1], wanted - 1, bar, reading)]
        shown[0].width = 12
    else:
        shown = shown_blocks(recipe.body, bar, reading)
    context = {"shown": shown, "recipe": recipe, "bar": bar, "wall": True}
    return render_to_string("products/dashboards/grid.html", context, request=request)
