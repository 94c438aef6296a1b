"""Contracts: what was promised, reported, seen and proven, and how that stands on one board."""
