"""Phones and public links: given out, set up, shut out."""
