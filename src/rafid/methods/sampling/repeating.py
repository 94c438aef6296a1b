"""The few lines of Python by which anybody repeats a draw, without this platform and without any package."""

from __future__ import annotations

from typing import Final

REPEAT_DRAW: Final = '''\
"""Repeats the draw of a monitoring plan, with Python 3 alone:  python repeat_draw.py plan.json

plan.json is the revealed plan: seed, seed_hash, frame_hash, frame [{site, stratum, size}],
strata [{name, method, size, drawn}].
"""
import hashlib, json, math, sys, unicodedata


def nfc(text):
    return unicodedata.normalize("NFC", text)


def sha256(text):
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def draw(sizes, n, seed, by_size):
    left = sorted(sizes, key=lambda site: sha256(seed + "|" + nfc(site)))
    if not by_size:
        return left[:n]
    certain, taken, step = [], [], 0.0
    while len(certain) < n:
        step = math.fsum(sizes[site] for site in left) / (n - len(certain))
        large = [site for site in left if sizes[site] >= step]
        if not large:
            break
        certain += large
        left = [site for site in left if sizes[site] < step]
    mark, running = int(sha256(seed + "|start")[:13], 16) / 16**13 * step, 0.0
    for site in left:
        running += sizes[site]
        if mark < running and len(certain) + len(taken) < n:
            taken.append(site)
            mark += step
    return certain + taken


def number(size):
    return None if size is None else int(size) if float(size).is_integer() else float(size)


plan = json.load(open(sys.argv[1], encoding="utf-8"))
rows = [{"site": nfc(row["site"]), "size": number(row["size"]), "stratum": nfc(row["stratum"])} for row in plan["frame"]]
rows.sort(key=lambda row: (row["stratum"], row["site"]))
frame = json.dumps(rows, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
same = True
for name, text, published in (("seed", plan["seed"], plan["seed_hash"]), ("frame", frame, plan["frame_hash"])):
    fits = sha256(text) == published
    print("The", name, "fits" if fits else "DOES NOT FIT", "the hash published at registration.")
    same = same and fits
for stratum in plan["strata"]:
    sizes = {row["site"]: float(row["size"] or 0) for row in plan["frame"] if row["stratum"] == stratum["name"]}
    found = draw(sizes, stratum["size"], plan["seed"] + "/" + stratum["name"], stratum["method"] == "by_size")
    agree = stratum.get("drawn") is None or found == list(stratum["drawn"])
    print(stratum["name"], *found, "(as drawn)" if agree else "(NOT AS DRAWN)", sep="\\n  ")
    same = same and agree
sys.exit(0 if same else 1)
'''
"""A program of the standard library. It prints each stratum's sites and ends with 0 where seed, frame and draw are what the
plan says, with 1 otherwise."""


def stratum_seed(seed: str, stratum: str) -> str:
    """The seed of one stratum's draw: each stratum has an order of its own.

    >>> stratum_seed("rafid-2026Q3", "north")
    'rafid-2026Q3/north'
    """
    return f"{seed}/{stratum}"
