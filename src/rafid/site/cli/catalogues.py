"""Compile message catalogues: `python -m rafid.site.cli.catalogues FILE.po …`. Runs in the environment, as it needs Babel."""

import os
import sys
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po


def compile_catalogue(path: Path) -> Path:
    """Write the .mo beside a .po; doubtful ("fuzzy") translations are left out. Raises PoFileError, ValueError."""
    with path.open("rb") as source:
        catalogue = read_po(source, locale=path.parent.parent.name, abort_invalid=True)
    # A name of this process's own: two that compile at once would cut each other's draft short.
    compiled, draft = path.with_suffix(".mo"), path.with_suffix(f".{os.getpid()}.mo")
    with draft.open("wb") as out:
        write_mo(out, catalogue)
    draft.replace(compiled)
    return compiled


if __name__ == "__main__":
    for name in sys.argv[1:]:
        try:
            compile_catalogue(Path(name))
        except (PoFileError, ValueError) as error:
            sys.exit(f"{name}: {error}")
