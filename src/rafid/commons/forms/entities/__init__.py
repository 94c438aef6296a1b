"""Things that are visited again: lists, their things, and what submissions say of them."""
