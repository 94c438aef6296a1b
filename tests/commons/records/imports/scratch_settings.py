"""The suite's settings for another process, on the database that the test names."""

import os
from pathlib import Path

from tests.settings import *  # noqa: F403
from tests.settings import DATABASES

DATABASES["default"]["NAME"] = os.environ["RAFID_SCRATCH"]
MEDIA_ROOT = Path(os.environ["RAFID_SCRATCH_MEDIA"])
