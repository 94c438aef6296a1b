"""A small seventh programme: the register on which the suite tries what the commons give to every register."""
