"""What the methods make, as JSON in a record and back."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np

from rafid.methods.hydrology import ErrorModel, ModelParameters

SECONDS_A_DAY = 86_400


def parameters_of(kept: dict[str, Any]) -> ModelParameters:
    return ModelParameters(**kept)


def keep_parameters(parameters: ModelParameters) -> dict[str, Any]:
    return asdict(parameters)


def error_model_of(kept: dict[str, Any]) -> ErrorModel:
    return ErrorModel(
        tuple(kept["leads"]),
        np.array(kept["coefficients"]),
        np.array(kept["bounds"]),
        np.array(kept["remains"]),
        np.array(kept["pairs"]),
    )


def keep_error_model(model: ErrorModel) -> dict[str, Any]:
    """Numbers of twelve digits: more do not come from observations."""
    return {
        "leads": list(model.leads),
        "coefficients": _rounded(model.coefficients),
        "bounds": _rounded(model.bounds),
        "remains": _rounded(model.remains),
        "pairs": model.pairs.tolist(),
    }


def _rounded(values: Any) -> Any:
    if isinstance(values, np.ndarray | list):
        return [_rounded(one) for one in (values.tolist() if isinstance(values, np.ndarray) else values)]
    return float(f"{values:.12g}")


def flow_of(depth: Any, area_km2: Any) -> Any:
    """m³/s of mm/d over an area."""
    return depth * area_km2 * 1000 / SECONDS_A_DAY


def depth_of(flow: Any, area_km2: Any) -> Any:
    """mm/d of m³/s from an area."""
    return flow * SECONDS_A_DAY / (area_km2 * 1000)
