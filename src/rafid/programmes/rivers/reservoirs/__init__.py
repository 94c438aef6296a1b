"""Reservoirs: facts with their sources, fill, daily balance, rule curve, and what another release would do."""
