"""Where the queue looks for work that comes by the clock: each sub-room has its own."""

from .catalogue import tasks as catalogue
from .dashboards import tasks as dashboards
from .gallery import tasks as gallery
from .sheets import tasks as sheets

__all__ = ["catalogue", "dashboards", "gallery", "sheets"]
