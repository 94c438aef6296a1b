"""Weeks: when monitors go where, what refuses it, and what was not seen."""
