"""A causal model goes on with its probe by its own most probable tokens, and is left as it was."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from engine.capture.snapshots.continuation import Continuation
from engine.models.transformer import GPT
from engine.recorder import Recorder
from engine.recording import Recording, RecordingError

LETTERS = "abcdefgh"
PROBE = torch.randint(0, 8, (3, 16), generator=torch.Generator().manual_seed(0))


def gpt() -> GPT:
    torch.manual_seed(1)
    return GPT(8, 16, 16, 2, 2)


def recorded(path: Path, model: nn.Module, probe: Tensor = PROBE, steps: int = 10, **settings: object) -> Recording:
    with Recorder(model, path, every=1, probe=probe, record=("weight",), **settings) as recorder:
        for _ in range(steps):
            recorder.step()
    return recorder.recording


def test_each_token_is_the_most_probable_behind_all_before_it(tmp_path: Path) -> None:
    model = gpt()
    recording = recorded(tmp_path / "mine", model, tokenizer=LETTERS)
    tokens, shares = (recording.read(f"generation.{name}", step=0) for name in ("token", "probability"))
    row = PROBE[:1, : recording.config["generation"]["prompt"]]
    for token, share in zip(tokens, shares, strict=True):
        with torch.no_grad():
            chances = model.eval()(row)[0, -1].softmax(0)
        assert int(chances.argmax()) == token
        assert float(chances.max()) == pytest.approx(float(share), rel=1e-4)
        row = torch.cat([row, torch.tensor([[int(token)]])], dim=1)
    texts = recording.config["generation"]["tokens"]
    assert all(texts[str(token)] == LETTERS[token] for token in {*tokens.tolist(), *PROBE[0].tolist()})


def test_it_is_taken_ever_more_rarely_and_at_the_end(tmp_path: Path) -> None:
    steps = recorded(tmp_path / "mine", gpt(), tokenizer=LETTERS, steps=23).steps("generation.token")
    assert steps.tolist() == [0, 1, 2, 3, 5, 8, 12, 18, 23]


def test_the_model_is_as_before(tmp_path: Path) -> None:
    model = gpt().train()
    before = {name: values.clone() for name, values in model.state_dict().items()}
    state = torch.get_rng_state()
    recorded(tmp_path / "mine", model, tokenizer=LETTERS)
    assert model.training and torch.equal(state, torch.get_rng_state())
    assert all(torch.equal(before[name], values) for name, values in model.state_dict().items())


class Backwards(nn.Module):
    """Sees all positions at once."""

    def __init__(self) -> None:
        super().__init__()
        self.embed, self.head = nn.Embedding(8, 4), nn.Linear(4, 8)

    def forward(self, ids: Tensor) -> Tensor:
        states = self.embed(ids)
        return self.head(states + states.mean(dim=1, keepdim=True))


@pytest.mark.parametrize(
    ("model", "probe", "tokenizer"),
    [(gpt(), PROBE, None), (Backwards(), PROBE, LETTERS), (gpt(), PROBE[:, :3], LETTERS)],
    ids=["no tokenizer", "not causal", "too short"],
)
def test_otherwise_nothing_is_written(tmp_path: Path, model: nn.Module, probe: Tensor, tokenizer: str | None) -> None:
    assert "generation.token" not in recorded(tmp_path / "mine", model, probe, 1, tokenizer=tokenizer).arrays


def test_a_tokenizer_of_another_kind_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match="texts of all tokens in order, or have decode, not int"):
        recorded(tmp_path / "mine", gpt(), tokenizer=5)


def test_a_decode_of_whole_lists_will_do() -> None:
    class Tokenizer:
        def decode(self, tokens: list[int]) -> str:
            return "".join(LETTERS[token] for token in tokens)

    model = gpt()
    with torch.no_grad():
        made = Continuation.of(model, PROBE, model(PROBE), Tokenizer())
    assert made is not None
    made.take(0)
    assert set(made.config["tokens"].values()) <= set(LETTERS)


def test_what_has_no_numbers_any_more_is_written_as_such(tmp_path: Path) -> None:
    model = gpt()
    with Recorder(model, tmp_path / "mine", every=1, probe=PROBE, record=("weight",), tokenizer=LETTERS) as recorder:
        with torch.no_grad():
            next(model.parameters()).fill_(torch.nan)
        recorder.step()
    shares = recorder.recording.read("generation.probability")
    assert np.isfinite(shares[0]).all() and np.isnan(shares[1]).all()
