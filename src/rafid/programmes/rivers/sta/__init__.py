"""OGC SensorThings API 1.1 over stations, series and their values: below ``/sta/v1.1``."""
