"""Pages of places: where one is, what is in it, what it was called."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from rafid.methods.text import fold

from .models import Place
from .models.place import Level
from .queries import place_or_404


def place_list(request: HttpRequest) -> HttpResponse:
    rows = Place.objects.select_related("parent").order_by("level", "ref")
    asked = request.GET
    if asked.get("level", "") in {str(level) for level in Level.values}:
        rows = rows.filter(level=int(asked["level"]))
    for word in fold(asked.get("q", "")).split():
        rows = rows.filter(search__contains=word)
    page = Paginator(rows, 50).get_page(asked.get("page"))
    return render(request, "places/list.html", {"page": page, "levels": Level.choices, "asked": asked})


def place_page(request: HttpRequest, ref: str) -> HttpResponse:
    place = place_or_404(ref)
    return render(
        request,
        "places/place.html",
        {
            "place": place,
            "above": Place.objects.filter(pk__in=place.lineage).exclude(pk=place.pk).order_by("level"),
            "inside": place.children.order_by("division", "level", "ref"),
            "versions": place.versions.select_related("parent").order_by("valid"),
        },
    )
