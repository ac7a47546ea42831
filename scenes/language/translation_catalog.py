"""Reads a catalogue of translations, a `.po` file, whole or not at all: what is missing or damaged in it is an error.

Beside it lie its sums: for every English text the first 16 digits of the SHA-256 of its translation. So a text that is
gone is missed, and a translation of which a letter is gone is noticed. A text that is new has no sum until

    python -m scenes.language.translation_catalog

writes the sums anew, as is to be done after every change to a translation.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

SUMS = ".sums.json"  # the ending, in place of .po
_LINE = re.compile(r'(?:(msgid|msgstr) )?"((?:[^"\\\x00-\x1f\x7f]|\\["\\nt])*)"')
_ESCAPES = {r"\"": '"', r"\\": "\\", r"\n": "\n", r"\t": "\t"}
_SHOWN = 80  # letters of a text that an error names
_MEND = "bring it back, or if you changed it yourself run `python -m scenes.language.translation_catalog`"


class TranslationError(ValueError):
    """A catalogue of translations that is damaged or lacks a text; the message is one line."""


def read_catalogue(path: Path) -> Mapping[str, str]:
    """Return the translation of every English text in a catalogue.

    Raises TranslationError, one line with the file and the first text that it lacks, where the catalogue or its sums
    cannot be read, are damaged, or do not fit each other.
    """
    found = parse_catalogue(path)
    for english, known in _sums(path).items():
        if english not in found:
            raise TranslationError(f"{path} lacks {on_one_line(english)}: {_MEND}")
        if sum_of(found[english]) != known:
            raise TranslationError(f"{path}: what it says for {on_one_line(english)} was changed: {_MEND}")
    return found


def parse_catalogue(path: Path) -> dict[str, str]:
    """Return the translations in a catalogue, whatever its sums say; raises TranslationError where it is damaged."""
    try:
        text = path.read_bytes().decode()
    except OSError as error:
        raise TranslationError(f"{path} cannot be read ({error.strerror}): {_MEND}") from None
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise TranslationError(f"{path} is damaged in line {line}: {_MEND}") from None
    found: dict[str, str] = {}
    for entry in _entries(path, text):
        if entry.msgid in found:
            raise TranslationError(f"{path} has {on_one_line(entry.msgid)} twice, again in line {entry.line}: {_MEND}")
        if not entry.msgstr or entry.fuzzy:
            raise TranslationError(f"{path} lacks {on_one_line(entry.msgid)}, in line {entry.line}: {_MEND}")
        found[entry.msgid] = entry.msgstr
    found.pop("", None)  # the header
    return found


def write_sums(path: Path) -> None:
    """Write the sums of a catalogue beside it; raises TranslationError where it is damaged."""
    sums = {english: sum_of(translated) for english, translated in parse_catalogue(path).items()}
    told = json.dumps(sums, ensure_ascii=False, indent=0)
    path.with_suffix(SUMS).write_text(f"{told}\n", encoding="utf-8", newline="\n")


def sum_of(translated: str) -> str:
    """Return the sum of a translation: the first 16 hexadecimal digits of its SHA-256."""
    return hashlib.sha256(translated.encode()).hexdigest()[:16]


def on_one_line(english: str) -> str:
    """Return an English text on one line, quoted and cut to 80 letters, as an error names it."""
    line = " ".join(english.split())
    return f"“{line}”" if len(line) <= _SHOWN else f"“{line[:_SHOWN]}…”"


def _sums(path: Path) -> Mapping[str, str]:
    beside = path.with_suffix(SUMS)
    try:
        sums = json.loads(beside.read_bytes())
    except OSError as error:
        raise TranslationError(f"{beside} cannot be read ({error.strerror}): {_MEND}") from None
    except (ValueError, RecursionError):
        raise TranslationError(f"{beside} is damaged: {_MEND}") from None
    if not isinstance(sums, dict) or not sums:
        raise TranslationError(f"{beside} is damaged: {_MEND}")
    return sums


@dataclass
class _Entry:
    line: int  # where it begins
    fuzzy: bool  # whether its translation is only a guess
    msgid: str = ""
    msgstr: str = ""


def _entries(path: Path, text: str) -> Iterator[_Entry]:
    """Yield the entries of a catalogue; plural forms and contexts are not known, since no text of ours has them."""
    entry, fuzzy, part = None, False, ""  # part: which of an entry's two the line before belonged to
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip() or line.startswith("#"):
            fuzzy, part = fuzzy or (line.startswith("#,") and "fuzzy" in line), ""
            continue
        found = _LINE.fullmatch(line.rstrip("\r"))
        begins = found[1] if found else ""
        if found is None or not (begins or part) or (begins == "msgstr" and part != "msgid"):
            raise TranslationError(f"{path} is damaged in line {number}: {_MEND}")
        if begins == "msgid":
            if entry:
                yield entry
            entry, fuzzy = _Entry(number, fuzzy), False
        part = begins or part
        said = re.sub(r"\\.", lambda escape: _ESCAPES[escape[0]], found[2])
        setattr(entry, part, getattr(entry, part) + said)
    if entry:
        yield entry


def _main() -> None:
    from scenes.language.translation import LANGUAGES, place_of

    for language in LANGUAGES[1:]:
        write_sums(place_of(language))


if __name__ == "__main__":
    _main()
