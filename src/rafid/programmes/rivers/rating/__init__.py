"""Ratings: gaugings, curves, and the flows that are computed by them."""
