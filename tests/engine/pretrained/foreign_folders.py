"""Folders of models as somebody else might hand them over: each spoilt in one way, with what is to be said of it."""

from __future__ import annotations

from collections.abc import Mapping

import torch

from tests.engine.pretrained.spoiling import (
    INDEX,
    UP,
    WEIGHTS,
    Spoil,
    both,
    changed,
    code,
    config,
    cut,
    fewer_rows,
    header,
    header_length,
    linked,
    nested,
    one_value,
    pickled,
    sharded,
    weights,
    without,
    written,
)

_OURS = {"AutoConfig": "ours.OurConfig", "AutoModelForCausalLM": "ours.OurModel"}
_DAMAGED = r"model\.safetensors is no whole file of safetensors \("
_NO_CODE = r"asks for Python code of the model's own \(auto_map: .*\), and none of it is run"

SPOILT: Mapping[str, tuple[Spoil, str]] = {
    # What would run, or have others' code run
    "its own code, of an unknown type": (both(code("ours.py"), config(model_type="ours", auto_map=_OURS)), _NO_CODE),
    "its own code, of a known type": (both(code("ours.py"), config(auto_map=_OURS)), _NO_CODE),
    "its own code, for a part of it": (config(text_config={"auto_map": _OURS}), _NO_CODE),
    "its own tokenizer": (
        both(
            code("ours.py"), changed("tokenizer_config.json", auto_map={"AutoTokenizer": ["ours.OurTokenizer", None]})
        ),
        r"tokenizer_config\.json " + _NO_CODE,
    ),
    "its own tokenizer, as long ago": (
        both(code("ours.py"), changed("tokenizer_config.json", auto_map=["ours.OurTokenizer", None])),
        r"tokenizer_config\.json " + _NO_CODE,
    ),
    "a pickle alone": (both(without(WEIGHTS), pickled("pytorch_model.bin")), r"pytorch_model\.bin, a pickle"),
    "a tokenizer that is none": (
        changed("tokenizer_config.json", tokenizer_class="AutoModel"),
        "is no tokenizer of transformers'",
    ),
    "a tokenizer without an end": (
        changed("tokenizer_config.json", tokenizer_class="AutoTokenizer"),
        "'AutoTokenizer', which is no",
    ),
    "a tokenizer's class that is a number": (changed("tokenizer_config.json", tokenizer_class=7), "its tokenizer was"),
    "an adapter": (
        written("adapter_config.json", '{"base_model_name_or_path": "someone/else", "peft_type": "LORA"}'),
        r"adapter_config\.json belongs to an adapter, .*: merge it",
    ),
    "quantised": (config(quantization_config={"quant_method": "gptq", "bits": 4}), r"quantised \('gptq'\).*: give the"),
    "quantised in a part": (config(text_config={"quantization_config": {"bits": 4}}), "the weights are quantised"),
    "another file of weights": (config(transformers_weights="other.safetensors"), "by transformers_weights that other"),
    "another configuration": (config(configuration_files=["config.4.0.0.json"]), "by configuration_files that other"),
    # Weights
    "a missing weight": (weights(lambda held: held.pop(UP)), rf"lack the weight {UP}, and random numbers would"),
    "many missing weights": (weights(lambda held: [held.pop(name) for name in [*held][:5]]), r"weights .* and 2 more"),
    "a weight left over": (weights(lambda held: held.update(extra=torch.ones(3))), "the weight extra, for which"),
    "a layer left over": (config(num_hidden_layers=2), r"hold the weights model\.layers\.2\..* and 6 more, for which"),
    "a layer too few": (config(num_hidden_layers=4), r"lack the weights model\.layers\.3\..* and 6 more, and random"),
    "a weight of another shape": (
        weights(lambda held: held.update({UP: torch.ones(5, 24)})),
        rf"{UP} has 5 × 24 numbers in the files and 32 × 24 by config\.json",
    ),
    "a weight on its side": (
        weights(lambda held: held.update({UP: torch.ones(24, 32)})),
        rf"{UP} is 24 × 32 in the files and 32 × 24 by config\.json",
    ),
    "whole numbers as weights": (weights(lambda held: held.update({UP: held[UP].long()})), f"{UP} is stored as I64"),
    "not a number": (one_value(float("nan")), rf"the weight {UP} of .* has values that are infinite or not a number"),
    "an infinite weight": (one_value(float("inf")), f"the weight {UP} of .* infinite"),
    "a weight less than any number": (one_value(float("-inf")), f"the weight {UP} of .* infinite"),
    "too large for float32": (
        weights(lambda held: held.update({UP: 1e300 * held[UP].double()})),
        f"{UP} of .* infinite",
    ),
    "cut off": (cut(WEIGHTS, 100), _DAMAGED + "its tensors take"),
    "cut off in the header": (lambda folder: written(WEIGHTS, (folder / WEIGHTS).read_bytes()[:200])(folder), _DAMAGED),
    "no weights in the file": (written(WEIGHTS, b""), _DAMAGED + "its header is said to have 0 bytes"),
    "a header too long": (header_length(2**62), _DAMAGED + "its header is said to have 4611686018427387904 bytes"),
    "a header too short": (header_length(20), _DAMAGED),
    "a header that is no JSON": (written(WEIGHTS, b"\x08" + 7 * b"\0" + 8 * b"{"), _DAMAGED),
    "tensors over each other": (
        header(lambda told: told[UP].update(data_offsets=[0, 3072])),
        _DAMAGED + ".* begins at",
    ),
    "a tensor out of the file": (
        header(lambda told: told[UP].update(data_offsets=[2**40, 2**40 + 3072])),
        _DAMAGED + ".* begins at byte",
    ),
    "a tensor of other bytes": (
        header(lambda told: told[UP].update(shape=[2**40, 2**40])),
        _DAMAGED + ".* are no sizes|bytes",
    ),
    "a shape below nothing": (header(lambda told: told[UP].update(shape=[-32, -24])), _DAMAGED + ".* are no sizes"),
    "a tensor of an unknown type": (
        header(lambda told: told[UP].update(dtype="F33")),
        _DAMAGED + ".* unknown type 'F33'",
    ),
    "a tensor without a place": (header(lambda told: told[UP].pop("data_offsets")), _DAMAGED + "'data_offsets'"),
    "a name of two lines": (
        header(lambda told: told.update({"a\nb": told.pop(UP)})),
        _DAMAGED + r"a tensor is called 'a\\nb'",
    ),
    "a shard that is missing": (
        sharded(drop="model-00002-of-00002.safetensors"),
        r"lacks model-00002-of-00002\.safetensors, which model\.safetensors\.index\.json has weights in",
    ),
    "a shard outside": (
        both(
            sharded(lambda places: places.update({UP: "../other.safetensors"})),
            linked("config.json"),
            without("config.json"),
        ),
        r"has weights in '\.\./other\.safetensors', and only \*\.safetensors in the same folder are read",
    ),
    "a shard without its weight": (
        sharded(
            lambda places: places.update(
                {UP: "model-00001-of-00002.safetensors", "other": "model-00001-of-00002.safetensors"}
            )
        ),
        r"does not hold 'other'|does not hold '" + UP,
    ),
    "an index of nothing": (both(without(WEIGHTS), written(INDEX, "{}")), "tells no files of weights"),
    "an index that is no JSON": (both(without(WEIGHTS), written(INDEX, "{")), "is not readable as JSON"),
    "no file of weights": (without(WEIGHTS), "holds no weights"),
    # The configuration
    "no configuration": (without("config.json"), r"has no config\.json"),
    "a configuration that is no JSON": (
        written("config.json", "{model_type: llama}"),
        r"config\.json is not readable as JSON",
    ),
    "a configuration that is a list": (written("config.json", "[1]"), "it holds list, not names with values"),
    "a configuration of bytes": (written("config.json", bytes(range(256))), r"config\.json is not readable as JSON"),
    "a configuration without an end": (
        written("config.json", nested(100_000)),
        r"config\.json is not readable as JSON",
    ),
    "a deep configuration": (written("config.json", nested(300)), "more than 64 deep"),
    "a configuration of many bytes": (written("config.json", "{" + " " * 2**24 + "}"), "more than 16,777,216 bytes"),
    "a number of many digits": (written("config.json", '{"a": ' + "9" * 9000 + "}"), r"config\.json is not readable"),
    "no type": (config(model_type=None), "has no model_type, of which transformers"),
    "an unknown type": (
        config(model_type="\x1b[31mours"),
        r"has the model_type '\\x1b\[31mours', of which transformers",
    ),
    "a type that is a list": (config(model_type=["llama"]), "of which transformers"),
    "an encoder with a decoder": (config(model_type="t5", is_encoder_decoder=True), "is an encoder with a decoder"),
    "a giant's width": (config(hidden_size=10**9), r"embed_tokens\.weight has 339 × 24 numbers .* 339 × 1000000000 by"),
    "a giant's vocabulary": (config(vocab_size=10**12), r"339 × 24 numbers in the files and 1000000000000 × 24 by"),
    "a number beyond all": (config(hidden_size=10**30), "could not be loaded"),
    "ten million layers": (config(num_hidden_layers=10**7), r"'num_hidden_layers' is 10000000, and the files hold 30"),
    "a thousand million labels": (config(num_labels=10**9), r"'num_labels' is 1000000000, and the files hold 30"),
    "a width below nothing": (config(hidden_size=-24), "could not be loaded"),
    "no heads": (config(num_attention_heads=0), "could not be loaded"),
    "sizes in words": (config(hidden_size="24"), r"field 'hidden_size'.* expected int, got str"),
    "a list of sizes": (config(intermediate_size=[32]), "could not be loaded"),
    "no numbers come of it": (config(rms_norm_eps=float("nan")), "are no numbers|could not be loaded"),
    # The tokenizer
    "no tokenizer": (without("tokenizer.json", "tokenizer_config.json"), "has no tokenizer"),
    "no vocabulary": (without("tokenizer.json"), "has no tokenizer"),
    "a tokenizer that is cut off": (cut("tokenizer.json", 500), "while its tokenizer was read"),
    "a tokenizer of nothing": (written("tokenizer.json", "{}"), "while its tokenizer was read"),
    "a tokenizer that is a list": (written("tokenizer.json", "[]"), "while its tokenizer was read"),
    "a tokenizer without words": (
        written("tokenizer.json", '{"added_tokens": [], "model": {"type": "BPE", "vocab": {}, "merges": []}}'),
        "knows 0 tokens",
    ),
    "a tokenizer's configuration of nothing": (written("tokenizer_config.json", ""), r"tokenizer_config\.json is not"),
    "a vocabulary without its merges": (
        lambda folder: (folder / "tokenizer.json").rename(folder / "vocab.json"),
        r"vocab\.json without merges\.txt",
    ),
    "another model's tokenizer": (
        both(weights(fewer_rows), config(vocab_size=200)),
        "has 339 tokens and the model rows for 200: they are not of one model",
    ),
    "a context that is none": (
        both(config(max_position_embeddings=-1), changed("tokenizer_config.json", model_max_length=-5)),
        "at most -5 tokens",
    ),
    # Links
    "weights elsewhere": (
        linked(WEIGHTS),
        rf"{WEIGHTS} is a link to .*, out of the model's folder: put the file itself",
    ),
    "a configuration elsewhere": (linked("config.json"), "is a link to .*, out of the model's folder"),
    "a tokenizer elsewhere": (linked("tokenizer.json"), "is a link to .*, out of the model's folder"),
    "a link to nowhere": (both(linked(WEIGHTS), lambda folder: (folder.parent / WEIGHTS).unlink()), "holds no weights"),
    "an empty folder": (lambda folder: [file.unlink() for file in folder.iterdir()], "holds no weights"),
}
