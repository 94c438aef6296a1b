"""Reading tables that people send: CSV, XLSX, ODS and XLS, with the errors that name the row and the remedy."""

from .columns import Guess, recognise
from .errors import CellError, Note, TableError, column_name
from .limits import Limits
from .source import Sheet
from .table import Row, Table, open_table

__all__ = [
    "CellError",
    "Guess",
    "Limits",
    "Note",
    "Row",
    "Sheet",
    "Table",
    "TableError",
    "column_name",
    "open_table",
    "recognise",
]
