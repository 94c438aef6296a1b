"""Values as files of the field: CF NetCDF."""
