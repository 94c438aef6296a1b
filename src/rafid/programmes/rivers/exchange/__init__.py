"""Sharing between ministries' nodes: each gets what is public and what an agreement gives it, after its embargo, and no more."""
