"""Which place a written name means: three scripts, careless spelling, old names, codes."""

from rafid.methods.toponyms.index import ToponymIndex
from rafid.methods.toponyms.toponym import REASONS, Match, Toponym

__all__ = ["REASONS", "Match", "Toponym", "ToponymIndex"]
