"""Early warnings: declared rules, looked at every day and whenever something changed, each with its evidence."""
