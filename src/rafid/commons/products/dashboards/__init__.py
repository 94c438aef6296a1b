"""Dashboards: recipes that are looked at live. Blocks on a grid, one filter bar in the address, drawn on the server."""
