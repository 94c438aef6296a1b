"""Imports: a file is received, read into staged rows, looked at, recorded in one transaction, and can be undone as one.

Nothing here knows what is imported: a programme declares that (``rafid.commons.programme.Import``).
"""

from .apply import Batch, apply
from .copying import Written, copy_rows
from .receive import receive
from .refusals import Refused
from .runs import NotNow
from .staging import stage
from .undo import undo

__all__ = ["Batch", "NotNow", "Refused", "Written", "apply", "copy_rows", "receive", "stage", "undo"]
