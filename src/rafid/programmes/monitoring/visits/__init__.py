"""Visits: the field monitor's week, what a visit found and what it amounts to, and what the partner is shown of it."""
