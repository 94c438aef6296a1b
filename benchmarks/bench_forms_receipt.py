"""Receipt, export, memory and lists of forms on our own side; with ODK Central beside it by ``forms_central.py``.

./rafid bench forms_receipt
"""

from __future__ import annotations

import os

import forms_central

if __name__ == "__main__":
    forms_central.main(["--large", os.environ.get("RAFID_BENCH_SUBMISSIONS", "10000")])
