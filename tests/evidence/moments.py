"""Draw moments of a film at random, and tell what the recording gives for each: to be held against the pixels.

    python -m tests.evidence.moments renders/out/network.en.medium.json --seed 7 --out moments

writes a PNG for each moment and `moments.md`, which tells for each the steps that the film's .json says are on screen,
what was measured at them, and what the texts and numbers on screen rest on.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from engine.recording import Recording
from renders.encode.poster import write_png
from renders.encode.probe import film_info, frame_at
from renders.film.provenance import require_provenance
from renders.request.paths import find_paths
from scenes.evidence.numbers_told import numbers_in

HAIR = 1e-4  # seconds: a .json tells times to four decimals, so that some are a little after their frame


def moments_of(told: Mapping[str, Any], count: int, seed: int) -> list[tuple[Mapping[str, Any], float]]:
    """Return so many (piece, seconds within it), drawn among the times of beats at which a value is on screen."""
    random = np.random.default_rng(seed)
    spans = [
        (piece, start, piece["poster"])
        for piece in told["pieces"]
        if piece["kind"] == "beat" and (start := _first_value(piece)) < piece["poster"]
    ]
    lengths = np.array([end - start for _, start, end in spans])
    chosen = random.choice(len(spans), size=count, p=lengths / lengths.sum())
    return [(spans[k][0], float(random.uniform(spans[k][1], spans[k][2]))) for k in sorted(chosen.tolist())]


def _first_value(piece: Mapping[str, Any]) -> float:
    times = [claim["time"] for claim in piece["claims"] if next(numbers_in(claim["text"]), None)]
    return min(times, default=piece["seconds"])


def expected(piece: Mapping[str, Any], time: float, recordings: Mapping[str, Recording]) -> Iterator[str]:
    """Yield lines on what is on screen at a time by the .json, and what the recording says of it."""
    for experiment in dict.fromkeys(shown["experiment"] for shown in piece["steps"]):
        noted = [one for one in piece["steps"] if one["experiment"] == experiment and one["time"] <= time + HAIR]
        if not noted:
            continue
        step, recording = int(noted[-1]["step"]), recordings[experiment]
        yield f"- {experiment}: step {step:,} since {noted[-1]['time']:.2f} s"
        for name, info in recording.arrays.items():
            if info.axes == ("step",) and step in recording.steps(name):
                value = float(recording.read(name, step=recording.at_step(name, step)))
                yield f"  - {name} = {value:.6g}"
    for line in piece["lines"]:
        if line["start"] <= time < line["end"]:
            yield f"- said: {line['text']['en']}"
            yield from (f"  - {one.get('key', one['kind'])}: {one.get('value')}" for one in line["evidence"])
    for claim in piece["claims"]:
        if claim["time"] <= time + HAIR:
            rests = "; ".join(
                f"{one.get('key', one['kind'])} {one.get('value', '')}"[:160] for one in claim["evidence"]
            )
            yield f"- on screen since {claim['time']:.2f} s: {claim['text']!r} – {rests}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("films", nargs="+", type=Path, help="the .json of films")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--count", type=int, default=8, help="moments of each film")
    parser.add_argument("--out", type=Path, default=Path("moments"))
    chosen = parser.parse_args()
    chosen.out.mkdir(parents=True, exist_ok=True)
    lines = []
    for path in chosen.films:
        told, film = require_provenance(path), path.with_suffix(".mp4")
        places = find_paths()
        recordings = {name: Recording.open(places.recording(name)) for name in told["recordings"]}
        rate = float(film_info(film).frame_rate)
        for number, (piece, time) in enumerate(moments_of(told, chosen.count, chosen.seed)):
            within = np.floor(time * rate) / rate
            picture = chosen.out / f"{path.name.partition('.')[0]}-{number}.png"
            write_png(frame_at(film, piece["start"] + within + 1e-4), picture)
            lines += [f"\n## {picture.name}: {piece['name']} at {within:.3f} s\n", *expected(piece, within, recordings)]
    (chosen.out / "moments.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(chosen.out / "moments.md")


if __name__ == "__main__":
    main()
