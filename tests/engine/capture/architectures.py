"""Architectures of Hugging Face's library, each as small as it goes: here those that read text and put out numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import torch
import transformers
from torch import Tensor, nn

SIZES = {
    "vocab_size": 64,
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "intermediate_size": 64,
    "max_position_embeddings": 64,
    "pad_token_id": 0,
    "bos_token_id": 1,
    "eos_token_id": 2,
}
GENERATOR = torch.Generator().manual_seed(0)
IDS = torch.randint(3, 60, (2, 12), generator=GENERATOR)
PADDED = torch.ones_like(IDS)
PADDED[1, 9:] = 0
BOXES = torch.randint(0, 8, (2, 12, 1), generator=GENERATOR).repeat(1, 1, 4)

UNPADDED: Mapping[str, Tensor] = {"input_ids": IDS}
TEXT: Mapping[str, Tensor] = {"input_ids": IDS, "attention_mask": PADDED}


@dataclass(frozen=True)
class Architecture:
    """A model's class in the library, with a config and inputs. Of its config all is small unless `whole`."""

    name: str
    inputs: Mapping[str, Any]
    sizes: Mapping[str, Any] = field(default_factory=dict)
    unseen: tuple[str, ...] = ()  # classes of which it has to be told that their attention cannot be recorded
    whole: bool = False  # whether `sizes` is the whole config
    double: bool = True  # whether the model itself can compute in double precision
    of_all_heads: bool = False  # whether the weights that it puts out are the mean over its heads
    besides: int = 0  # the patterns that are recorded and that it does not put out

    def build(self, dtype: torch.dtype, implementation: str | None = None) -> nn.Module:
        """Return the model, always the same one. implementation: of attention; unless given the usual one."""
        kind = getattr(transformers, self.name)
        told = dict(self.sizes) if self.whole else {**SIZES, **self.sizes}
        if implementation is not None:
            told["attn_implementation"] = implementation
        if dtype == torch.float64:  # which the usual one for experts cannot compute in
            told["experts_implementation"] = "eager"
        torch.manual_seed(0)
        model: nn.Module = kind(kind.config_class(**told))
        strengthen(model)
        return model.eval().to(dtype)

    def inputs_in(self, dtype: torch.dtype) -> dict[str, Any]:
        """Return the inputs, numbers in this precision."""
        return {name: _converted(value, dtype) for name, value in self.inputs.items()}


def _converted(value: Any, dtype: torch.dtype) -> Any:
    if isinstance(value, list):
        return [_converted(one, dtype) for one in value]
    return value.to(dtype) if value.is_floating_point() else value


def strengthen(model: nn.Module) -> None:
    """Make parameters as large as those of a trained model, so that heads prefer some keys by far."""
    embeddings = {part.weight for part in model.modules() if isinstance(part, nn.Embedding)}
    for name, parameter in model.named_parameters():
        if parameter.requires_grad:
            centre = 1.0 if parameter.ndim == 1 and name.endswith("weight") else 0.0  # of a normalisation
            spread = 1.0 if parameter in embeddings else 0.25 if parameter.ndim > 1 else 0.4
            nn.init.normal_(parameter, centre, spread)


def _named(names: str, **sizes: Any) -> tuple[Architecture, ...]:
    """Return those that need no more sizes than all, by their names without an ending that most have."""
    return tuple(Architecture(f"{name}ForCausalLM", TEXT, sizes) for name in names.split())


_EXPERTS = {"num_local_experts": 4, "num_experts": 4, "num_experts_per_tok": 2, "moe_intermediate_size": 16}
_LATENT = {
    **_EXPERTS,
    "num_key_value_heads": 4,
    "kv_lora_rank": 16,
    "q_lora_rank": 16,
    "qk_nope_head_dim": 8,
    "qk_rope_head_dim": 4,
    "v_head_dim": 8,
    "n_routed_experts": 4,
    "n_shared_experts": 1,
    "first_k_dense_replace": 1,
    "n_group": 2,
    "topk_group": 1,
}
_CHOOSING = {"index_topk": 4, "index_head_dim": 8, "index_n_heads": 2, "mlp_layer_types": ["dense", "sparse"]}
_SLIDING = {"sliding_window": 4, "layer_types": ["sliding_attention", "full_attention"], "head_dim": 8}
_SCAN = {"mamba_n_heads": 8, "mamba_d_head": 8, "mamba_d_state": 8, "mamba_n_groups": 2, "mamba_chunk_size": 8}
_LINEAR = {
    "layer_types": ["linear_attention", "full_attention"],
    "linear_num_value_heads": 4,
    "linear_num_key_heads": 2,
    "linear_key_head_dim": 8,
    "linear_value_head_dim": 8,
    "shared_expert_intermediate_size": 16,
    "head_dim": 8,
}

DECODERS = (
    *_named("Llama Mistral Qwen2 Phi Phi3 StableLm Starcoder2 Olmo Olmo2 Cohere Granite BioGpt SmolLM3"),
    *_named("GPTNeoX Nemotron Doge"),
    *_named("Qwen3 Gemma Helium Glm", head_dim=8),
    *_named("Gemma3 Cohere2", **_SLIDING),
    *_named("Mixtral Phimoe GraniteMoe Olmoe Qwen3Moe", head_dim=8, **_EXPERTS),
    *_named("GPTJ CodeGen", n_embd=32, n_layer=2, n_head=4, rotary_dim=4),
    *_named("DeepseekV2 DeepseekV3", **_LATENT),
    *_named("DeepseekV32 GlmMoeDsa", **_LATENT, **_CHOOSING),
    *_named("Qwen3Next", **_EXPERTS, **_LINEAR),
    Architecture("DiffLlamaForCausalLM", TEXT, besides=2),
    Architecture("GPT2LMHeadModel", TEXT),
    Architecture("OpenAIGPTLMHeadModel", TEXT, unseen=("Attention",)),
    Architecture("CTRLLMHeadModel", TEXT, {"dff": 64, "n_positions": 64}),
    Architecture(
        "GPTNeoForCausalLM",
        TEXT,
        {"attention_types": [[["global", "local"], 1]], "window_size": 4},
        ("GPTNeoSelfAttention",),
    ),
    Architecture("Gemma2ForCausalLM", TEXT, {**_SLIDING, "attn_logit_softcapping": 2.0}),
    Architecture("Qwen2MoeForCausalLM", TEXT, {**_EXPERTS, "shared_expert_intermediate_size": 16}),
    Architecture("JetMoeForCausalLM", TEXT, {**_EXPERTS, "kv_channels": 8}),
    Architecture("GptOssForCausalLM", TEXT, {**_EXPERTS, **_SLIDING}),
    Architecture(
        "Llama4ForCausalLM", TEXT, {**_EXPERTS, "head_dim": 8, "intermediate_size_mlp": 64, "attention_chunk_size": 4}
    ),
    Architecture(
        "FalconForCausalLM", TEXT, {"new_decoder_architecture": True, "num_kv_heads": 2}, ("FalconAttention",)
    ),
    Architecture("BloomForCausalLM", TEXT, unseen=("BloomAttention",)),
    Architecture("MptForCausalLM", TEXT, unseen=("MptAttention",)),
    Architecture("OPTForCausalLM", TEXT, {"ffn_dim": 64, "word_embed_proj_dim": 32}),
    Architecture("XGLMForCausalLM", TEXT, {"ffn_dim": 64, "attention_heads": 4}, ("XGLMAttention",), double=False),
    Architecture("ModernBertDecoderForCausalLM", TEXT, {"cls_token_id": 1, "sep_token_id": 2, "local_attention": 8}),
    Architecture(
        "MiniMaxForCausalLM", TEXT, {**_EXPERTS, "block_size": 8, "head_dim": 8}, ("MiniMaxLightningAttention",)
    ),
    Architecture("RwkvForCausalLM", UNPADDED, unseen=("RwkvSelfAttention",)),
    Architecture("MambaForCausalLM", TEXT, {"state_size": 8}),
    Architecture(
        "Mamba2ForCausalLM", TEXT, {"num_heads": 8, "head_dim": 8, "n_groups": 2, "state_size": 8, "chunk_size": 8}
    ),
    Architecture(
        "JambaForCausalLM",
        TEXT,
        {**_EXPERTS, "attn_layer_period": 2, "attn_layer_offset": 1, "mamba_d_state": 8, "mamba_dt_rank": 8},
    ),
    Architecture("FalconH1ForCausalLM", TEXT, {**_SCAN, "mamba_n_heads": 4, "mamba_d_ssm": 32, "head_dim": 8}),
    Architecture(
        "GraniteMoeHybridForCausalLM",
        TEXT,
        {**_EXPERTS, **_SCAN, "layer_types": ["mamba", "attention"], "shared_intermediate_size": 32},
    ),
    Architecture(
        "RecurrentGemmaForCausalLM",
        TEXT,
        {"lru_width": 32, "block_types": ["recurrent", "attention"], "head_dim": 8, "attention_window_size": 8},
    ),
    Architecture("Lfm2ForCausalLM", TEXT, {"layer_types": ["conv", "full_attention"]}),
)

ENCODERS = (
    *(Architecture(f"{name}Model", TEXT) for name in ("Bert", "Roberta", "Electra", "Ernie", "NomicBert")),
    Architecture("DistilBertModel", TEXT, {"hidden_dim": 64}),
    Architecture("AlbertModel", TEXT, {"embedding_size": 16}),
    Architecture("EuroBertModel", TEXT, {"mask_token_id": 3}),
    Architecture("ModernBertModel", TEXT, {"cls_token_id": 1, "sep_token_id": 2, "local_attention": 8}),
    Architecture("MobileBertModel", TEXT, {"embedding_size": 16, "true_hidden_size": 16, "intra_bottleneck_size": 16}),
    Architecture("EsmModel", TEXT, {"position_embedding_type": "rotary", "mask_token_id": 3}),
    Architecture("XmodModel", TEXT, {"languages": ["en"], "default_language": "en"}),
    Architecture("LayoutLMModel", {**TEXT, "bbox": BOXES}, {"max_2d_position_embeddings": 32}),
    Architecture(
        "LayoutLMv3Model",
        {**TEXT, "bbox": BOXES},
        {"max_2d_position_embeddings": 32, "coordinate_size": 5, "shape_size": 6, "visual_embed": False},
    ),
    Architecture("DebertaModel", TEXT, unseen=("DisentangledSelfAttention",)),
    Architecture("DebertaV2Model", TEXT, unseen=("DisentangledSelfAttention",)),
    Architecture("MPNetModel", TEXT, unseen=("MPNetSelfAttention",)),
    Architecture("XLMModel", TEXT, unseen=("MultiHeadAttention",)),
    Architecture(
        "XLNetModel",
        TEXT,
        {"vocab_size": 64, "d_model": 32, "n_layer": 2, "n_head": 4, "d_inner": 64},
        ("XLNetRelativeAttention",),
        whole=True,
    ),
    Architecture("LongformerModel", TEXT, {"attention_window": 4}, ("LongformerSelfAttention",)),
    Architecture("BigBirdModel", TEXT, {"attention_type": "original_full"}, ("BigBirdSelfAttention",)),
    Architecture("FNetModel", UNPADDED),
    Architecture(
        "FunnelModel",
        TEXT,
        {"vocab_size": 64, "block_sizes": [1, 1], "d_model": 32, "n_head": 4, "d_head": 8, "d_inner": 64},
        ("FunnelRelMultiheadAttention",),
        whole=True,
    ),
    Architecture("ConvBertModel", TEXT, {"embedding_size": 32}, ("ConvBertSelfAttention",)),
    Architecture("SqueezeBertModel", TEXT, {"embedding_size": 32}, ("SqueezeBertSelfAttention",)),
    Architecture("NystromformerModel", TEXT, unseen=("NystromformerSelfAttention",)),
    Architecture("YosoModel", TEXT, unseen=("YosoSelfAttention",)),
    Architecture("RoFormerModel", TEXT, unseen=("RoFormerSelfAttention",)),
    Architecture("RemBertModel", TEXT, {"input_embedding_size": 16}, ("RemBertSelfAttention",)),
    Architecture("IBertModel", TEXT, unseen=("IBertSelfAttention",)),
    Architecture(
        "CanineModel",
        UNPADDED,
        {"num_hash_buckets": 64, "local_transformer_stride": 4, "downsampling_rate": 4, "num_hash_functions": 2},
        ("CanineSelfAttention",),
        double=False,
    ),
    Architecture(
        "ReformerModel",
        UNPADDED,
        {
            "attn_layers": ["local", "lsh"],
            "axial_pos_embds": False,
            "feed_forward_size": 64,
            "attention_head_size": 8,
            "local_attn_chunk_length": 4,
            "lsh_attn_chunk_length": 4,
            "num_buckets": 2,
            "hash_seed": 0,
        },
        ("LocalSelfAttention", "LSHSelfAttention"),
    ),
)
