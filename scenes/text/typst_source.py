"""Writes the Typst document that sets a plain text or a formula.

A text is handed over as string literals, so that none of its characters means anything to Typst. The parts named in a
formula are each given a fill of their own, by which they are found again in the picture, fraction bars and brackets
included: Typst spaces a formula the same whatever its colours.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from scenes.text.fonts import CODE, MATH, WORDS, find_chinese_font, has_chinese
from scenes.text.script_fonts import script_fonts

EM = 100  # points: the size at which everything is set
LINE_TOP, LINE_BOTTOM = 0.79, -0.26  # em above the baseline: what a line takes, with or without tall and low letters
LINE_GAP = 0.25  # em between two lines of words
BASELINE_TAG = 0xFFFFFF
_CHINESE_SIZE = 0.94  # of the Latin letters beside them: Chinese characters fill their em, Latin ones do not

_PAGE = "#set page(width: auto, height: auto, margin: 0pt, fill: none)\n"
_BASELINE_MARK = (
    f'#box(width: 0pt, height: 0pt, place(rect(width: 1pt, height: 1pt, fill: rgb("#{BASELINE_TAG:06x}"))))'
)
_NAMED = re.compile(r"(.*?)\s*:\s*([A-Za-z_][\w-]*)\s*", re.DOTALL)


class MarkupError(ValueError):
    """A formula in which a `{{` or a `}}` lacks its counterpart."""


_JOINED_SIGNS = re.compile(r"([!-/:-@\[-`{-~])(?=[!-/:-@\[-`{-~])")  # the font would make one dash of two hyphens


@dataclass(frozen=True)
class MarkedFormula:
    """Typst math with coloured parts, numbered from 1; 0 is what lies in none.

    bare: the source without its marks. names: of each part, and of 0. parents: the part around each, and around 0.
    """

    source: str
    bare: str
    names: tuple[str, ...]
    parents: tuple[int, ...]

    def path_to(self, part: int) -> list[int]:
        """Return the parts around a part from the outside in, itself the last."""
        path: list[int] = []
        while part:
            path.insert(0, part)
            part = self.parents[part]
        return path


def words_document(text: str, *, weight: str, align: str, line_width: float | None, code: bool) -> str:
    """Return the document that sets `text` as it stands. line_width: ems, or None for no wrapping."""
    chinese = find_chinese_font().family if has_chinese(text) else None
    first = CODE if code else WORDS
    others = "".join(f'"{font.family}", ' for font in script_fonts(text))
    if chinese:  # quotation marks and dashes of a Chinese text are Chinese ones
        fonts = f'((name: "{first}", covers: "latin-in-cjk"), "{chinese}", {others}"{MATH}")'
    else:
        fonts = f'("{first}", "{WORDS}", {others}"{MATH}")'
    language = ', lang: "zh", region: "cn"' if chinese else ""
    width = "auto" if line_width is None else f"{line_width * EM:.3f}pt"
    lines = "; linebreak(); ".join(_string(line) for line in text.split("\n"))
    edges = f"top-edge: {LINE_TOP * EM}pt, bottom-edge: {LINE_BOTTOM * EM}pt"
    return (
        f"{_PAGE}#set text(font: {fonts}, size: {EM}pt, fallback: false, hyphenate: false, {edges}{language})\n"
        f'#set text(weight: "{weight}", ligatures: {_flag(not code)})\n'
        f"#set par(leading: {LINE_GAP}em, justify: false)\n#set align({align})\n{_chinese_rule(chinese)}"
        f"#block(width: {width}, {{ {lines} }})"
    )


def spaced_document(text: str) -> str:
    """Return the document that sets each character of `text` by its own width: no kerning, no ligatures."""
    return (
        f'{_PAGE}#set text(font: ("{WORDS}", "{MATH}"), size: {EM}pt, fallback: false)\n'
        f"#set text(kerning: false, ligatures: false)\n#box({_string(text)})"
    )


def formula_document(source: str) -> str:
    """Return the document that sets Typst math in display style, with a mark on its baseline."""
    chinese = find_chinese_font().family if has_chinese(source) else None
    fonts = f'("{MATH}", "{chinese}")' if chinese else f'("{MATH}",)'
    return (
        f"{_PAGE}#set text(font: {fonts}, size: {EM}pt, fallback: false)\n"
        f"#show math.equation: set text(font: {fonts}, fallback: false)\n{_chinese_rule(chinese)}"
        f"{_BASELINE_MARK}#box($ {source}\n$)"
    )


def _chinese_rule(family: str | None) -> str:
    return f'#show regex("[\\p{{Han}}]+"): set text(size: {_CHINESE_SIZE}em)\n' if family else ""


def _flag(value: bool) -> str:
    return "true" if value else "false"


def _string(text: str) -> str:
    """Return a Typst string literal of `text`; what cannot be shown becomes the replacement character."""
    plain = text.replace("\t", " ").replace("\r", "").encode("utf-8", "replace").decode("utf-8")
    plain = _JOINED_SIGNS.sub("\\1\u200c", plain)
    return '"' + plain.replace("\\", "\\\\").replace('"', '\\"') + '"'


def mark_parts(source: str) -> MarkedFormula:
    """Return a formula whose `{{ body : name }}` (or `{{ body }}`, named by its body) are coloured parts.

    They may be nested.
    """
    pieces = re.split(r"(\{\{|\}\})", source)
    names, parents = [""], [0]
    open_parts: list[tuple[int, str, str]] = []  # (part, what was written before it: marked, bare)
    marked = bare = ""
    for place, piece in enumerate(pieces):
        if piece == "{{":
            names.append("")
            parents.append(open_parts[-1][0] if open_parts else 0)
            open_parts.append((len(names) - 1, marked, bare))
            marked = bare = ""
        elif piece == "}}":
            if not open_parts:
                raise MarkupError("a }} without its {{")
            part, marked_before, bare_before = open_parts.pop()
            body, name = _body_and_name(marked)
            names[part] = name or _body_and_name(bare)[0]
            # a bracket right after it would be taken for the arguments of a call
            apart = " " if pieces[place + 1][:1] in tuple("([.") else ""
            marked = f'{marked_before}#text(fill: rgb("#{part:06x}"), ${body}$){apart}'
            bare = f"{bare_before} {_body_and_name(bare)[0]} "
        else:
            marked, bare = marked + piece, bare + piece
    if open_parts:
        raise MarkupError("a {{ without its }}")
    return MarkedFormula(marked, " ".join(bare.split()), tuple(names), tuple(parents))


def _body_and_name(written: str) -> tuple[str, str]:
    match = _NAMED.fullmatch(written)
    return (match[1].strip(), match[2]) if match else (written.strip(), "")
