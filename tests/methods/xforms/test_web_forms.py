"""Beside the engine of ODK Web Forms, where Node and its package are present (RAFID_XFORMS_ENGINE names the folder)."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
from pathlib import Path

import pytest

from rafid.methods.xforms import read_submission, validate_submission
from tests.methods.xforms.conftest import T1_XFORM, t1_xml

PEER = Path(__file__).resolve().parents[3] / "benchmarks" / "peers" / "xforms_engine.mjs"
FOLDER = os.environ.get("RAFID_XFORMS_ENGINE", "")
KINDS = {"required", "constraint"}


def some_answers(chance: random.Random) -> bytes:
    rows = [
        (chance.choice(["major", "minor", ""]), chance.choice(["", "a.jpg"])) for _ in range(chance.randrange(0, 5))
    ]
    # An answer to what is not relevant is left out: the other engine drops it, we tell it.
    rows = [(severity, photo if severity != "minor" else "") for severity, photo in rows]
    ambulance = chance.choice(["yes", "no", ""])
    district = chance.choice([("kirkuk", "dibis"), ("nineveh", "mosul")])
    return t1_xml(
        visit_id=chance.choice(["TPM-0001", "TPM-1", "x", ""]),
        gov=district[0],
        dist=district[1],
        deminers=chance.choice(["0", "12", "200", "201", "-1", ""]),
        medics=chance.choice(["0", "5", "300", ""]),
        ambulance=ambulance,
        amb_why=chance.choice(["", "broken"]) if ambulance == "no" else "",
        nc=tuple(rows) or (("major", ""),),
    )


@pytest.mark.skipif(
    not (FOLDER and shutil.which("node")), reason="RAFID_XFORMS_ENGINE names no folder, or there is no Node"
)
def test_the_same_answers_are_refused(t1):
    chance = random.Random(7)
    submissions = [some_answers(chance) for _ in range(150)]
    question = json.dumps({"form": T1_XFORM.strip(), "submissions": [xml.decode() for xml in submissions], "rounds": 0})
    done = subprocess.run(["node", str(PEER), FOLDER], input=question, capture_output=True, text=True, check=True)
    for xml, theirs in zip(submissions, json.loads(done.stdout)["violations"], strict=True):
        ours = [(finding.kind, finding.path) for finding in validate_submission(t1, read_submission(xml))]
        mine = sorted((kind, path) for kind, path in ours if kind in KINDS)
        assert mine == sorted((kind, path) for kind, path in theirs), xml.decode()
