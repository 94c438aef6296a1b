"""A catchment's model: snow where its bands are known, runoff everywhere; what it is driven by and what it remembers."""

from __future__ import annotations

from dataclasses import dataclass

from numpy.typing import ArrayLike

from rafid.methods.hydrology.given import F64, number, of_kind, series
from rafid.methods.hydrology.rainfall_runoff import RunoffState, gr4j
from rafid.methods.hydrology.snow import SnowState, cemaneige


@dataclass(frozen=True, eq=False)
class Forcing:
    """A catchment's weather, one value a day (n,): ``precipitation`` and ``pet`` in mm/d; for snow the mean ``temperature``
    in °C and the ``elevations`` of bands of equal area beside the ``reference_elevation`` of the weather, m. Raises
    ``ValueError`` for gaps, negative rain and lengths that differ."""

    precipitation: ArrayLike
    pet: ArrayLike
    temperature: ArrayLike | None = None
    elevations: ArrayLike | None = None
    reference_elevation: float | None = None

    def __post_init__(self) -> None:
        put = object.__setattr__  # frozen: they are read once, here
        put(self, "precipitation", series(self.precipitation, "precipitation", least=0))
        put(self, "pet", series(self.pet, "pet", least=0))
        lengths = {"precipitation": len(self.rain), "pet": len(self.loss)}
        if self.temperature is not None:
            put(self, "temperature", series(self.temperature, "temperature"))
            lengths["temperature"] = len(series(self.temperature, "temperature"))
        if len(set(lengths.values())) > 1:
            told = ", ".join(f"{name} {days}" for name, days in lengths.items())
            raise ValueError(f"the days differ: {told}; give all for the same days")
        if self.elevations is not None:
            put(self, "elevations", series(self.elevations, "elevations"))
            if self.reference_elevation is None:
                raise ValueError("reference_elevation is missing; give the height in m that the weather stands for")
        if self.reference_elevation is not None:
            put(self, "reference_elevation", number(self.reference_elevation, "reference_elevation"))

    def __len__(self) -> int:
        return len(self.rain)

    @property
    def rain(self) -> F64:
        return self.precipitation  # type: ignore[return-value]

    @property
    def loss(self) -> F64:
        return self.pet  # type: ignore[return-value]

    @property
    def has_snow(self) -> bool:
        """Whether snow can be reckoned."""
        return self.temperature is not None and self.elevations is not None

    def between(self, start: int, stop: int) -> Forcing:
        """The weather of the days ``start`` up to, not with, ``stop``, counted from 0."""
        if not 0 <= start < stop <= len(self):
            raise ValueError(f"days {start} to {stop} are not within the {len(self)} days of the weather")
        warm = None if self.temperature is None else series(self.temperature, "temperature")[start:stop]
        return Forcing(self.rain[start:stop], self.loss[start:stop], warm, self.elevations, self.reference_elevation)


@dataclass(frozen=True)
class ModelParameters:
    """x1..x4 of GR4J; ``ctg`` and ``kf`` of CemaNeige where snow counts, with the yearly snowfall (mm) of the calibration."""

    x1: float
    x2: float
    x3: float
    x4: float
    ctg: float | None = None
    kf: float | None = None
    annual_snowfall: float | None = None


@dataclass(frozen=True, eq=False)
class ModelState:
    """What a catchment holds at the end of a day."""

    runoff: RunoffState
    snow: SnowState | None = None


@dataclass(frozen=True, eq=False)
class ModelRun:
    """``flow`` and ``liquid`` (what reached the ground) in mm/d, (n,); ``pack`` (bands, n) in mm, None without snow."""

    flow: F64
    liquid: F64
    pack: F64 | None
    state: ModelState


def simulate(forcing: Forcing, *, parameters: ModelParameters, state: ModelState | None = None) -> ModelRun:
    """Flow of a catchment, mm/d: GR4J, behind CemaNeige where ``parameters.kf`` is given.

    Without ``state`` the stores begin as `gr4j` has it and no snow lies. Running to a day and going on from its state is
    one run, as long as ``annual_snowfall`` is given (without it the first run takes its own). Raises ``ValueError`` where
    snow is asked for and the forcing has no temperature or bands, and for all that `gr4j` and `cemaneige` refuse.

    >>> run = simulate(Forcing([10, 0, 25], [2, 3, 1]), parameters=ModelParameters(350, -0.5, 90, 1.7))
    >>> round(float(run.flow[-1]), 6), run.pack is None
    (0.691784, True)
    """
    of_kind(forcing, Forcing, "forcing")
    of_kind(parameters, ModelParameters, "parameters", by="calibrate")
    if state is not None:
        of_kind(state, ModelState, "state", by="simulate")
    liquid, pack, snow = forcing.rain, None, None
    if parameters.kf is not None:
        if parameters.ctg is None:
            raise ValueError("parameters have kf and no ctg; snow needs both")
        if forcing.temperature is None or forcing.elevations is None or forcing.reference_elevation is None:
            raise ValueError(
                "parameters ask for snow (kf), the forcing has no temperature or no elevations; give both, or leave out kf"
            )
        melted = cemaneige(
            forcing.rain,
            forcing.temperature,
            ctg=parameters.ctg,
            kf=parameters.kf,
            elevations=forcing.elevations,
            reference_elevation=forcing.reference_elevation,
            annual_snowfall=parameters.annual_snowfall,
            state=None if state is None else state.snow,
        )
        liquid, pack, snow = melted.liquid, melted.pack, melted.state
    run = gr4j(
        liquid,
        forcing.loss,
        x1=parameters.x1,
        x2=parameters.x2,
        x3=parameters.x3,
        x4=parameters.x4,
        state=None if state is None else state.runoff,
    )
    if not isinstance(run.state, RunoffState):
        raise ValueError("parameters hold several values of x1 to x4; simulate one catchment at a time")
    return ModelRun(run.flow, liquid, pack, ModelState(run.state, snow))
