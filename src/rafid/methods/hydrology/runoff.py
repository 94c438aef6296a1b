"""From rain to flow: evapotranspiration, snow, GR4J, the model of a catchment and its calibration."""

from rafid.methods.hydrology.calibration import Calibration, calibrate
from rafid.methods.hydrology.catchment_model import Forcing, ModelParameters, ModelRun, ModelState, simulate
from rafid.methods.hydrology.evaporation import extraterrestrial_radiation, oudin_pet
from rafid.methods.hydrology.rainfall_runoff import RunoffRun, RunoffState, gr4j, unit_hydrographs
from rafid.methods.hydrology.snow import SnowRun, SnowState, cemaneige

__all__ = [
    "Calibration",
    "Forcing",
    "ModelParameters",
    "ModelRun",
    "ModelState",
    "RunoffRun",
    "RunoffState",
    "SnowRun",
    "SnowState",
    "calibrate",
    "cemaneige",
    "extraterrestrial_radiation",
    "gr4j",
    "oudin_pet",
    "simulate",
    "unit_hydrographs",
]
