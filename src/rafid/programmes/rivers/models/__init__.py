from .files import FileMapping, FileState, ValueFile
from .forecasts import (
    ForcingKind,
    Forecast,
    ForecastState,
    ForecastValue,
    ModelKind,
    ModelState,
    RiverModel,
    Verification,
)
from .network import Basin, Diversion, Reach, RiverNode
from .ratings import Gauging, GaugingMethod, Rating, RatingShift, RatingState
from .reservoirs import FACT_UNITS, Demand, FactName, Reservoir, ReservoirFact, RuleCurve, StorageTable
from .stations import Series, Station
from .telling import (
    Bulletin,
    BulletinKind,
    BulletinState,
    FloodWarning,
    Outlook,
    OutlookMethod,
    WarningState,
)
from .thresholds import Threshold
from .values import DailySheet, SeriesFinding, SeriesFindingState, Value

__all__ = [
    "FACT_UNITS",
    "Basin",
    "Bulletin",
    "BulletinKind",
    "BulletinState",
    "DailySheet",
    "Demand",
    "Diversion",
    "FactName",
    "FileMapping",
    "FileState",
    "FloodWarning",
    "ForcingKind",
    "Forecast",
    "ForecastState",
    "ForecastValue",
    "Gauging",
    "GaugingMethod",
    "ModelKind",
    "ModelState",
    "Outlook",
    "OutlookMethod",
    "Rating",
    "RatingShift",
    "RatingState",
    "Reach",
    "Reservoir",
    "ReservoirFact",
    "RiverModel",
    "RiverNode",
    "RuleCurve",
    "Series",
    "SeriesFinding",
    "SeriesFindingState",
    "Station",
    "StorageTable",
    "Threshold",
    "Value",
    "ValueFile",
    "Verification",
    "WarningState",
]
