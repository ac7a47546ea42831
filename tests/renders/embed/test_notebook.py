"""The notebook shows its clips without being run, and again when it is."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from engine.recording import Recording, RecordingError
from renders.base.errors import RenderError
from renders.embed.documents.notebook import write_notebook
from renders.notebook import beat, clip
from renders.request.embed_request import Cut
from renders.request.quality import find_quality
from tests.engine.recording.damaged.headers import make_older
from tests.renders.embed.lecture import HOSTILE, make_clip, plain_clip, wish
from tests.renders.reel import Reel, reel_for_commands, write_recording

nbformat = pytest.importorskip("nbformat")
ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def reel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Reel:
    """Return a reel that the functions take for the project, rendered in this process."""
    reel = reel_for_commands(tmp_path, monkeypatch)
    reel.record()
    return reel


def test_it_is_valid_and_shows_its_films_unrun(tmp_path: Path) -> None:
    clips = [make_clip(tmp_path / "a", HOSTILE), plain_clip(tmp_path / "b")]
    write_notebook(clips, tmp_path / "n.ipynb", wish("notebook", *(str(clip.film) for clip in clips)))
    notebook = nbformat.read(tmp_path / "n.ipynb", as_version=4)
    nbformat.validate(notebook)
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    assert [set(output.data) for output in outputs] == [{"text/html", "image/png", "text/plain"}] * 2
    html = outputs[0].data["text/html"]
    assert html.startswith('<video src="data:video/mp4;base64,') and html.count("<track") == 2
    assert "<script" not in html
    headings = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    assert all("<script" not in heading.replace("\\<", "") and "\n" not in heading for heading in headings)


def test_a_kernel_runs_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    client = pytest.importorskip("nbconvert.preprocessors")
    pytest.importorskip("ipykernel")
    film = make_clip(tmp_path / "it's", "Run")
    write_notebook([film], tmp_path / "n.ipynb", wish("notebook", str(film.film), cut=Cut()))
    notebook = nbformat.read(tmp_path / "n.ipynb", as_version=4)
    expected = notebook.cells[-1].outputs[0].data
    notebook.cells[-1].outputs = []
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]))
    client.ExecutePreprocessor(timeout=120).preprocess(notebook, {"metadata": {"path": str(tmp_path)}})
    (output,) = notebook.cells[-1].outputs
    assert {kind: text.strip() for kind, text in output.data.items()} == {
        kind: text.strip() for kind, text in expected.items()
    }


def test_a_cell_says_what_is_other_than_usual(reel: Reel, tmp_path: Path) -> None:
    clips = [make_clip(tmp_path / "a", "Grow"), make_clip(tmp_path / "b", "Slide")]
    wanted = wish("notebook", "tiny", quality=find_quality("low"), language="zh_CN", cut=Cut(start=0.5, speed=2.0))
    write_notebook(clips, tmp_path / "n.ipynb", wanted)
    sources = [cell.source for cell in nbformat.read(tmp_path / "n.ipynb", as_version=4).cells if cell.id[:4] == "clip"]
    options = 'quality="low", language="zh_CN", start=0.5, speed=2.0'
    assert sources == [f'clip("tiny/{beat}", {options})' for beat in ("grow", "slide")]


def test_a_cell_shows_a_beat_rendered_for_it(reel: Reel) -> None:
    shown = clip("tiny/slide", quality="draft")._repr_mimebundle_()
    assert shown["text/html"].startswith('<video src="data:video/mp4;base64,')
    assert "A dot slides" in repr(clip("tiny/slide", quality="draft"))
    assert (reel.places.films / "tiny" / "slide.en.draft.mp4").exists()


def test_a_beat_is_its_picture_what_is_said_and_what_it_reads(reel: Reel) -> None:
    shown = beat("tiny/slide", quality="draft")
    html = shown._repr_mimebundle_()["text/html"]
    assert '<img src="data:image/png;base64,' in html
    for told in ("<h3>A dot slides</h3>", "A dot slides.", "layer3.bias"):
        assert told in html
    assert 'digits: read("layer3.bias", step=1, out=0)' in repr(shown)


@pytest.mark.parametrize(("told", "reason"), [("tiny/glow", "grow"), ("tiny", "CHAPTER/BEAT"), ("a/x.mp4", "no film")])
def test_what_is_no_beat_is_an_error_in_one_line(reel: Reel, told: str, reason: str) -> None:
    with pytest.raises(RenderError, match=reason) as caught:
        beat(told)
    assert "\n" not in str(caught.value)


def test_a_recording_is_a_table_of_its_arrays(tmp_path: Path) -> None:
    write_recording(tmp_path / "r.zarr", arrays=("layer3.bias", "<b>"), note="<script>alert(1)</script>" * 20)
    html = Recording.open(tmp_path / "r.zarr")._repr_html_()
    for told in ("<strong>digits</strong>", "<code>layer3.bias</code>", "step, out", "2 × 10", "2 from 0 to 9"):
        assert told in html
    assert "&lt;b&gt;" in html and "<script" not in html and "…" in html


def test_a_recording_says_where_it_has_no_seals_and_what_it_came_from(tmp_path: Path) -> None:
    write_recording(tmp_path / "r.zarr")
    assert "no seals" not in Recording.open(tmp_path / "r.zarr")._repr_html_()
    make_older(tmp_path / "r.zarr", origin={"data": {"mnist": {"train-images": "440f"}}})
    html = Recording.open(tmp_path / "r.zarr")._repr_html_()
    assert "no seals: its values are held against its digests alone" in html
    assert "data mnist train-images" in html and "440f" in html


def test_what_was_recorded_and_then_changed_is_not_shown(reel: Reel) -> None:
    clip("tiny/slide", quality="draft")
    chunk = reel.places.recording("digits") / "layer3.bias" / "c" / "0" / "0"
    chunk.write_bytes(chunk.read_bytes()[:-1] + b"~")
    with pytest.raises(RecordingError, match=r"layer3\.bias/c/0/0 is not the file that was written"):
        clip("tiny/slide", quality="draft")
