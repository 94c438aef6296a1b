"""Sharing between ministries' nodes: what is public, and what an agreement gives after its embargo."""
