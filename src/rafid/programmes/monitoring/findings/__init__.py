"""Findings: what visits found wrong, what the partner does about it, and who says that it is done."""
