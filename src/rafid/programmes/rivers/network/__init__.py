"""The river network: as it stands, drawn, routed, and edited without a circle."""
