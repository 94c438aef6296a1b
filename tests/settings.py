"""The settings of the suite: a database per worker, and a small seventh programme to try the commons on."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "src"))

from rafid.site.cluster import Cluster  # noqa: E402

# The process's number: two runs at once, in one checkout, do not take each other's database.
NAME = f"rafid_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{os.getpid()}"
os.environ["RAFID_PROGRAMMES"] = str(ROOT / "tests" / "registers" / "wells")
os.environ["DATABASE_URL"] = Cluster("test").url(NAME)
os.environ.setdefault("RAFID_DEMO_DAY", "2026-09-30")

from rafid.site.settings import *  # noqa: E402, F403

# A test that reads a code just before the authenticator's clock turns sends it just after.
MFA_TOTP_TOLERANCE = 1
