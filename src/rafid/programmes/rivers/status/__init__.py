"""Today's status: floods, drought and reservoirs in one view."""
