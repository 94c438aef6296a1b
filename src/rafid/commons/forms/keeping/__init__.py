"""Keeping and letting go: trash, retention, proof, and rows made again."""
