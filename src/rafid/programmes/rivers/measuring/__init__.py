"""What leaves rivers for dashboards, the catalogue and the other programmes: datasets and indicators."""
