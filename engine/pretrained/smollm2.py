"""Reads SmolLM2-135M-Instruct, a small language model, from an installed package.

The package holds one GGUF file, quantised to Q4_1: its numbers take four to eight bits each, and are unpacked to
float32. None of the package's code is run.

[1] Ben Allal et al., *SmolLM2: When Smol Goes Big*, 2025, arXiv:2502.02737 (Apache-2.0).
[2] The GGUF format, github.com/ggml-org/ggml, docs/gguf.md.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor

from engine.data.mnist import DataError
from engine.pretrained.files import SMOLLM2_PACKAGE, SMOLLM2_SHA256, files_of, sha256_of
from engine.pretrained.source import ModelSource
from engine.recording.format.conventions import SMOLLM2, model_name

if TYPE_CHECKING:
    from gguf import GGUFReader
    from transformers import LlamaForCausalLM, PreTrainedTokenizerFast

REFERENCE = "Ben Allal et al., SmolLM2: When Smol Goes Big, 2025, arXiv:2502.02737"
_CONTROL = 3  # the token type of what no text contains, such as <|im_start|>
_NAMES = {
    "token_embd": "model.embed_tokens",
    "output_norm": "model.norm",
    "attn_norm": "input_layernorm",
    "ffn_norm": "post_attention_layernorm",
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
}


def load_smollm2() -> tuple[LlamaForCausalLM, PreTrainedTokenizerFast, ModelSource]:
    """Return the model, its tokenizer, and the origin of its weights.

    Raises `DataError` where the package is missing or its file is another one.
    """
    (file,) = files_of(SMOLLM2).values()
    digest = sha256_of(file)
    if digest != SMOLLM2_SHA256:
        raise DataError(SMOLLM2_PACKAGE.told_apart(file))
    from gguf import GGUFReader

    reader = GGUFReader(file)
    return _model(reader), _tokenizer(reader), _source(reader, {file.name: digest})


def _source(reader: GGUFReader, digests: dict[str, str]) -> ModelSource:
    """Return what the file says of itself: the type that most of its numbers have, and how many have which."""
    from gguf import LlamaFileType

    stored: Counter[str] = Counter()
    for tensor in reader.tensors:
        stored[tensor.tensor_type.name] += int(tensor.n_elements)
    quantisation = LlamaFileType(_content(reader, "general.file_type")).name.removeprefix("MOSTLY_")
    package = f"{SMOLLM2_PACKAGE.name} {SMOLLM2_PACKAGE.version}"
    return ModelSource(model_name(SMOLLM2), quantisation, dict(stored.most_common()), digests, package, REFERENCE)


def _model(reader: GGUFReader) -> LlamaForCausalLM:
    """Build the model that the file describes and give it the file's weights."""
    from transformers import LlamaConfig, LlamaForCausalLM

    told = {key.removeprefix("llama."): _content(reader, key) for key in reader.fields if key.startswith("llama.")}
    config = LlamaConfig(
        vocab_size=told["vocab_size"],
        hidden_size=told["embedding_length"],
        intermediate_size=told["feed_forward_length"],
        num_hidden_layers=told["block_count"],
        num_attention_heads=told["attention.head_count"],
        num_key_value_heads=told["attention.head_count_kv"],
        max_position_embeddings=told["context_length"],
        rms_norm_eps=told["attention.layer_norm_rms_epsilon"],
        rope_parameters={"rope_type": "default", "rope_theta": told["rope.freq_base"]},
        tie_word_embeddings=True,
        bos_token_id=_content(reader, "tokenizer.ggml.bos_token_id"),
        eos_token_id=_content(reader, "tokenizer.ggml.eos_token_id"),
    )
    weights = dict(_weights(reader, told["attention.head_count"], told["attention.head_count_kv"]))
    weights["lm_head.weight"] = weights["model.embed_tokens.weight"]
    with torch.device("meta"):
        model = LlamaForCausalLM(config)
    model.load_state_dict(weights, assign=True)
    model.tie_weights()
    # On "meta" it has no values, and the file holds none: they follow from the configuration
    model.model.rotary_emb = type(model.model.rotary_emb)(config=config)
    return model.eval()


def _weights(reader: GGUFReader, heads: int, groups: int) -> Iterator[tuple[str, Tensor]]:
    """Yield each array under the model's own name for it, as float32."""
    from gguf import dequantize

    for tensor in reader.tensors:
        values = torch.from_numpy(np.array(dequantize(tensor.data, tensor.tensor_type), dtype=np.float32))
        *block, part, kind = tensor.name.split(".")
        if part in ("attn_q", "attn_k"):
            values = _halves(values, heads if part == "attn_q" else groups)
        prefix = f"model.layers.{block[1]}." if block else ""
        yield f"{prefix}{_NAMES[part]}.{kind}", values


def _halves(weight: Tensor, heads: int) -> Tensor:
    """Reorder the rows (head·feature, in) within each head: the file keeps the pairs that rotate together side by side,
    the model keeps all first members before all second ones.
    """
    pairs = weight.reshape(heads, -1, 2, weight.shape[1])  # (head, pair, member, in)
    return pairs.transpose(1, 2).reshape(weight.shape)


def _tokenizer(reader: GGUFReader) -> PreTrainedTokenizerFast:
    """Build the byte-level byte-pair tokenizer; digits stand alone in it."""
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    tokens = _content(reader, "tokenizer.ggml.tokens")
    merges = [tuple(pair.split(" ")) for pair in _content(reader, "tokenizer.ggml.merges")]
    tokenizer = Tokenizer(models.BPE({token: number for number, token in enumerate(tokens)}, merges))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    )
    tokenizer.decoder = decoders.ByteLevel()
    kinds = _content(reader, "tokenizer.ggml.token_type")
    control = [AddedToken(token, special=True) for token, kind in zip(tokens, kinds, strict=True) if kind == _CONTROL]
    tokenizer.add_special_tokens(control)
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, clean_up_tokenization_spaces=False)


def _content(reader: GGUFReader, key: str) -> Any:
    return reader.fields[key].contents()
