"""Checks of values: on arrival, against neighbours, and what people do about what they find."""
