"""Forecasts of flow: models calibrated and judged, runs that go on from today, and the record beside each of them."""
