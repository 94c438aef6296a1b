"""Readers of the files in which other services send levels, flows and weather: bytes or a path in, a table out.

Each refuses by row, with a code and a sentence; what is no such file is refused whole, with what was found. None asks the
clock, the network or the database.
"""

from .dahiti import read_dahiti
from .grdc import read_grdc
from .grealm import read_grealm
from .hydroweb import read_hydroweb
from .kinds import KINDS, kind_of
from .messages import DOUBTS, MESSAGES
from .rdb import read_rdb
from .reading import FileError, Reading, Readings, Refused
from .shef import read_shef
from .waterml import read_waterml

__all__ = [
    "DOUBTS",
    "KINDS",
    "MESSAGES",
    "FileError",
    "Reading",
    "Readings",
    "Refused",
    "kind_of",
    "read_dahiti",
    "read_grdc",
    "read_grealm",
    "read_hydroweb",
    "read_rdb",
    "read_shef",
    "read_waterml",
]
