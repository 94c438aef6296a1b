"""All addresses of the gallery, in one list."""

from __future__ import annotations

from . import embedding, feeds, reader_views, staff_views, verifying, views

urls = [*verifying.urls, *feeds.urls, *embedding.urls, *reader_views.urls, *staff_views.urls, *views.urls]
