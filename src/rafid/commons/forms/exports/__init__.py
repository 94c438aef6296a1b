"""Files of a form's submissions, as ODK Central names their columns: CSV in a zip, XLSX, GeoJSON, and the media.

All are written while they are read, in one state of the database: an answer's memory does not grow with its rows.
"""

from __future__ import annotations

from .csv_zip import export_csv_zip
from .geojson import export_geojson
from .media import export_media_zip
from .options import Options
from .selection import Selection
from .xlsx import export_xlsx

__all__ = ["Options", "Selection", "export_csv_zip", "export_geojson", "export_media_zip", "export_xlsx"]
