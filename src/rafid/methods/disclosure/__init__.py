"""Disclosure control: small cells withheld so that nobody works them out, records that cannot be told apart, points moved.

A published figure must not tell about one person. What is withheld is NaN; what is published is true.
"""

from rafid.methods.disclosure.attack import attack_intervals, one_filling
from rafid.methods.disclosure.classes import class_sizes, distinct_values
from rafid.methods.disclosure.displace import displace_points
from rafid.methods.disclosure.generalise import Generalised, generalise
from rafid.methods.disclosure.guard import TooLargeError
from rafid.methods.disclosure.linked import Linked, LinkedTable, link
from rafid.methods.disclosure.protect import Protected, protect_counts, protect_linked
from rafid.methods.disclosure.totals import find_totals

__all__ = [
    "Generalised",
    "Linked",
    "LinkedTable",
    "Protected",
    "TooLargeError",
    "attack_intervals",
    "class_sizes",
    "displace_points",
    "distinct_values",
    "find_totals",
    "generalise",
    "link",
    "one_filling",
    "protect_counts",
    "protect_linked",
]
