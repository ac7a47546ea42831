"""What clips for lectures take: a voice against the time that it speaks, a GIF and a page against their limits.

`voice_en`, `voice_zh_CN`: seconds to synthesise all lines of the beat "feed_forward" against the seconds that they
last. `gif`: ten seconds of that beat as a GIF of 480 lines, against five megabytes. `page_feed_forward`,
`page_dot_grid`: a page with that beat in it at medium quality, against six megabytes.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from renders.clip.clip import Clip
from renders.voice.narrator import Narrator
from renders.voice.provider import VoiceError, find_voice
from tests.benchmarks.measure import Row, summarize
from tests.benchmarks.workshop import Workshop

GIF, PAGE = 5.0, 6.0  # megabytes at most


def measure(rounds: int, shop: Workshop) -> dict[str, Row]:
    """Return the rows; without a voice installed there are none of it."""
    with tempfile.TemporaryDirectory() as folder:
        rows = _sizes(Path(folder), shop)
    return {**_voices(rounds, shop), **rows}


def _sizes(folder: Path, shop: Workshop) -> dict[str, Row]:
    gif = folder / "beat.gif"
    start, end = shop.of(("5", "15"), ("0", "0.5"))
    shop.run_cli("embed", shop.clips[0], "--as", "gif", "--from", start, "--to", end, "--out", str(gif))
    rows = {"gif": summarize([gif.stat().st_size / 1e6], [GIF], "MB", "ours at most 5 MB")}
    for clip in shop.clips:
        name = f"page_{clip.partition('/')[2]}"
        page = folder / f"{name}.html"
        shop.run_cli("embed", clip, "--as", "page", "--out", str(page))
        rows[name] = summarize([page.stat().st_size / 1e6], [PAGE], "MB", "ours under 6 MB")
    return rows


def _voices(rounds: int, shop: Workshop) -> dict[str, Row]:
    try:
        voice = find_voice("kokoro")
    except VoiceError:
        return {}
    clip = Clip.open(shop.places().films / f"{shop.clips[0]}.en.medium.mp4")
    rows = {}
    for language in voice.languages:
        taken, spoken = [], []
        voice.speak("one" if language == "en" else "一", language)  # the model is loaded once, whatever is said
        for _ in range(rounds):
            with tempfile.TemporaryDirectory() as folder:
                narrator, begin = Narrator(voice, language, Path(folder)), time.perf_counter()
                spoken.append(sum(len(narrator.sound(line.text[language])) / voice.rate for line in clip.lines))
                taken.append(time.perf_counter() - begin)
        rows[f"voice_{language}"] = summarize(taken, spoken, "s", "ratio at least 1")
    return rows
