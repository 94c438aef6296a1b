"""Which blobs of the store products name: the nightly sweep leaves them."""

from __future__ import annotations

from django.db import connection

from .models import Dataset, Edition, EditionFile, Recipe, Resource, Template

_INSIDE = ((Dataset, "source"), (Recipe, "body"), (Edition, "body"), (Template, "body"))
"""JSON in which hashes of blobs stand: uploaded tables, pictures of a layout."""


def named_blobs(hashes: list[str]) -> set[str]:
    """Files and small pictures of versions and editions, uploaded tables, pictures that recipes and templates name."""
    found: set[str] = set(Resource.objects.filter(sha256__in=hashes).values_list("sha256", flat=True))
    found |= set(EditionFile.objects.filter(sha256__in=hashes).values_list("sha256", flat=True))
    found |= set(Edition.objects.filter(thumbnail__in=hashes).values_list("thumbnail", flat=True))
    with connection.cursor() as cursor:
        for model, column in _INSIDE:
            cursor.execute(
                f"SELECT DISTINCT (regexp_matches({column}::text, '[0-9a-f]{{64}}', 'g'))[1] FROM {model._meta.db_table}"
            )
            found |= {sha256 for (sha256,) in cursor.fetchall()} & set(hashes)
    return found
