"""One station: what is measured there, by which sources, as known at any moment."""
