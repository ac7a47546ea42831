"""Damages of recordings, by somebody who does not know how they are sealed, and by somebody who does."""

from __future__ import annotations

import copy
import io
import json
import pickle
import shutil
import struct
import zipfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any

from numcodecs.zstd import compress

from engine.recording.format.layout import CHECKPOINT, KEY, METADATA
from tests.engine.recording.damaged.headers import write_sealed
from tests.support.damage import BYTES, FOLDERS, LINKS, NAMES, WRONG, change_json, deep, files_in, read_json

HUGE = 128_000_000  # bytes of zeros, which Zstandard packs into 4 kB
_PACKED: dict[int, bytes] = {}


def zeros(nbytes: int) -> bytes:
    """Return a frame of Zstandard, of some kB, that becomes so many zeros."""
    if nbytes not in _PACKED:
        _PACKED[nbytes] = compress(bytes(nbytes), -3)
    return _PACKED[nbytes]


def header_of(path: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the metadata of a recording's group, and the header in it."""
    group = read_json(path / METADATA)
    return group, group["attributes"][KEY]


def put_back(path: Path, group: dict[str, Any], *, sealing: bool = True) -> None:
    """Write the metadata of a recording's group, with the seals that fit if it has any."""
    told = group["attributes"].get(KEY)
    if not isinstance(told, dict) or "seal" not in told or not sealing:
        (path / METADATA).write_text(json.dumps(group))
        return
    write_sealed(path, group)


def seal_again(path: Path) -> None:
    """Have all seals fit what is stored now."""
    group, told = header_of(path)
    if "seals" not in told:
        return
    names = {file.relative_to(path).as_posix() for file in files_in(path)} - {METADATA}
    kept = names if told["complete"] else names & set(told["seals"])
    told["seals"] = {name: sha256((path / name).read_bytes()).hexdigest() for name in sorted(kept)}
    put_back(path, group)


def a_header_entry(path: Path, rng: Random) -> None:
    """Change something in the header, of which the seal does not know."""
    group, told = header_of(path)
    change_json(told, rng)
    put_back(path, group, sealing=False)


def a_header_entry_sealed(path: Path, rng: Random) -> None:
    """Change something in the header, and seal it."""
    group, told = header_of(path)
    change_json(told, rng)
    put_back(path, group)


def metadata_sealed(path: Path, rng: Random) -> None:
    """Change something in an array's own metadata, and seal all."""
    file = rng.choice([*path.glob(f"*/{METADATA}")])
    told = read_json(file)
    change_json(told, rng)
    file.write_text(json.dumps(told))
    seal_again(path)


def bytes_sealed(path: Path, rng: Random) -> None:
    """Damage the bytes of a stored file, and seal all."""
    file = rng.choice([file for file in files_in(path) if file != path / METADATA])
    rng.choice([*BYTES.values()])(file, rng)
    seal_again(path)


def names_sealed(path: Path, rng: Random) -> None:
    """Have names in the header lead elsewhere, or be none, with the arrays there if they can be, and seal it."""
    group, told = header_of(path)
    name, old = rng.choice(NAMES), rng.choice([*told["arrays"]])
    what = rng.choice(["array", "clock", "checkpoint", "seals"])
    if what == "array":
        told["arrays"][name] = told["arrays"].pop(old)
        told["digests"][name] = told["digests"].pop(old, "0" * 64)
        told["seals"] = {one.replace(f"{old}/", f"{name}/"): seal for one, seal in told.get("seals", {}).items()}
    elif what == "clock":
        clock = rng.choice([*told["committed"]])
        told["committed"][name] = told["committed"].pop(clock)
        told["arrays"][f"step.{name}"] = told["arrays"].pop(f"step.{clock}")
        for spec in told["arrays"].values():
            spec["clock"] = name if spec["clock"] == clock else spec["clock"]
    elif what == "checkpoint":
        told["checkpoint"] = rng.choice([name, f"../{old}", "checkpoint-1.pt/../x", "checkpoint-1.pt\n"])
    else:
        told["seals"] = {**told.get("seals", {}), name: "0" * 64}
    if "seal" not in told:
        told.pop("seals", None)
    put_back(path, group)


def sizes_sealed(path: Path, rng: Random) -> None:
    """Have an array be said to be, or be cut into chunks that are, much larger than it is, in all places alike."""
    group, told = header_of(path)
    name = rng.choice([one for one in told["arrays"] if not one.startswith("step.")])
    spec, file = told["arrays"][name], path / name / METADATA
    stored, axis = read_json(file), rng.randrange(len(told["arrays"][name]["shape"]))
    length = rng.choice([0, 10**3, 10**5, 10**7, 10**9, 10**12, 2**62, 2**63 - 1, 2**64])
    if rng.random() < 0.7:
        spec["shape"][axis] = stored["shape"][axis] = length
        if axis == 0 and spec["clock"]:
            clock = spec["clock"]
            told["committed"][clock] = length
            for one in (one for one in told["arrays"].values() if one["clock"] == clock):
                one["shape"][0] = length
            told["arrays"][f"step.{clock}"]["shape"][0] = length
            for array in path.glob(f"*/{METADATA}"):
                if told["arrays"][array.parent.name]["shape"][0] == length:
                    array.write_text(json.dumps({**(one := read_json(array)), "shape": [length, *one["shape"][1:]]}))
    if axis or rng.random() < 0.6:
        stored["chunk_grid"]["configuration"]["chunk_shape"][axis] = rng.choice([length, length // 2, 1])
    file.write_text(json.dumps(stored))
    if rng.random() < 0.7:
        for chunk in files_in(path / name / "c"):
            chunk.write_bytes(zeros(rng.choice([HUGE, HUGE // 2, 10**6])))
    put_back(path, group)
    seal_again(path)


def bomb_sealed(path: Path, rng: Random) -> None:
    """Have a few kB on disk be, rightly said, hundreds of MB of zeros."""
    group, told = header_of(path)
    name = "probe.input"
    rows, width, chunks = rng.choice(
        [(40, HUGE // 40 // 8, 12), (1, 10**10 // 8, 1), (1, 2**29 // 8, 1), (4, 4_000_000, 3)]
    )
    shutil.rmtree(path / name / "c")
    nbytes = rows * width * 8
    packed = zeros(nbytes) if nbytes <= 2**29 else zeros(HUGE)[:4] + struct.pack("<BQ", 0xE4, nbytes) + zeros(HUGE)[9:]
    for number in range(chunks):
        chunk = path / name / "c" / str(number) / "0"
        chunk.parent.mkdir(parents=True)
        chunk.write_bytes(packed)
    told["arrays"][name]["shape"] = [rows * chunks, width]
    stored = read_json(path / name / METADATA)
    stored["shape"] = [rows * chunks, width]
    stored["chunk_grid"]["configuration"]["chunk_shape"] = [rows, width]
    (path / name / METADATA).write_text(json.dumps(stored))
    put_back(path, group)
    seal_again(path)


def frames_sealed(path: Path, rng: Random) -> None:
    """Have a chunk be a frame that says something else than it is, or nothing, or is followed by more."""
    chunk = rng.choice([file for file in files_in(path) if file.parent.name != path.name and "/c/" in file.as_posix()])
    true = chunk.read_bytes()
    size = rng.choice([0, 1, 2**31, 2**40, 2**63])
    chunk.write_bytes(
        rng.choice(
            [
                true[:4] + struct.pack("<BQ", 0xE4, size) + true[6:],  # of another size
                true[:4] + b"\x04\xa8" + true[6:],  # of unknown size, and with a large window
                true + struct.pack("<II", 0x184D2A50, 10**4) + bytes(10**4),  # something to be skipped after it
                true * 50,
                zeros(HUGE),
                struct.pack("<II", 0x184D2A50, 0) + true,
                b"\x28\xb5\x2f\xfd",
            ]
        )
    )
    seal_again(path)


def heavy_header(path: Path, rng: Random) -> None:
    """Have a header that is large, deep, or made of very many small things."""
    group, told = header_of(path)
    place = rng.choice([told["config"], told.setdefault("origin", {}), told["structure"], told["wall"], told])
    big = rng.choice(
        [
            deep(rng.choice([50, 100, 1000, 10**5])),
            "[" + "[]," * 900_000 + "0]",
            "[" + '"ab",' * 3_000_000 + "0]",
            "{" + ",".join(f'"{number}":{number}.5' for number in range(400_000)) + "}",
            json.dumps("x" * 30_000_000),
            '"' + "x" * 41_000_000 + '\U0001f600"',
            "[" + "1.5," * 6_000_000 + "0]",
            "9" * 10_000,
        ]
    )
    place["big"] = "BIG"
    if "seal" in told:
        told["seal"] = "0" * 64
    blank = json.dumps(group).replace('"BIG"', big)
    sealed = blank.replace("0" * 64, sha256(blank.encode()).hexdigest(), 1) if "seal" in told else blank
    (path / METADATA).write_text(sealed, encoding="utf-8")


class _Runs:
    """Something that runs a program when it is unpickled."""

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[str, ...]]:
        import os

        return os.system, ("touch ran-by-a-checkpoint",)


def checkpoint_sealed(path: Path, rng: Random) -> None:
    """Have another checkpoint: damaged, of something else, one that would run a program, one that unpacks to a lot."""
    (file,) = [one for one in path.iterdir() if CHECKPOINT.fullmatch(one.name)]
    how = rng.randrange(6)
    if how == 0:
        rng.choice([*BYTES.values()])(file, rng)
    elif how == 1:
        file.write_bytes(pickle.dumps(rng.choice([_Runs(), {"step": 40}, [1], *copy.deepcopy(WRONG)])))
    else:
        _pack(file, rng, how)
    seal_again(path)


def _pack(file: Path, rng: Random, how: int) -> None:
    """Write the archive that a checkpoint is again, with something else in it."""
    with zipfile.ZipFile(io.BytesIO(file.read_bytes())) as archive:
        inside = {name: archive.read(name) for name in archive.namelist()}
    pickled = next(name for name in inside if name.endswith("data.pkl"))
    if how == 2:
        inside[pickled] = pickle.dumps(rng.choice([_Runs(), {"step": 40}, *copy.deepcopy(WRONG)]), protocol=2)
    elif how == 3:
        content = bytearray(inside[pickled])
        content[rng.randrange(len(content))] ^= 1 << rng.randrange(8)
        inside[pickled] = bytes(content)
    elif how == 4:
        inside[rng.choice([*inside])] = b""
    packing = zipfile.ZIP_DEFLATED if how == 5 else zipfile.ZIP_STORED
    with zipfile.ZipFile(file, "w", packing) as archive:
        for name, content in inside.items():
            archive.writestr(name, bytes(HUGE) if how == 5 and "/data/" in name else content)


Damage = Callable[[Path, Random], None]


def _of_a_file(change: Damage) -> Damage:
    return lambda path, rng: change(rng.choice(files_in(path)), rng)


# By somebody who knows nothing of seals, or by an accident: refused, or nothing is different
UNSEALED: dict[str, Damage] = {
    **{f"bytes {name}": _of_a_file(change) for name, change in BYTES.items()},
    **FOLDERS,
    "header": a_header_entry,
}
# By somebody who seals all anew: other values are his right, not more memory, time, or other places
SEALED: dict[str, Damage] = {
    "header, sealed": a_header_entry_sealed,
    "metadata, sealed": metadata_sealed,
    "bytes, sealed": bytes_sealed,
    "names, sealed": names_sealed,
    "sizes, sealed": sizes_sealed,
    "bombs, sealed": bomb_sealed,
    "frames, sealed": frames_sealed,
    "heavy header": heavy_header,
}
CHECKPOINTS: dict[str, Damage] = {"checkpoint, sealed": checkpoint_sealed}
LINKED = LINKS
