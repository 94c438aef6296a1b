"""What two water authorities agreed on: which fields belong together, what is cautious, whose ground is whose."""

import shapely

from rafid.commons.programme import Areas
from rafid.methods.exchange import Rules

AROUND = 0.001


def rules():
    return Rules(
        together={"wells.well": [("depth_m", "yield_m3h")]},
        checks={
            "wells.well": [("dry wells do not work", lambda well: not well["working"] or well.get("yield_m3h") != 0)]
        },
        cautious={"depth_m": max, "working": min},
        ground={
            "wells.well": lambda well: shapely.from_wkt(well["point"]).buffer(AROUND) if well.get("point") else None
        },
    )


def areas():
    return Areas({"ALPHA": ["IQG17"], "BETA": ["IQG11"]}, {"IQG13": ["ALPHA", "BETA"]}, "made up for tests")


def closes(change, before, after):
    """To say that a well works no longer."""
    return before.get("working", True) and not after.get("working", True)
