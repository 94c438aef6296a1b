"""Bulletins: made from a state of knowledge, published unchangeably, and computed again at any later day."""
