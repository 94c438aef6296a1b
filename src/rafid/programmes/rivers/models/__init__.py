from .files import FileMapping, FileState, ValueFile
from .floods import HistoricalFlood, PerceivedPeriod, RegionalSkew
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
from .grids import DroughtGrid, GridIndex
from .network import Basin, Diversion, Reach, RiverNode
from .ratings import Gauging, GaugingMethod, Rating, RatingShift, RatingState
from .reservoirs import FACT_UNITS, Demand, FactName, Reservoir, ReservoirFact, RuleCurve, StorageTable
from .scenarios import FlowScenario
from .sharing import AgreedSeries
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
from .terrain import ElevationModel, FloodMap, FloodOrigin, FloodPart
from .thresholds import Threshold
from .values import DailySheet, SeriesFinding, SeriesFindingState, Value

__all__ = [
    "FACT_UNITS",
    "AgreedSeries",
    "Basin",
    "Bulletin",
    "BulletinKind",
    "BulletinState",
    "DailySheet",
    "Demand",
    "Diversion",
    "DroughtGrid",
    "ElevationModel",
    "FactName",
    "FileMapping",
    "FileState",
    "FloodMap",
    "FloodOrigin",
    "FloodPart",
    "FloodWarning",
    "FlowScenario",
    "ForcingKind",
    "Forecast",
    "ForecastState",
    "ForecastValue",
    "Gauging",
    "GaugingMethod",
    "GridIndex",
    "HistoricalFlood",
    "ModelKind",
    "ModelState",
    "Outlook",
    "OutlookMethod",
    "PerceivedPeriod",
    "Rating",
    "RatingShift",
    "RatingState",
    "Reach",
    "RegionalSkew",
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
