"""OGC API - Environmental Data Retrieval 1.1 over stations and their values: below ``/edr``."""
