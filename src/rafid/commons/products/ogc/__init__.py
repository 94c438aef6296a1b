"""OGC API Features over released versions: parts 1 (core, GeoJSON, HTML, OpenAPI), 2 (CRS), 3 (CQL2 text, a part).

One statement makes a page of features as text; nothing is built row by row. See docs/decisions/0030-own-ogc-layer.md.
"""
