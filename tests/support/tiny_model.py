"""A language model that knows nothing: few layers, random weights, a tokenizer of a few words."""

from __future__ import annotations

import os
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from torch import nn
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

WORDS = (
    "The river rose in the night and overflowed its bank. She put her savings in the bank. He took the money out of "
    "the bank. The tower. The old stone tower. The toy tower. After the flood the river had broken its bank. "
)
SIZES = {
    "hidden_size": 24,
    "intermediate_size": 32,
    "num_hidden_layers": 3,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 64,
}


def save_tiny_model(folder: Path, *, safe: bool = True) -> Path:
    """Save it in the format of Hugging Face's, its weights in safetensors or pickled, and return the folder."""
    tokenizer = tiny_tokenizer()
    tokenizer.save_pretrained(folder)
    torch.manual_seed(0)
    model = LlamaForCausalLM(LlamaConfig(vocab_size=len(tokenizer), **SIZES))
    for parameter in model.parameters():
        nn.init.normal_(parameter, std=0.4)
    model.save_pretrained(folder)
    if not safe:
        (folder / "model.safetensors").unlink()
        torch.save(model.state_dict(), folder / "pytorch_model.bin")
    return folder


def replace_weights(folder: Path, factor: float = 2.0) -> None:
    """Put other weights into a saved model's file, of the same size and with the old times of modification."""
    file = folder / "model.safetensors"
    before = file.stat()
    save_file({name: factor * values for name, values in load_file(file).items()}, file, {"format": "pt"})
    assert file.stat().st_size == before.st_size
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))


def tiny_tokenizer() -> PreTrainedTokenizerFast:
    """Return a byte-level byte-pair tokenizer that has the words above as one token each."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=600, initial_alphabet=alphabet, show_progress=False)
    tokenizer.train_from_iterator([WORDS] * 4, trainer)
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, clean_up_tokenization_spaces=False)
