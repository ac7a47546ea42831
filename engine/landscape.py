"""Exports the functions that compute the cost along lines and over planes of parameters."""

from engine.analyses.cost_surface import (
    Objective,
    PathPlane,
    Section,
    along_weight,
    costs_of_examples,
    gradient_of,
    model_at,
    parameters_of,
    path_of,
    plane_of_path,
    random_plane,
)

__all__ = [
    "Objective",
    "PathPlane",
    "Section",
    "along_weight",
    "costs_of_examples",
    "gradient_of",
    "model_at",
    "parameters_of",
    "path_of",
    "plane_of_path",
    "random_plane",
]
