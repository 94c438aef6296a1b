"""The catalogue: datasets of programmes and of staff, their fields, their newest versions."""
