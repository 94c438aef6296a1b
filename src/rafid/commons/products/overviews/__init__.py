"""Tiles of released datasets: what is drawn at each zoom, made once for small scales, and carried away as one PMTiles file."""
