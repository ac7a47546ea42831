"""Ways to spoil the folder of a model that was saved: its configuration, its weights, what lies beside them."""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

from safetensors.torch import load_file, save_file
from torch import Tensor

MARK = "it-ran"  # the file that code of a folder writes, beside the folder
WEIGHTS = "model.safetensors"
INDEX = f"{WEIGHTS}.index.json"
UP = "model.layers.1.mlp.up_proj.weight"

Spoil = Callable[[Path], Any]


def changed(name: str, **changes: Any) -> Spoil:
    """Return what changes the JSON object in a file; None takes a name out."""

    def spoil(folder: Path) -> None:
        told = json.loads((folder / name).read_text()) | changes
        (folder / name).write_text(json.dumps({key: value for key, value in told.items() if value is not None}))

    return spoil


def config(**changes: Any) -> Spoil:
    return changed("config.json", **changes)


def written(name: str, content: str | bytes) -> Spoil:
    """Return what writes a file."""
    return lambda folder: (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)


def cut(name: str, by: int) -> Spoil:
    """Return what takes bytes from the end of a file."""
    return lambda folder: (folder / name).write_bytes((folder / name).read_bytes()[:-by])


def without(*names: str) -> Spoil:
    """Return what takes files out of a folder."""

    def spoil(folder: Path) -> None:
        for name in names:
            (folder / name).unlink()

    return spoil


def linked(name: str) -> Spoil:
    """Return what has a file lie outside and a link to it in its place."""

    def spoil(folder: Path) -> None:
        (folder / name).rename(folder.parent / name)
        (folder / name).symlink_to(folder.parent / name)

    return spoil


def weights(change: Callable[[dict[str, Tensor]], Any]) -> Spoil:
    """Return what changes the tensors in the file of weights."""

    def spoil(folder: Path) -> None:
        tensors = load_file(folder / WEIGHTS)
        change(tensors)
        save_file(tensors, folder / WEIGHTS, {"format": "pt"})

    return spoil


def one_value(value: float) -> Spoil:
    def change(tensors: dict[str, Tensor]) -> None:
        tensors[UP][3, 5] = value

    return weights(change)


def header(change: Callable[[dict[str, Any]], Any]) -> Spoil:
    """Return what changes the header of the file of weights, whether or not it fits the numbers behind it."""

    def spoil(folder: Path) -> None:
        content = (folder / WEIGHTS).read_bytes()
        length = int.from_bytes(content[:8], "little")
        told = json.loads(content[8 : 8 + length])
        change(told)
        new = json.dumps(told).encode()
        (folder / WEIGHTS).write_bytes(len(new).to_bytes(8, "little") + new + content[8 + length :])

    return spoil


def header_length(length: int) -> Spoil:
    def spoil(folder: Path) -> None:
        content = (folder / WEIGHTS).read_bytes()
        (folder / WEIGHTS).write_bytes(length.to_bytes(8, "little") + content[8:])

    return spoil


def sharded(change: Callable[[dict[str, str]], Any] = lambda places: None, drop: str = "") -> Spoil:
    """Return what splits the weights into two files with an index. change: of where it says that each weight is."""

    def spoil(folder: Path) -> None:
        tensors = load_file(folder / WEIGHTS)
        (folder / WEIGHTS).unlink()
        names = [f"model-0000{number}-of-00002.safetensors" for number in (1, 2)]
        halves: list[dict[str, Tensor]] = [{}, {}]
        for number, (weight, values) in enumerate(tensors.items()):
            halves[number % 2][weight] = values
        places = {weight: names[number] for number in (0, 1) for weight in halves[number]}
        for name, half in zip(names, halves, strict=True):
            if name != drop:
                save_file(half, folder / name, {"format": "pt"})
        change(places)
        (folder / INDEX).write_text(json.dumps({"metadata": {}, "weight_map": places}))

    return spoil


def code(name: str) -> Callable[[Path], None]:
    """Return what puts Python code into a folder, which leaves a mark when it runs."""

    def put(folder: Path) -> None:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(
            f"import pathlib\npathlib.Path({str(folder.parent / MARK)!r}).touch()\n"
            "from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast\n"
            "class OurConfig(LlamaConfig):\n    model_type = 'ours'\n"
            "class OurModel(LlamaForCausalLM):\n    config_class = OurConfig\n"
            "class OurTokenizer(PreTrainedTokenizerFast):\n    pass\n"
            "def generate(model, **told):\n    pass\n"
        )

    return put


class Marking:
    """What leaves a mark when it is unpickled."""

    def __init__(self, mark: Path) -> None:
        self._mark = str(mark)

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return Path.touch, (Path(self._mark),)  # type: ignore[return-value]


def pickled(name: str) -> Spoil:
    return lambda folder: (folder / name).write_bytes(pickle.dumps(Marking(folder.parent / MARK)))


def both(*spoils: Spoil) -> Spoil:
    """Return what spoils a folder in several ways."""

    def spoil(folder: Path) -> None:
        for each in spoils:
            each(folder)

    return spoil


def fewer_rows(tensors: dict[str, Tensor]) -> None:
    for name in ("model.embed_tokens.weight", "lm_head.weight"):
        tensors[name] = tensors[name][:200].clone()


def nested(levels: int) -> str:
    return '{"model_type": "llama", "x": ' + "[" * levels + "]" * levels + "}"
