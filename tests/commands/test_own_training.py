"""`train FILE.py:FUNCTION`: a user's own model and data, and all that may be wrong with them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

import cli
from engine.recording import Recording
from engine.user_training.training import EVALUATIONS

CODE = Path(__file__).with_name("mine.py").read_text(encoding="utf-8")  # what users write: models, data, losses
Train = Callable[..., Result]


@pytest.fixture
def train(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Train:
    """Run `train mine.py:MODEL --data mine.py:DATA …` in a folder with the file above."""
    file = tmp_path / f"mine_{tmp_path.name}.py"  # a name of its own: Python keeps what it has imported
    file.write_text(CODE)
    monkeypatch.chdir(tmp_path)

    def run(model: str, data: str, *options: str) -> Result:
        how = ("--steps", "20", "--out", "mine.zarr", *options)
        where = [f"{file.name}:{name}" if ":" not in name else name for name in (model, data)]
        options = tuple(option.replace("FILE", file.name) for option in how)
        return CliRunner().invoke(cli.main, ["train", where[0], "--data", where[1], *options])

    return run


@pytest.mark.parametrize("data", ["load", "pair", "dataset", "loader"])
def test_data_may_come_in_many_forms(train: Train, data: str, tmp_path: Path) -> None:
    result = train("build", data)
    assert result.exit_code == 0, result.output
    assert "test_accuracy" in result.output
    recording = Recording.open(tmp_path / "mine.zarr")
    assert recording.config["task"] == "classification"
    assert recording.config["classes"] == (["a", "b", "c"] if data == "load" else None)
    assert len(recording.read("metric.loss")) == 20
    np.testing.assert_array_equal(recording.steps("metric.test_loss")[[0, -1]], [0, 20])
    assert len(recording.read("probe.input")) == len(recording.read("probe.target"))


def test_it_is_recorded_beside_the_file_of_the_model_unless_a_home_is_named(tmp_path: Path) -> None:
    file = tmp_path / "models" / "my_first.py"
    file.parent.mkdir()
    file.write_text(CODE)
    wanted = ["train", f"{file}:build", "--data", f"{file}:load", "--steps", "3"]
    told = CliRunner().invoke(cli.main, wanted, env={"NEUROREEL_HOME": ""})
    assert told.exit_code == 0, told.output
    assert told.stdout.splitlines()[-1] == str(file.with_name("my_first.zarr"))
    assert "3 steps" in told.stderr and "neuroreel animate " in told.stderr, "what there is, and what to do next"
    told = CliRunner().invoke(cli.main, ["--home", str(tmp_path / "home"), *wanted])
    assert told.stdout.splitlines()[-1] == str(tmp_path / "home" / "recordings" / "my_first.zarr"), told.output


@pytest.mark.parametrize(
    "settings", [{}, {"every": 7}, {"every": 500}, {"steps": 1}, {"steps": 3, "every": 2}], ids=str
)
def test_every_measure_is_of_a_snapshot(train: Train, settings: dict[str, int], tmp_path: Path) -> None:
    wanted = {"steps": 100, **settings}
    result = train("build", "load", *[part for name, value in wanted.items() for part in (f"--{name}", str(value))])
    assert result.exit_code == 0, result.output
    recording = Recording.open(tmp_path / "mine.zarr")
    measured, snapshots = (recording.steps(name).tolist() for name in ("metric.test_loss", "0.weight"))
    assert set(measured) <= set(snapshots)
    assert len(measured) == min(EVALUATIONS, len(snapshots))
    assert (measured[0], measured[-1]) == (0, wanted["steps"])


def test_the_same_settings_give_the_same_arrays(train: Train, tmp_path: Path) -> None:
    digests = []
    for seed in ("1", "1", "2"):
        assert train("build", "load", "--force", "--seed", seed, "--optimizer", "adamw", "--lr", "0.01").exit_code == 0
        digests.append(Recording.open(tmp_path / "mine.zarr").digest)
    assert digests[0] == digests[1] != digests[2]


@pytest.mark.parametrize("data", ["frames", "lists", "words", "truths"])
def test_data_may_be_what_users_keep_theirs_in(train: Train, data: str, tmp_path: Path) -> None:
    result = train("build", data)
    assert result.exit_code == 0, result.output
    recording = Recording.open(tmp_path / "mine.zarr")
    assert recording.config["task"] == "classification"
    assert recording.config["classes"] == (["high", "low", "low one"] if data == "words" else None)
    assert recording.read("probe.input").dtype == np.float32


def test_one_score_for_two_classes(train: Train, tmp_path: Path) -> None:
    result = train("to_one", "truths")
    assert result.exit_code == 0, result.output
    assert 0 < Recording.open(tmp_path / "mine.zarr").read("metric.test_loss")[0] < 5


def test_classes_may_be_on_the_axis_that_pytorch_has_them_on(train: Train, tmp_path: Path) -> None:
    result = train("of_pixels", "pixels")
    assert result.exit_code == 0, result.output
    assert Recording.open(tmp_path / "mine.zarr").read("output").shape[1:] == (9, 3, 5)


def test_data_have_the_precision_of_the_model(train: Train, tmp_path: Path) -> None:
    result = train("in_double", "load")
    assert result.exit_code == 0, result.output
    recording = Recording.open(tmp_path / "mine.zarr")
    assert recording.read("probe.input").dtype == recording.read("0.weight").dtype == np.float64


def test_what_is_said_of_the_training_is_done_and_recorded(train: Train, tmp_path: Path) -> None:
    options = (
        "--loss",
        "FILE:error",
        "--every",
        "5",
        "--record",
        "weight,gradient",
        "--batch-size",
        "7",
        "--probes",
        "4",
    )
    result = train("to_one", "sums", *options, "--optimizer", "sgd", "--lr", "0.1")
    assert result.exit_code == 0, result.output
    recording = Recording.open(tmp_path / "mine.zarr")
    told = recording.config["training"]
    assert (told["optimizer"], told["learning_rate"], told["batch_size"]) == ("sgd", 0.1, 7)
    assert recording.config["task"] == "regression"
    np.testing.assert_array_equal(recording.steps("weight"), [0, 5, 10, 15, 20])
    assert len(recording.read("probe.input")) == 4
    # plain gradient descent on a mean absolute error: the first step is the learning rate times the gradient
    weight, gradient = recording.read("weight"), recording.read("weight.gradient")
    assert np.abs(weight[1] - weight[0]).max() <= 5 * 0.1 * 3
    assert np.isnan(gradient[0]).all() and np.isfinite(gradient[1:]).all()


@pytest.mark.parametrize(
    ("model", "data", "code", "said"),
    [
        ("nowhere.py:build", "load", 2, "there is no file nowhere.py"),
        ("buidl", "load", 2, "has no function 'buidl': it has build, to_one"),
        ("build", "lode", 2, "has no function 'lode'"),
        ("number", "load", 2, "must return a torch.nn.Module, and returned int"),
        ("build", "one_array", 2, "the data function returned an array (90, 2)"),
        ("build", "unequal", 2, "the inputs are (90, 2), the targets (50,)"),
        ("build", "generator", 2, "return a list or a DataLoader"),
        ("build", "triples", 2, "the data yields tuple of 3"),
        ("build", "too_many", 2, "the targets go from 1 to 3, and the model has scores for the classes 0 to 2"),
        ("to_one", "flat_sums", 2, "the model puts out (9, 1) and the targets are (9,)"),
        ("build", "holes", 2, "of 1 of 90 examples have holes (NaN) or infinite numbers, first those of example 5"),
        ("build", "inputs_of_words", 2, "the inputs hold words ('a', 'b', 'a', …) where numbers are expected"),
        ("build", "minus_one", 2, "has scores for the classes 0 to 2: number the classes from 0"),
        ("broken", "load", 1, "raised KeyError: 'no such thing'"),
        ("picky", "load", 1, "raised RuntimeError: not like this"),
    ],
)
def test_what_is_wrong_is_told_in_one_line(
    train: Train, model: str, data: str, code: int, said: str, tmp_path: Path
) -> None:
    result = train(model, data)
    assert result.exit_code == code
    assert said in result.output.splitlines()[-1]
    assert not list(tmp_path.glob("mine.*zarr"))


def test_what_a_user_s_own_code_raises_is_told_from_their_frame_on(train: Train) -> None:
    lines = train("broken", "load").output.splitlines()
    assert lines[0] == "Traceback (most recent call last):"
    assert "in broken" in lines[1]
    assert not any("engine" in line for line in lines)


@pytest.mark.parametrize("own", ["engine/net.py", "scenes/__init__.py", "renders.py"])
def test_a_folder_of_a_user_s_own_that_is_called_as_one_of_ours_is_told_in_one_line(
    train: Train, tmp_path: Path, own: str
) -> None:
    path = tmp_path / own
    path.parent.mkdir(exist_ok=True)
    path.write_text("def net():\n    return 3\n")
    assert train("build", "load").exit_code == 0, "a folder that is not imported from does no harm"
    name = own.partition("/")[0].removesuffix(".py")
    for imported in (f"from {name}.net import net", f"from {name} import net"):
        (tmp_path / "other.py").write_text(f"{imported}\n\n\ndef build():\n    return net()\n")
        result = train("other.py:build", "load", "--out", "other.zarr")
        assert result.exit_code == 1
        last = result.output.splitlines()[-1]
        assert f"which here is neuroreel's {name}, not the {name} beside other.py: call yours something else" in last


def test_options_that_do_not_go_together(train: Train) -> None:
    def said(*options: str) -> str:
        result = train("build", "load", *options)
        assert result.exit_code == 2
        return result.output.splitlines()[-1]

    assert "has nothing to do with --hidden" in said("--hidden", "3,4")
    assert "cannot be resumed" in said("--resume")
    assert "loss must be one of cross_entropy" in said("--loss", "best")
    assert "nothing to record matches 'wait'" in train("build", "load", "--record", "wait").output
    assert "must return one number" in train("to_one", "sums", "--loss", "FILE:vector").output
    without = CliRunner().invoke(cli.main, ["train", "mine.py:build"])
    assert "add --data FILE.py:FUNCTION" in without.output
    of_ours = CliRunner().invoke(cli.main, ["train", "digits", "--data", "mine.py:load"])
    assert of_ours.exit_code == 2 and "--data go with FILE.py:FUNCTION" in of_ours.output


def test_a_loss_that_is_no_number_stops_the_training_and_keeps_what_was_recorded(train: Train, tmp_path: Path) -> None:
    result = train("build", "load", "--lr", "1e30", "--optimizer", "sgd")
    assert result.exit_code == 1
    assert "lower the learning rate" in result.output.splitlines()[-1]
    recording = Recording.open(tmp_path / "mine.zarr")
    assert not np.isfinite(recording.read("metric.loss")[-1])


def test_nothing_is_replaced_unless_forced(train: Train) -> None:
    assert train("build", "load").exit_code == 0
    again = train("build", "load")
    assert again.exit_code == 1
    assert "is there already" in again.output
    assert train("build", "load", "--force").exit_code == 0
