"""Sampling: how many to visit, which ones, and what was proven by what was seen.

Plans are general, stated and stored; a draw can be repeated by anybody who knows its seed.
"""

from rafid.methods.sampling.acceptance import acceptance_probability, detection_power, zero_acceptance_size
from rafid.methods.sampling.drawing import certain_sites, draw
from rafid.methods.sampling.estimate import Estimate
from rafid.methods.sampling.inspection import AQLS, LEVELS, Plan, single_plan
from rafid.methods.sampling.lqas import LqasPlan, lqas_plan
from rafid.methods.sampling.proportions import cluster_proportion, proportion_interval
from rafid.methods.sampling.repeating import REPEAT_DRAW, stratum_seed
from rafid.methods.sampling.sealing import frame_hash, seal
from rafid.methods.sampling.sizes import allocate, sample_size
from rafid.methods.sampling.statement import Statement, plan_statement

__all__ = [
    "AQLS",
    "LEVELS",
    "REPEAT_DRAW",
    "Estimate",
    "LqasPlan",
    "Plan",
    "Statement",
    "acceptance_probability",
    "allocate",
    "certain_sites",
    "cluster_proportion",
    "detection_power",
    "draw",
    "frame_hash",
    "lqas_plan",
    "plan_statement",
    "proportion_interval",
    "sample_size",
    "seal",
    "single_plan",
    "stratum_seed",
    "zero_acceptance_size",
]
