"""How many numbers the attention of a model has: of one head, of a layer, of all layers."""

from __future__ import annotations

from dataclasses import dataclass

from engine.recording import Recording
from scenes.chapters.attention.one_head.reading import model_sizes

KINDS = ("query", "key", "value", "output")


@dataclass(frozen=True)
class Sizes:
    """The sizes of a model. groups: of heads that share keys and values.

    parameters: all numbers that were learned, each counted once; so a matrix that stands for the tokens both at the
    input and at the output is counted once.
    """

    layers: int
    heads: int
    groups: int
    width: int
    head_size: int
    parameters: int

    @staticmethod
    def of(recording: Recording) -> Sizes:
        """Return the sizes of the model that read a text."""
        anatomy = model_sizes(recording)
        names = ("layers", "heads", "groups", "width", "head_size", "parameters")
        return Sizes(*[int(anatomy[name]) for name in names])

    @property
    def matrix(self) -> int:
        """How many numbers one matrix of a head has, whichever of the four."""
        return self.head_size * self.width

    @property
    def head(self) -> int:
        """How many numbers the four matrices of one head have."""
        return len(KINDS) * self.matrix

    def copies(self, kind: str) -> int:
        """Return how many matrices of a kind a layer has."""
        return self.groups if kind in ("key", "value") else self.heads

    @property
    def layer(self) -> int:
        """How many numbers the matrices of one layer's attention have."""
        return sum(self.copies(kind) for kind in KINDS) * self.matrix

    @property
    def whole(self) -> int:
        """How many they are in all layers."""
        return self.layers * self.layer

    @property
    def share(self) -> float:
        """Which share of all the model's numbers that is."""
        return self.whole / self.parameters


def gpt_parameters(layers: int, width: int, vocabulary: int, context: int) -> int:
    """Return how many parameters a model of GPT-2's architecture has, each counted once.

    One matrix stands for the tokens at the input and at the output; positions are learned; every layer has the four
    matrices of attention, a feed-forward part that is four times as wide, biases to all of these, and two norms.
    Radford et al., *Language Models are Unsupervised Multitask Learners*, 2019, section 2.3.
    """
    matrices, biases, norms = (4 + 2 * 4) * width**2, (4 + 4 + 1) * width, 2 * 2 * width
    return (vocabulary + context) * width + layers * (matrices + biases + norms) + 2 * width


# Brown et al., *Language Models are Few-Shot Learners*, 2020: table 2.1 has the sizes, section 2.1 the architecture and
# vocabulary of GPT-2, table D.1 174,600 million parameters; "175.0B" in table 2.1 is what they call it.
GPT3_VOCABULARY, GPT3_CONTEXT = 50_257, 2_048
GPT3 = Sizes(
    layers=96,
    heads=96,
    groups=96,
    width=12_288,
    head_size=128,
    parameters=gpt_parameters(96, 12_288, GPT3_VOCABULARY, GPT3_CONTEXT),
)
