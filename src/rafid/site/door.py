"""What stops a command of `./rafid`, as a sentence and a remedy. Standard library only."""

from __future__ import annotations

import contextlib
import errno
import subprocess
from collections.abc import Iterator
from pathlib import Path


class DoorError(Exception):
    """What stopped a command, in a sentence, and what the operator can do about it."""

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(f"{message}\n{remedy}" if remedy else message)
        self.message = message
        self.remedy = remedy


FULL = "Free some space, then run it again; it goes on where it stopped."


def server_error(said: str, where: Path | str) -> DoorError:
    """What PostgreSQL said, as a sentence and a remedy; `where` is the cluster's folder or names a managed server."""
    last = "\n".join(line for line in said.strip().splitlines()[-8:])
    if "No space left on device" in said or "Disk quota exceeded" in said:
        return DoorError(f"The disk of {where} is full.", FULL)
    if "could not connect" in said or "connection to server" in said:
        if isinstance(where, Path):
            return DoorError(f"The database in {where} does not answer.\n{last}", "Start it: ./rafid up")
        if "FATAL:" in said:  # it is there, and has its reasons
            return DoorError(
                f"The database server {where} lets nobody in by this DATABASE_URL:\n{last}",
                "Correct DATABASE_URL, or have its administrator make the role and the database (docs/operate.md).",
            )
        return DoorError(
            f"The database server {where} does not answer.\n{last}",
            "Check host and port in DATABASE_URL, and whether that server runs.",
        )
    if "Permission denied" in said:
        return DoorError(f"PostgreSQL may not use {where}:\n{last}", "Give the folder back to the user that made it.")
    return DoorError(
        f"PostgreSQL could not do this in {where}:\n{last}",
        f"Its log may say more{'' if isinstance(where, str) else f': {where}/log'}.",
    )


@contextlib.contextmanager
def explained(root: Path) -> Iterator[None]:
    """Turn what the operating system refuses into a sentence and a remedy."""
    try:
        yield
    except subprocess.TimeoutExpired as error:
        raise DoorError(f"{error.cmd[0]} did not end within {error.timeout:.0f} s.", "Run it again.") from error
    except OSError as error:
        where = error.filename or root
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DoorError(f"The disk of {where} is full.", FULL) from error
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            raise DoorError(
                f"{where} may not be read or written by this user ({error.strerror}).",
                "Run this as the user who made it, or set RAFID_DATA to a folder of your own.",
            ) from error
        raise
