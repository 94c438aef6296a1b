"""Atlases: one map, drawn for each place of a list, as one document with contents, bookmarks and an index."""
