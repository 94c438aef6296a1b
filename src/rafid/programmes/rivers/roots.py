"""Protocols of the field, at roots of their own."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

from .edr.urls import urlpatterns as edr
from .sta.urls import urlpatterns as sta

urlpatterns: list[URLPattern | URLResolver] = [*sta, *edr]
