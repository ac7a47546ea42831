"""Palettes that can be read: contrast on their background, and meanings that a colour-blind eye can tell apart."""

import ast
import re
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

import scenes
from scenes.look.style import Palette, palette, theme
from scenes.look.themes import THEMES, find_theme

FOLDER = Path(scenes.__file__).parent
PALETTES = ("style.py", "themes.py")  # the two files that name colours
MEANINGS = ("positive", "negative", "attention", "right")
WRITTEN = ("text", "muted", "line", "bright", "further", *MEANINGS)  # texts are set in these
ON_GROUND = ("text", "bright", "attention")  # what is written and drawn on a surface
MANIMS = re.compile("(PURE_)?(WHITE|BLACK|GR[AE]Y|RED|GREEN|BLUE|YELLOW|ORANGE|GOLD|TEAL|PURPLE|PINK)(_.)?")
HEX = re.compile(r"#[0-9A-Fa-f]{6}\b|#[0-9A-Fa-f]{3}\b")

# Machado, Oliveira and Fernandes, "A physiologically-based model for simulation of color vision deficiency", 2009,
# table 1, severity 1.0; they apply to linear RGB
SEEN = {
    "all cones": np.eye(3),
    "no long": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "no medium": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "no short": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])  # sRGB, D65
WHITE = TO_XYZ.sum(axis=1)


def linear(code):
    """Return (3,) linear RGB of a hex code."""
    share = np.array([int(code[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    return np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)


def contrast(one, other):
    """Return the contrast of two colours as WCAG 2.2 defines it, 1 to 21."""
    darker, lighter = sorted(float(TO_XYZ[1] @ linear(code)) for code in (one, other))
    return (lighter + 0.05) / (darker + 0.05)


def lab(code, eye):
    """Return (3,) CIE L*a*b* of a colour as an eye sees it."""
    share = TO_XYZ @ np.clip(SEEN[eye] @ linear(code), 0, 1) / WHITE
    x, y, z = np.where(share > 216 / 24389, np.cbrt(share), (24389 / 27 * share + 16) / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def least_distance(codes, eye):
    """Return the least CIE76 distance between any two of the colours, and which they are."""
    seen = {code: lab(code, eye) for code in codes}
    return min((float(np.linalg.norm(seen[one] - seen[other])), one, other) for one, other in combinations(codes, 2))


def test_the_measures_are_right():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21, abs=0.01)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)
    assert lab("#FF0000", "all cones") == pytest.approx([53.24, 80.09, 67.20], abs=0.1)
    for eye in SEEN:
        assert SEEN[eye].sum(axis=1) == pytest.approx(1, abs=1e-4)  # grey stays grey
    red_and_green = ("#B02A22", "#3B7F2A")
    assert least_distance(red_and_green, "no medium")[0] < 0.5 * least_distance(red_and_green, "all cones")[0]


@pytest.mark.parametrize("name", THEMES)
def test_texts_and_shapes_stand_out_from_what_is_behind_them(name):
    chosen = THEMES[name]
    for field in WRITTEN:
        assert contrast(getattr(chosen, field), chosen.background) >= 4.5, field
    for code in chosen.classes:  # dots, and names of classes beside them
        assert contrast(code, chosen.background) >= 4.5, code
    for field in ON_GROUND:
        for code in (chosen.ground, *chosen.heights):
            assert contrast(getattr(chosen, field), code) >= 3, (field, code)
    assert contrast(chosen.bright, chosen.blank) > 15


def test_light_vanishes_in_a_white_slide():
    assert THEMES["light"].background == "#FFFFFF"


@pytest.mark.parametrize("eye", SEEN)
def test_safe_meanings_differ_to_every_eye(eye):
    safe = THEMES["safe"]
    meanings = [getattr(safe, field) for field in MEANINGS]
    assert least_distance(meanings, eye)[0] >= 30
    for plain in (safe.text, safe.muted):
        assert min(least_distance((plain, code), eye)[0] for code in meanings) >= 20
    assert least_distance(safe.classes, eye)[0] >= 20


@pytest.mark.parametrize("name", THEMES)
def test_heights_differ_in_hue_and_hardly_in_lightness(name):
    """Light on a surface darkens it: a height must not be told by how bright its colour is."""
    heights = THEMES[name].heights
    lightness = [lab(code, "all cones")[0] for code in heights]
    assert max(lightness) - min(lightness) < 12
    assert least_distance((heights[0], heights[-1]), "all cones")[0] >= 35


@pytest.mark.parametrize("eye", SEEN)
def test_safe_heights_differ_to_every_eye(eye):
    assert least_distance(THEMES["safe"].heights, eye)[0] >= 20


def test_dark_is_not_safe():
    dark = [getattr(THEMES["dark"], field) for field in MEANINGS]
    assert min(least_distance(dark, eye)[0] for eye in SEEN) < 20


def test_every_palette_has_ten_classes_and_whole_colours():
    for name, chosen in THEMES.items():
        codes = [value for value in vars(chosen).values() if isinstance(value, str) and value.startswith("#")]
        lists = [*chosen.classes, *chosen.heights]
        assert all(re.fullmatch("#[0-9A-Fa-f]{6}", code) for code in [*codes, *lists]), name
        assert len(set(chosen.classes)) == 10, name


def test_a_theme_is_in_force_inside_its_block_only():
    with theme(find_theme("light")):
        assert palette() is THEMES["light"]
    assert palette() == Palette() == THEMES["dark"]


def sources():
    return [(path, ast.parse(path.read_text(encoding="utf-8"))) for path in sorted(FOLDER.rglob("*.py"))]


def run_at_import(tree):
    """Yield what runs when a module is imported: all but the bodies of functions, default arguments included."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            waiting += [*node.decorator_list, node.args]
        elif isinstance(node, ast.Lambda):
            waiting.append(node.args)
        else:
            waiting += ast.iter_child_nodes(node)


def asked_at_import(tree):
    """Return the lines at which the palette is asked while a module is imported."""
    calls = (node for node in run_at_import(tree) if isinstance(node, ast.Call))
    asked = [call for call in calls if getattr(call.func, "id", getattr(call.func, "attr", "")) == "palette"]
    return sorted(call.lineno for call in asked)


def test_no_module_asks_for_the_palette_at_import():
    assert asked_at_import(ast.parse("LINE = palette().line\ndef f(a=palette()):\n    return palette()")) == [1, 2]
    found = {str(path): lines for path, tree in sources() if (lines := asked_at_import(tree))}
    assert not found


def test_colours_are_named_in_palettes_only():
    named = {
        f"{path.name}:{node.lineno}": node.value
        for path, tree in sources()
        if path.name not in PALETTES
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and HEX.search(node.value)
    }
    assert not named
    taken = {
        f"{path.name}:{node.lineno}": name.name
        for path, tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("manim")
        for name in node.names
        if re.fullmatch(
            "(PURE_)?(WHITE|BLACK|GR[AE]Y|RED|GREEN|BLUE|YELLOW|ORANGE|GOLD|TEAL|PURPLE|PINK)(_.)?", name.name
        )
    }
    assert not taken


def test_a_changed_palette_is_another_value():
    assert replace(THEMES["light"], right="#000000") != THEMES["light"]
