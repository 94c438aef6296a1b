"""Iraq, as data only: every table names its source in ``sources.csv``; what is no table stands in ``country.toml``."""
