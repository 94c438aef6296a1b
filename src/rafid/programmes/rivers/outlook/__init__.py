"""The seasonal outlook: how much water may come, how sure that is at this date, and who would be short of it."""
