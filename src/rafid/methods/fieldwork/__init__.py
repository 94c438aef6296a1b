"""Quality of field work: travel, time, copying, back-checks, outliers, and what a photograph tells without being asked.

Nothing here accuses anybody: each function gives a number and what it rests on, for a person to look at.
"""

from rafid.methods.fieldwork.audit import AuditLog, read_audit
from rafid.methods.fieldwork.backchecks import BackCheck, Mismatch, back_check_rates
from rafid.methods.fieldwork.copying import CopyingScore, Pair, copying_scores, near_duplicates
from rafid.methods.fieldwork.oddities import outliers, straight_lining
from rafid.methods.fieldwork.photo_facts import PhotoFacts, hash_distances, perceptual_hash, photo_facts
from rafid.methods.fieldwork.photos import strip_photo
from rafid.methods.fieldwork.shrinkage import ShrunkenRates, shrunken_rates
from rafid.methods.fieldwork.travel import EARTH_RADIUS_M, distances_m, travel_speeds_kmh

__all__ = [
    "EARTH_RADIUS_M",
    "AuditLog",
    "BackCheck",
    "CopyingScore",
    "Mismatch",
    "Pair",
    "PhotoFacts",
    "ShrunkenRates",
    "back_check_rates",
    "copying_scores",
    "distances_m",
    "hash_distances",
    "near_duplicates",
    "outliers",
    "perceptual_hash",
    "photo_facts",
    "read_audit",
    "shrunken_rates",
    "straight_lining",
    "strip_photo",
    "travel_speeds_kmh",
]
