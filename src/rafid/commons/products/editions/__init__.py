"""Recipes become editions: begun, drawn, reviewed, approved with their figures frozen, published, followed by the next."""
