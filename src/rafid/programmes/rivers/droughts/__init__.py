"""Droughts: standardised indices of stations, the events in them, and one status in five classes."""
