"""Values: how they are read as known at a moment, and how they are recorded."""
