"""Recording trainings that others' trainers run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset

from engine.recording import Recording


@pytest.fixture
def examples() -> TensorDataset:
    torch.manual_seed(0)
    inputs = torch.randn(32, 4)
    return TensorDataset(inputs, (inputs.sum(1) > 0).long())


def require_recorded(recording: Recording, model: nn.Module, steps: int) -> None:
    """Check that a recording holds the training's beginning, its end, and gradients of the steps between."""
    assert recording.complete
    name, parameter = next((name, one) for name, one in model.named_parameters() if one.ndim == 2)
    assert recording.steps(name)[-1] == steps
    np.testing.assert_array_equal(recording.read(name, step=-1), parameter.detach().numpy())
    norms = recording.read(f"{name}.gradient_norm")
    assert np.isnan(norms[0]) and (norms[1:] > 0).all()


def lightning_fit(folder: Path, examples: TensorDataset, fails_at: int | None = None, **how: Any) -> nn.Module:
    import lightning

    from engine.lightning_recorder import LightningRecorder

    class Model(lightning.LightningModule):
        def __init__(self) -> None:
            super().__init__()
            self.layer = nn.Linear(4, 2)

        def forward(self, values: Tensor) -> Tensor:
            return self.layer(values)

        def training_step(self, batch: Any, number: int) -> Tensor:
            if number == fails_at:
                raise ArithmeticError("no more")
            return nn.functional.cross_entropy(self(batch[0]), batch[1])

        def validation_step(self, batch: Any, number: int) -> None:
            self.log("val/accuracy", (self(batch[0]).argmax(1) == batch[1]).float().mean())

        def configure_optimizers(self) -> torch.optim.Optimizer:
            return torch.optim.SGD(self.parameters(), 0.1)

    torch.manual_seed(0)
    model, callback = Model(), LightningRecorder(folder / "mine", probe=examples.tensors[0][:8])
    settings = {"accelerator": "cpu", "logger": False, "enable_checkpointing": False, "enable_progress_bar": False}
    trainer = lightning.Trainer(
        max_epochs=2, callbacks=[callback], enable_model_summary=False, default_root_dir=folder, **settings, **how
    )
    loader = DataLoader(examples, 8)
    trainer.fit(model, loader, loader)
    return model


@pytest.mark.filterwarnings("ignore")
def test_lightning(examples: TensorDataset, tmp_path: Path) -> None:
    model = lightning_fit(tmp_path, examples)
    recording = Recording.open(tmp_path / "mine.zarr")
    require_recorded(recording, model, steps=8)
    np.testing.assert_array_equal(recording.steps("metric.loss"), np.arange(1, 9))
    np.testing.assert_array_equal(recording.steps("metric.val%2Faccuracy"), [4, 8])  # val/accuracy


@pytest.mark.filterwarnings("ignore")
def test_lightning_with_summed_gradients(examples: TensorDataset, tmp_path: Path) -> None:
    model = lightning_fit(tmp_path, examples, accumulate_grad_batches=2)
    require_recorded(Recording.open(tmp_path / "mine.zarr"), model, steps=4)


@pytest.mark.filterwarnings("ignore")
def test_lightning_that_is_stopped(examples: TensorDataset, tmp_path: Path) -> None:
    with pytest.raises(ArithmeticError):
        lightning_fit(tmp_path, examples, fails_at=2)
    recording = Recording.open(tmp_path / "mine.zarr")
    assert recording.complete
    assert recording.wall["stopped_by"] == "ArithmeticError"


@pytest.mark.filterwarnings("ignore")
def test_hugging_faces_trainer(tmp_path: Path) -> None:
    from transformers import GPT2Config, GPT2LMHeadModel, Trainer, TrainingArguments

    from engine.trainer_recorder import TrainerRecorder

    torch.manual_seed(0)
    model = GPT2LMHeadModel(GPT2Config(vocab_size=20, n_positions=8, n_embd=8, n_layer=1, n_head=2))
    texts = [{"input_ids": ids, "labels": ids} for ids in torch.randint(0, 20, (16, 8))]
    arguments = TrainingArguments(
        output_dir=str(tmp_path / "out"),
        max_steps=5,
        logging_steps=1,
        report_to=[],
        use_cpu=True,
        per_device_train_batch_size=4,
        save_strategy="no",
        disable_tqdm=True,
    )
    probe = {"input_ids": texts[0]["input_ids"][None]}
    recorder = TrainerRecorder(tmp_path / "mine", probe=probe)
    Trainer(model, arguments, train_dataset=texts, callbacks=[recorder]).train()
    recording = Recording.open(tmp_path / "mine.zarr")
    require_recorded(recording, model, steps=5)
    np.testing.assert_array_equal(recording.steps("metric.loss"), np.arange(1, 6))
    assert recording.arrays["transformer.h.0.attn.pattern"].axes == ("step", "batch", "head", "query", "key")
    np.testing.assert_allclose(recording.read("transformer.h.0.attn.pattern", step=-1).sum(-1), 1, atol=1e-5)
    assert model.config._attn_implementation != "neuroreel"
