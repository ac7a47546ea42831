"""Words and formulas: geometry, escapes, named parts, the text protocol."""

from __future__ import annotations

import io

import numpy as np
import pytest
import typst
from manim import (
    DOWN,
    RIGHT,
    UP,
    Create,
    FadeIn,
    FadeOut,
    Indicate,
    ReplacementTransform,
    Scene,
    Transform,
    TransformMatchingShapes,
    VGroup,
    Write,
    tempconfig,
)
from PIL import Image

from scenes.look.style import LABEL, TITLE
from scenes.text.typeset import Formula, FormulaError, Typeset, Words
from scenes.text.typst_outlines import outlines_of
from scenes.text.typst_source import formula_document, mark_parts, words_document
from tests.scenes.drawn import draw

CAP_HEIGHT = 0.683  # em, of New Computer Modern


# Geometry -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("document", ["words", "formula"])
def test_the_picture_is_the_one_that_typst_draws(document: str) -> None:
    text, formula = "Wave fjord, 0.58", "frac(partial C, partial w^((L))) = sqrt(hat(x)) mat(1, 2; 3, 4)"
    mobject: Typeset = Words(text, 1.0) if document == "words" else Formula(formula, 1.0)
    source = formula_document(formula)
    if document == "words":
        source = words_document(text, weight="regular", align="left", line_width=None, code=False)
    ours = draw(mobject.set_color("#ffffff"), size=(1280, 720))[..., 0]  # 90 pixels an em
    png = typst.Compiler(ignore_system_fonts=True).compile(source.encode(), format="png", ppi=72 * 90 / 100)
    assert isinstance(png, bytes)
    theirs = np.asarray(Image.open(io.BytesIO(png)))[..., 3]  # Typst's is black on nothing
    if document == "formula":  # the mark on the baseline
        theirs = np.where(np.asarray(Image.open(io.BytesIO(png)))[..., 0] > 0, 0, theirs)
    assert abs(ours.sum() / theirs.sum() - 1) < 0.02
    ours, theirs = _cropped(ours), _cropped(theirs)
    assert np.abs(np.subtract(ours.shape, theirs.shape)).max() <= 1
    height, width = np.minimum(ours.shape, theirs.shape)
    # columns' ink, blurred over a few pixels, since the two start at different parts of a pixel
    ink = [np.convolve(picture[:height, :width].sum(axis=0, dtype=float), np.ones(5) / 5) for picture in (ours, theirs)]
    assert np.corrcoef(ink[0], ink[1])[0, 1] > 0.99


def _cropped(picture: np.ndarray) -> np.ndarray:
    rows, columns = np.flatnonzero(picture.max(axis=1) > 60), np.flatnonzero(picture.max(axis=0) > 60)
    return picture[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def test_the_em_is_the_size_in_scene_units() -> None:
    letter = Words("H", TITLE)[0]
    assert letter.height == pytest.approx(CAP_HEIGHT * TITLE, abs=1e-6)
    assert Words("H", TITLE).size == pytest.approx(TITLE)
    assert Formula("H", TITLE)[0].height == pytest.approx(CAP_HEIGHT * TITLE, abs=2e-3)


def test_em_and_baseline_follow_what_is_done_to_the_text() -> None:
    words = Words("gauge", LABEL)
    before = words.baseline
    assert words.shift(2 * UP).baseline == pytest.approx(before + 2)
    assert words.scale(3).size == pytest.approx(3 * LABEL)
    assert words.rotate(0.7).size == pytest.approx(3 * LABEL)
    copy = words.copy().shift(DOWN)
    assert copy.frame()[2] == pytest.approx(words.frame()[2] + DOWN)


def test_words_stand_alike_with_and_without_descenders() -> None:
    low, high = Words("ace").move_to(UP), Words("fjög(").move_to(UP)
    assert low.baseline == pytest.approx(high.baseline)
    assert low.height == pytest.approx(high.height) == pytest.approx(1.05 * LABEL)
    row = VGroup(low, Formula("a^2 / b"), Words("中")).arrange(RIGHT)
    for mobject in row:
        mobject.align_baseline(low)
        assert mobject.baseline == pytest.approx(low.baseline)
    assert Words("x").align_baseline(1.5).baseline == pytest.approx(1.5)


def test_a_transformed_text_is_placed_by_what_is_drawn() -> None:
    words, other = Words("gauge"), Words("needle").shift(3 * RIGHT)
    _play(lambda scene: scene.play(Transform(words, other), run_time=0.2), words)
    assert words.get_left()[0] > 1.5


def test_lines_are_broken_at_newlines_and_at_the_line_width() -> None:
    two = Words("first\nsecond", LABEL)
    assert two.height == pytest.approx((1.05 + 1.3) * LABEL)
    long = Words("one two three four five six seven", LABEL, line_width=3.0)
    assert long.width <= 3.0
    assert long.height > 2 * LABEL
    left = Words("i\nwide", LABEL, align="left")
    assert left[0].get_left()[0] == pytest.approx(left[-4].get_left()[0], abs=0.02)


def test_empty_words_are_an_empty_group() -> None:
    assert len(Words("")) == 0
    assert Words("").text_boxes() == []


def test_bold_and_code_are_other_letters() -> None:
    assert Words("network", weight="bold").width > Words("network").width
    code = Words("ill = mmm", code=True)
    assert code[2].get_center()[0] - code[1].get_center()[0] == pytest.approx(
        code[-1].get_center()[0] - code[-2].get_center()[0], abs=0.01
    )


# Named parts --------------------------------------------------------------------------------------------

FORMULAS = [
    "{{frac(a, b) : f}} + 1",
    "{{x}}_i^2 + x_{{i}}^{{2 : two}}",
    "{{hat(x) : h}} + hat({{y}})",
    "lr(( {{frac(1, 2)}} ))",
    "{{mat(1, 2; 3, 4) : M}} x",
    "mat({{1}}, 2; 3, {{4}})",
    "a {{=}} b {{+}} c",
    "{{-}} x",
    "{{sum}}_(i = 1)^n i + {{integral}}_0^1 f",
    "{{f}}(x) + {{f}}'(y)",
    "{{sin}} x + sin {{x}}",
    "sqrt({{x}}) + {{sqrt(y) : root}}",
    "underbrace({{a + b : sum}}, {{n}})",
    '"if" {{x}} "then"',
    "{{1}}.5",
    "abs({{x}}) + {{overline(x y) : bar}}",
    'cases({{1}} &"if" x > 0, 0 &"else")',
    "{{ {{a}} + b : outer }} c",
]


@pytest.mark.parametrize("source", FORMULAS)
def test_naming_parts_moves_nothing(source: str) -> None:
    plain = source.replace("{{", " ").replace("}}", " ")
    for name in (" : f", " : two", " : h", " : M", " : root", " : sum", " : bar", " : outer"):
        plain = plain.replace(name, " ")
    named = outlines_of(formula_document(mark_parts(source).source))
    bare = outlines_of(formula_document(plain.replace(" (", "(").replace(" .5", ".5").replace(" '", "'")))
    assert np.sort(named.pens, axis=0) == pytest.approx(np.sort(bare.pens, axis=0), abs=1e-9)
    assert len(named.points) == len(bare.points)


@pytest.mark.parametrize(
    ("source", "name", "outlines"),
    [
        ("{{frac(a, b) : f}} + 1", "f", 3),  # the bar is one of them
        ("{{hat(x) : h}} + y", "h", 2),
        ("{{overline(x y) : bar}} z", "bar", 3),
        ("{{sqrt(y) : root}} x", "root", 3),
        ("{{mat(1, 2; 3, 4) : M}} x", "M", 6),
        ("{{abs(x) : size}} y", "size", 3),
        ("{{lr((frac(1, 2))) : paren}} y", "paren", 5),
        ("mat({{1}}, 2; {{1}}, 4)", "1", 2),
        ("{{ {{a}} + b : outer }} a", "outer", 3),
        ("{{ {{a}} + b : outer }} a", "a", 1),
    ],
)
def test_a_part_is_all_that_it_draws(source: str, name: str, outlines: int) -> None:
    assert len(Formula(source).part(name)) == outlines


def test_parts_are_coloured_and_told_apart_by_place() -> None:
    formula = Formula("{{W}} a + {{b}}", colors={"W": "#FF0000", "b": "#00FF00"})
    assert formula.part("W").get_left()[0] == pytest.approx(formula.get_left()[0])
    assert [mobject.get_fill_color().to_hex() for mobject in formula.part("W")] == ["#FF0000"]
    assert [mobject.get_fill_color().to_hex() for mobject in formula.part("b")] == ["#00FF00"]
    assert formula[1].get_fill_color().to_hex() not in ("#FF0000", "#00FF00")


def test_a_part_can_be_animated_without_breaking_the_formula_up() -> None:
    formula = Formula("{{W : w}} a + {{ {{b}} : w2}}")

    def script(scene: Scene) -> None:
        scene.add(formula)
        scene.play(Indicate(formula.part("w")), formula.part("b").animate.shift(UP), run_time=0.4)

    assert _play(script).mobjects == [formula]
    assert formula.part("b").get_center()[1] > 0.5
    assert formula.text_boxes()[0].text == "W a + b"
    twin = formula.copy()
    assert twin.part("w") is twin[0]


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("Wa + b", "unknown variable: Wa"),
        ("frac(1", "unclosed delimiter"),
        ("{{a", "{{ without its }}"),
        ("a}}", "}} without its {{"),
    ],
)
def test_a_bad_formula_is_one_clear_line(source: str, said: str) -> None:
    with pytest.raises(FormulaError) as caught:
        Formula(source)
    assert said in str(caught.value)
    assert source in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_unknown_part_is_answered_with_the_known_ones() -> None:
    with pytest.raises(FormulaError, match="no part 'w', only: W, b"):
        Formula("{{W}} + {{b}}").part("w")


# The text protocol --------------------------------------------------------------------------------------


def test_a_box_is_around_the_ink_and_follows_it() -> None:
    words = Words("box", LABEL).shift(2 * RIGHT).scale(2)
    (box,) = words.text_boxes()
    points = words.get_all_points()
    assert (box.left, box.bottom) == pytest.approx(tuple(points.min(axis=0)[:2]))
    assert (box.right, box.top) == pytest.approx(tuple(points.max(axis=0)[:2]))
    assert (box.text, box.opacity) == ("box", 1.0)
    assert box.size == pytest.approx(2 * LABEL)
    assert words.set_opacity(0.3).text_boxes()[0].opacity == pytest.approx(0.3)
    assert words.fade(0.5).text_boxes()[0].opacity == pytest.approx(0.15)


def test_a_box_leaves_out_what_is_not_seen() -> None:
    formula = Formula("{{a}} + {{b}}")
    formula.part("b").set_opacity(0)
    (box,) = formula.text_boxes()
    assert box.right < formula.part("b").get_left()[0]
    (part,) = formula.part("a").text_boxes()
    assert (part.text, part.size) == ("a", pytest.approx(LABEL))


def test_a_half_written_text_knows_its_size() -> None:
    words = Words("handwriting", LABEL)
    animation = Write(words)
    animation.begin()
    for share in (0.1, 0.4, 0.8):
        animation.interpolate(share)
        assert words.text_boxes()[0].size == pytest.approx(LABEL)
        assert words.text_boxes()[0].opacity > 0.5
    animation.finish()
    assert words.baseline == pytest.approx(Words("handwriting", LABEL).baseline)


def _play(script, *mobjects) -> Scene:  # type: ignore[no-untyped-def]  # a scene in a test is a function
    with tempconfig({"quality": "low_quality", "frame_rate": 5, "dry_run": True, "verbosity": "ERROR"}):
        scene = Scene()
        scene.add(*mobjects)
        script(scene)
        return scene


def test_manims_animations_take_words_and_formulas() -> None:
    first, second = Formula("{{a}}^2 + b"), Formula("b + {{a}}^2 = c").shift(UP)
    words = Words("a sum, 和").shift(DOWN)

    def script(scene: Scene) -> None:
        scene.play(Write(first), FadeIn(words, shift=UP), run_time=0.4)
        scene.play(Indicate(first.part("a")), words.animate.shift(RIGHT).scale(0.5), run_time=0.4)
        scene.play(TransformMatchingShapes(first, second), run_time=0.4)
        scene.play(ReplacementTransform(second, first), Create(Words("new")), run_time=0.4)
        scene.play(FadeOut(first), run_time=0.4)

    scene = _play(script)
    assert first not in scene.mobjects
    assert words.size == pytest.approx(LABEL / 2)
    assert words.get_left()[0] == pytest.approx(1 - words.width / 2)
