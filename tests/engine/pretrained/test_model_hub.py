"""Models of the hub: fetched once and only as far as they are read, and what cannot be had is told at once."""

from __future__ import annotations

import shutil
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from safetensors.torch import load_file, save_file

from engine.data.mnist import DataError
from engine.pretrained import hub as model_hub
from engine.pretrained import loading as pretrained
from engine.pretrained.files import digests_of, files_of
from engine.pretrained.loading import load_pretrained
from tests.engine.pretrained.hub import REVISION, Hub
from tests.engine.pretrained.spoiling import MARK, WEIGHTS, code, config, pickled, sharded, without

LONGEST = 5.0  # seconds to be told that the hub cannot be reached
OURS = {"AutoModelForCausalLM": "ours.OurModel"}


@pytest.fixture(autouse=True)
def _empty_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))
    pretrained._load.cache_clear()


@pytest.fixture
def folder(saved_model: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(saved_model, tmp_path / "model"))


@pytest.fixture
def cached(folder: Path, tmp_path: Path) -> Path:
    """Return the folder in which the hub's cache keeps "someone/tiny": links to files with other names."""
    repository = tmp_path / "hub" / "models--someone--tiny"
    snapshot = repository / "snapshots" / ("0" * 40)
    snapshot.mkdir(parents=True)
    (repository / "refs").mkdir()
    (repository / "refs" / "main").write_text("0" * 40)
    (repository / "blobs").mkdir()
    for number, file in enumerate(sorted(folder.iterdir())):
        file.rename(repository / "blobs" / str(number))
        (snapshot / file.name).symlink_to(Path("..", "..", "blobs", str(number)))
    return snapshot


@pytest.fixture
def hub(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """Yield a hub with the folder as "someone/else"."""
    with Hub(folder) as hub:
        threading.Thread(target=hub.serve_forever, daemon=True).start()
        monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", hub.address)
        monkeypatch.setattr("huggingface_hub.constants.HUGGINGFACE_CO_URL_TEMPLATE", hub.address + _TEMPLATE)
        yield hub
        hub.shutdown()


_TEMPLATE = "/{repo_id}/resolve/{revision}/{filename}"


def never(*told: object, **more: object) -> None:
    raise AssertionError(f"the network was asked for {told}")


# In the cache ---------------------------------------------------------------------------------------------------------


def test_a_model_in_the_cache_is_read_from_there(cached: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", never)
    by_name = load_pretrained("someone/tiny")
    assert by_name.title == "tiny"
    assert by_name.source.sha256 == load_pretrained(str(cached)).source.sha256, "its folder may be given too"


def test_a_link_out_of_the_cache_is_refused(cached: Path) -> None:
    linked_out, other = cached / WEIGHTS, cached.parents[3] / "other.safetensors"
    save_file(load_file(linked_out), other)
    linked_out.unlink()
    linked_out.symlink_to(other)
    for name in ("someone/tiny", str(cached)):
        with pytest.raises(DataError, match=r"is a link to .*, out of the model's folder"):
            files_of(name)


@pytest.mark.parametrize("name", ["snapshots", "models--someone--tiny/snapshots"])
def test_what_is_called_like_the_cache_may_not_lead_further(folder: Path, tmp_path: Path, name: str) -> None:
    disguised = tmp_path / name / "model"
    disguised.parent.mkdir(parents=True)
    folder.rename(disguised)
    (disguised / WEIGHTS).rename(disguised.parent.parent / "other.safetensors")
    (disguised / WEIGHTS).symlink_to("../../other.safetensors")
    with pytest.raises(DataError, match=r"is a link to .*, out of the model's folder"):
        load_pretrained(str(disguised))


def test_a_half_of_a_model_in_the_cache_is_told(cached: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    (cached / WEIGHTS).unlink()
    assert "it is not whole in the cache of Hugging Face's hub" in told_at_once("someone/tiny")


# From the hub ---------------------------------------------------------------------------------------------------------


def test_a_model_is_fetched_once(hub: Hub, folder: Path) -> None:
    model = load_pretrained("someone/else")
    assert model.source.files == digests_of(str(folder))
    assert sorted(hub.fetched) == ["config.json", WEIGHTS, "tokenizer.json", "tokenizer_config.json"]
    hub.asked.clear()
    assert load_pretrained("someone/else") is model
    pretrained._load.cache_clear()
    load_pretrained("someone/else")
    assert hub.asked == [], "it was whole in the cache"


def test_the_files_of_the_index_are_fetched_and_no_others(hub: Hub, folder: Path) -> None:
    shutil.copy(folder / WEIGHTS, folder / "consolidated.safetensors")
    whole = load_file(folder / WEIGHTS)
    sharded()(folder)
    pickled("pytorch_model.bin")(folder)
    model = load_pretrained("someone/else")
    assert {name for name in hub.fetched if name.endswith((".safetensors", ".bin"))} == {
        "model-00001-of-00002.safetensors",
        "model-00002-of-00002.safetensors",
    }
    assert sum(model.source.stored.values()) == sum(values.numel() for values in whole.values())


def test_code_on_the_hub_is_neither_fetched_nor_run(hub: Hub, folder: Path, tmp_path: Path) -> None:
    code("ours.py")(folder)
    config(auto_map=OURS)(folder)
    with pytest.raises(DataError, match="asks for Python code of the model's own"):
        load_pretrained("someone/else")
    assert "ours.py" not in hub.fetched
    assert WEIGHTS not in hub.fetched, "it is known before gigabytes are fetched"
    assert not (tmp_path / MARK).exists()


def test_a_pickle_is_not_fetched(hub: Hub, folder: Path) -> None:
    without(WEIGHTS)(folder)
    pickled("pytorch_model.bin")(folder)
    with pytest.raises(DataError, match=r"has no model\.safetensors on Hugging Face's hub, and no pickle is read"):
        load_pretrained("someone/else")
    assert hub.fetched == []


def test_a_model_that_the_hub_does_not_have_is_told(hub: Hub) -> None:
    assert "404" in told_at_once("nobody/nothing")
    assert REVISION not in told_at_once("nobody/nothing")


# Without one ----------------------------------------------------------------------------------------------------------


def told_at_once(name: str) -> str:
    began = time.monotonic()
    with pytest.raises(DataError, match=r"could not be loaded .*: give --model a folder") as caught:
        load_pretrained(name)
    assert time.monotonic() - began < LONGEST
    assert str(caught.value).isprintable()
    return str(caught.value)


def test_without_a_network_a_name_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_such_name(*told: object, **more: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", no_such_name)
    assert "Name or service not known" in told_at_once("nobody/nothing")


def test_a_name_that_is_looked_up_for_ever_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert model_hub.PATIENCE < LONGEST
    monkeypatch.setattr(socket, "getaddrinfo", lambda *told, **more: time.sleep(LONGEST + 3))
    monkeypatch.setattr(model_hub, "PATIENCE", 0.5)
    assert "no answer within 0.5 seconds" in told_at_once("nobody/nothing")


def test_a_hub_that_never_answers_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", f"http://127.0.0.1:{silent.getsockname()[1]}")
        monkeypatch.setattr(model_hub, "PATIENCE", 0.5)
        told_at_once("nobody/nothing")


@pytest.mark.parametrize("name", ["no name at all", "-x/..y", "a" * 900])
def test_what_cannot_be_a_name_on_the_hub_is_told(name: str) -> None:
    told_at_once(name)
