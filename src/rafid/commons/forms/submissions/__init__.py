"""Submissions as people read them: listed, opened, decided on, corrected."""
