"""The ground: grids of heights, floods drawn on them, catchments, and what grids say of basins."""
