"""Re-exports the layered network, for scenes of one's own."""

from scenes.mobjects.diagram.network import (
    Network,
    Neurons,
    PassingFlash,
    WeightEdges,
    bias_marks,
    elided,
    layered_network,
)

__all__ = ["Network", "Neurons", "PassingFlash", "WeightEdges", "bias_marks", "elided", "layered_network"]
