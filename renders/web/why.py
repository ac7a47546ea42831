"""Explains lines in sentences of every language: their evidence, and that of what is on screen meanwhile."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from renders.clip.clip import ClipLine, ClipSection
from renders.web.array_words import Texts, arrays_in_words, as_list
from scenes.language.translation import LANGUAGES

DIGITS = 4  # of a value that is not whole
MOST = 12  # values of one measurement that are told
_FORMS: Mapping[str, tuple[str, str]] = {
    "measured": ("Measured: {how}{value}", "测得：{how}{value}"),
    "of": (", from {arrays} of {experiment}", "，取自 {experiment} 的{arrays}"),
    "rule": (" – said where {rule}", "；说这句话的条件：{rule}"),
    "recorded": ("Recorded: {arrays} of {experiment}{value}", "记录：{experiment} 的{arrays}{value}"),
    "exact": ("Exact: {expression}{value}", "精确：{expression}{value}"),
    "source": ("Source: {source}, {place}", "出处：{source}，{place}"),
    "screen": ("On screen “{text}”. {why}", "画面上的“{text}”。{why}"),
    "setting": ("the setting {name}", "设定 {name}"),
}


def why(section: ClipSection, pictures: Mapping[str, bool]) -> list[list[Texts]]:
    """Return the evidence of each line of a section, and then that of what was new on screen while it was said.

    pictures: of each experiment, whether its data are pictures.
    """
    begins = [line.start for line in section.lines]
    ends = [*begins[1:], section.end]  # one more than there are lines where there is none, as on a card
    found = []
    for number, (line, end) in enumerate(zip(section.lines, ends, strict=False)):
        begin = section.start if number == 0 else line.start
        shown = [claim for claim in section.claims if begin <= claim["time"] < end]
        found.append(list(_of_line(line, shown, pictures)))
    return found


def _of_line(line: ClipLine, shown: Sequence[Mapping[str, Any]], pictures: Mapping[str, bool]) -> Iterator[Texts]:
    said = [text for one in line.evidence if (text := sentence(one, pictures))]
    yield from said
    known = [text["en"] for text in said]
    for claim in shown:
        texts = [text for one in claim["evidence"] if (text := sentence(one, pictures))]
        if texts and texts[0]["en"] not in known:
            known.append(texts[0]["en"])
            yield _both("screen", text=dict.fromkeys(LANGUAGES, str(claim["text"])), why=texts[0])


def sentence(evidence: Mapping[str, Any], pictures: Mapping[str, bool]) -> Texts | None:
    """Return evidence as a sentence, by language; None for a mark, a quotation or a text that only points."""
    value = dict.fromkeys(LANGUAGES, told_value(evidence.get("value")))
    match evidence.get("kind"):
        case "measured":
            how = _languages(evidence["how"])
            parts = [_both("measured", how=how, value=value)]
            parts += list(_origin(evidence.get("of", ()), pictures))
            if "rule" in evidence:
                parts.append(_both("rule", rule=_languages(evidence["rule"])))
            return {language: "".join(part[language] for part in parts) for language in LANGUAGES}
        case "recorded":
            experiment, _, name = str(evidence["of"][0]).partition("/")
            arrays = _arrays([name], pictures.get(experiment, False))
            return _both("recorded", arrays=arrays, experiment=dict.fromkeys(LANGUAGES, experiment), value=value)
        case "exact":
            expression = dict.fromkeys(LANGUAGES, str(evidence["expression"]))
            return _both("exact", expression=expression, value=_nothing() if evidence.get("value") is True else value)
        case "source":
            told = {key: dict.fromkeys(LANGUAGES, str(evidence[key])) for key in ("source", "place")}
            return _both("source", **told)
    return None


def told_value(value: Any) -> str:
    """Return a value as it is read after a measurement, " = 0.943"; "" where there is none, or too much to be read."""
    text = _value(value)
    return f" = {text}" if text else ""


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        parts = [f"{name} {text}" for name, part in value.items() if (text := _value(part))]
        return ", ".join(parts) if len(parts) <= MOST else ""
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(map(_value, value)) if len(value) <= MOST else ""
    if isinstance(value, bool) or value is None:
        return "" if value is None else str(value).lower()
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, float):
        return f"{value:,.0f}" if value == round(value) and abs(value) < 1e15 else f"{value:.{DIGITS}g}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def _origin(of: Sequence[str], pictures: Mapping[str, bool]) -> Iterator[Texts]:
    """Yield from which arrays of which experiment something was measured."""
    by_experiment: dict[str, list[str]] = {}
    for one in of:
        experiment, _, name = one.partition("/")
        by_experiment.setdefault(experiment, []).append(name)
    for experiment, names in by_experiment.items():
        arrays = _arrays(names, pictures.get(experiment, False))
        yield _both("of", arrays=arrays, experiment=dict.fromkeys(LANGUAGES, experiment))


def _arrays(names: Sequence[str], pictures: bool) -> Texts:
    settings = [name.partition(".")[2] for name in names if name.startswith("config.")]
    arrays = [name for name in names if not name.startswith("config")]
    parts = [arrays_in_words(arrays, pictures=pictures)] if arrays else []
    parts += [_both("setting", name=dict.fromkeys(LANGUAGES, name)) for name in settings if name]
    if not parts:
        return {"en": "the settings", "zh_CN": "设定"}
    return {language: as_list([part[language] for part in parts], language) for language in LANGUAGES}


def _languages(text: Any) -> Texts:
    """Return a text that is told by language, or is the same in all."""
    return text if isinstance(text, Mapping) else dict.fromkeys(LANGUAGES, str(text))


def _nothing() -> Texts:
    return dict.fromkeys(LANGUAGES, "")


def _both(form: str, **parts: Texts) -> Texts:
    english, chinese = _FORMS[form]
    return {
        language: text.format(**{name: part[language] for name, part in parts.items()})
        for language, text in (("en", english), ("zh_CN", chinese))
    }
