"""Floods: how often a flow is reached, by yearly peaks, historical floods and their fits; low flow and seasons beside it."""
