"""A programme that only the import benchmark loads: one register of twelve columns, declared and nothing more."""
