"""Warnings of all programmes in one feed: ``/cap``."""
