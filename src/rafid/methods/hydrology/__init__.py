"""Hydrology: runoff, routing, ratings, floods, droughts, reservoirs, and how good a forecast was. Arrays are float64, time is the
last axis; a missing value is NaN only where a function says so."""

from rafid.methods.hydrology.ensemble import (
    analogue_members,
    block_bootstrap,
    esp,
    exceedance_probability,
)
from rafid.methods.hydrology.ensemble_scores import Reliability, brier, crps, rank_histogram, reliability
from rafid.methods.hydrology.graph import Diversion, Reach, RiverNetwork
from rafid.methods.hydrology.network import NetworkRun, route_network
from rafid.methods.hydrology.operation import OperatingRules, Operation, operate
from rafid.methods.hydrology.quality import SeriesRules, check_series
from rafid.methods.hydrology.reservoir import StorageTable, level_pool, water_balance
from rafid.methods.hydrology.routing import muskingum, muskingum_cunge_parameters, travel_time
from rafid.methods.hydrology.runoff import (
    Calibration,
    Forcing,
    ModelParameters,
    ModelRun,
    ModelState,
    RunoffRun,
    RunoffState,
    SnowRun,
    SnowState,
    calibrate,
    cemaneige,
    extraterrestrial_radiation,
    gr4j,
    oudin_pet,
    simulate,
    unit_hydrographs,
)
from rafid.methods.hydrology.scores import Contingency, contingency, kge, nse, skill_score
from rafid.methods.hydrology.terrain import catchment, flood_depth, height_above_drainage
from rafid.methods.hydrology.updating import (
    ErrorModel,
    correct_forecast,
    dress_forecast,
    fit_error_model,
    update_forecast,
)

__all__ = [
    "Calibration",
    "Contingency",
    "Diversion",
    "ErrorModel",
    "Forcing",
    "ModelParameters",
    "ModelRun",
    "ModelState",
    "NetworkRun",
    "OperatingRules",
    "Operation",
    "Reach",
    "Reliability",
    "RiverNetwork",
    "RunoffRun",
    "RunoffState",
    "SeriesRules",
    "SnowRun",
    "SnowState",
    "StorageTable",
    "analogue_members",
    "block_bootstrap",
    "brier",
    "calibrate",
    "catchment",
    "cemaneige",
    "check_series",
    "contingency",
    "correct_forecast",
    "crps",
    "dress_forecast",
    "esp",
    "exceedance_probability",
    "extraterrestrial_radiation",
    "fit_error_model",
    "flood_depth",
    "gr4j",
    "height_above_drainage",
    "kge",
    "level_pool",
    "muskingum",
    "muskingum_cunge_parameters",
    "nse",
    "operate",
    "oudin_pet",
    "rank_histogram",
    "reliability",
    "route_network",
    "simulate",
    "skill_score",
    "travel_time",
    "unit_hydrographs",
    "update_forecast",
    "water_balance",
]
