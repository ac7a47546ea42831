"""Architectures of the library, each as small as it goes: encoders with decoders, those of pictures, sound, series."""

from __future__ import annotations

from typing import Any

import torch

from tests.engine.capture.architectures import GENERATOR, IDS, SIZES, TEXT, Architecture


def _random(*shape: int) -> torch.Tensor:
    return torch.randn(shape, generator=GENERATOR)


_PAIR = {**TEXT, "decoder_input_ids": IDS[:, :7]}
_ANSWER = {"decoder_input_ids": IDS[:, :7]}
_PICTURES = {"pixel_values": _random(2, 3, 32, 32)}
_FILMS = {"pixel_values": _random(2, 4, 3, 16, 16)}
_SOUND = {"input_values": _random(2, 400)}

_BOTH: dict[str, Any] = {
    "d_model": 32,
    "encoder_layers": 2,
    "decoder_layers": 2,
    "encoder_attention_heads": 4,
    "decoder_attention_heads": 4,
    "encoder_ffn_dim": 64,
    "decoder_ffn_dim": 64,
    "decoder_start_token_id": 1,
}
_T5 = {"d_model": 32, "d_kv": 8, "d_ff": 64, "num_layers": 2, "num_decoder_layers": 2, "decoder_start_token_id": 0}
_PATCHES = {"image_size": 32, "patch_size": 8}
_FRAMES = {"image_size": 16, "num_frames": 4}
_WINDOWS = {**_PATCHES, "patch_size": 2, "depths": [1, 2], "num_heads": [2, 4], "embed_dim": 16, "window_size": 4}
_STAGES = {
    "num_encoder_blocks": 2,
    "depths": [1, 1],
    "hidden_sizes": [16, 32],
    "strides": [4, 2],
    "num_attention_heads": [2, 4],
    "mlp_ratios": [2, 2],
}
_WAVES = {
    "conv_dim": (16, 16),
    "conv_stride": (5, 4),
    "conv_kernel": (10, 4),
    "num_feat_extract_layers": 2,
    "num_conv_pos_embeddings": 8,
    "num_conv_pos_embedding_groups": 4,
    "feat_extract_norm": "layer",
}
_SEEING = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4, **_PATCHES}
_SEEING_AND_READING = {"text_config": SIZES, "vision_config": _SEEING, "projection_dim": 16}
_SERIES = {
    "past_values": _random(2, 15),
    "past_time_features": _random(2, 15, 2),
    "past_observed_mask": torch.ones(2, 15),
    "future_values": _random(2, 4),
    "future_time_features": _random(2, 4, 2),
}
_FORECAST = {**_BOTH, "prediction_length": 4, "context_length": 8, "num_time_features": 2}

ENCODER_DECODERS = (
    *(Architecture(f"{name}ForConditionalGeneration", _PAIR, _BOTH) for name in ("Bart", "MBart", "Pegasus", "M2M100")),
    *(Architecture(f"{name}ForConditionalGeneration", _PAIR, _T5) for name in ("T5", "MT5", "UMT5")),
    Architecture("MarianMTModel", _PAIR, _BOTH),
    Architecture("NllbMoeForConditionalGeneration", _PAIR, {**_BOTH, "num_experts": 2}),
    Architecture(
        "SwitchTransformersForConditionalGeneration",
        _PAIR,
        {**_T5, "num_experts": 2, "num_sparse_encoder_layers": 1, "num_sparse_decoder_layers": 1},
    ),
    Architecture("LongT5ForConditionalGeneration", _PAIR, {**_T5, "local_radius": 3}, ("LongT5LocalAttention",)),
    Architecture(
        "LEDForConditionalGeneration",
        _PAIR,
        {
            **_BOTH,
            "attention_window": 4,
            "max_encoder_position_embeddings": 64,
            "max_decoder_position_embeddings": 64,
        },
        ("LEDDecoderAttention", "LEDEncoderSelfAttention"),
    ),
    Architecture(
        "BigBirdPegasusForConditionalGeneration",
        _PAIR,
        {**_BOTH, "attention_type": "original_full"},
        ("BigBirdPegasusSelfAttention",),
    ),
    Architecture("MvpForConditionalGeneration", _PAIR, _BOTH, ("MvpAttention",)),
    Architecture(
        "FSMTForConditionalGeneration",
        _PAIR,
        {**_BOTH, "src_vocab_size": 64, "tgt_vocab_size": 64, "langs": ["en", "de"]},
        ("Attention",),
    ),
    Architecture(
        "ProphetNetForConditionalGeneration",
        {"input_ids": IDS, **_ANSWER},
        {
            "vocab_size": 64,
            "hidden_size": 32,
            "num_encoder_layers": 2,
            "num_decoder_layers": 2,
            "num_encoder_attention_heads": 4,
            "num_decoder_attention_heads": 4,
            "encoder_ffn_dim": 64,
            "decoder_ffn_dim": 64,
            "max_position_embeddings": 64,
        },
        ("ProphetNetAttention", "ProphetNetNgramSelfAttention"),
        whole=True,
    ),
    Architecture(
        "WhisperForConditionalGeneration",
        {"input_features": _random(2, 8, 24), **_ANSWER},
        {**_BOTH, "num_mel_bins": 8, "max_source_positions": 12, "max_target_positions": 16},
    ),
    Architecture(
        "Speech2TextForConditionalGeneration",
        {"input_features": _random(2, 24, 8), **_ANSWER},
        {
            **_BOTH,
            "input_feat_per_channel": 8,
            "conv_channels": 16,
            "max_source_positions": 12,
            "max_target_positions": 16,
        },
    ),
    Architecture(
        "VisionEncoderDecoderModel",
        {**_PICTURES, "decoder_input_ids": IDS},
        {
            "encoder": {"model_type": "vit", **_SEEING},
            "decoder": {"model_type": "gpt2", **SIZES, "add_cross_attention": True, "is_decoder": True},
        },
        whole=True,
    ),
)

PICTURES = (
    *(Architecture(f"{name}ForImageClassification", _PICTURES, _PATCHES) for name in ("ViT", "DeiT")),
    *(Architecture(f"{name}Model", _PICTURES, _PATCHES) for name in ("Dinov2", "DINOv3ViT")),
    Architecture("BeitForImageClassification", _PICTURES, {**_PATCHES, "use_relative_position_bias": True}),
    Architecture(
        "Data2VecVisionModel",
        _PICTURES,
        {**_PATCHES, "use_relative_position_bias": True},
        ("Data2VecVisionSelfAttention",),
    ),
    Architecture("ViTMAEModel", {**_PICTURES, "noise": torch.rand(2, 16, generator=GENERATOR)}, _PATCHES),
    Architecture("YolosModel", _PICTURES, {**_PATCHES, "image_size": [32, 32], "num_detection_tokens": 4}),
    Architecture("SwinForImageClassification", _PICTURES, _WINDOWS, whole=True, besides=1),
    Architecture("Swinv2ForImageClassification", _PICTURES, _WINDOWS, ("Swinv2SelfAttention",), whole=True),
    Architecture(
        "SegformerForSemanticSegmentation",
        _PICTURES,
        {**_STAGES, "sr_ratios": [2, 1], "patch_sizes": [3, 3], "decoder_hidden_size": 16},
        whole=True,
    ),
    Architecture(
        "PvtModel",
        _PICTURES,
        {**_STAGES, "image_size": 32, "sequence_reduction_ratios": [2, 1], "patch_sizes": [4, 2]},
        ("PvtEfficientSelfAttention",),
        whole=True,
    ),
    Architecture("VideoMAEModel", _FILMS, {**_FRAMES, "patch_size": 8}),
    Architecture("TimesformerModel", _FILMS, {**_FRAMES, "patch_size": 8}, ("TimesformerSelfAttention",)),
    Architecture("ConvNextModel", _PICTURES, {"hidden_sizes": [8, 16], "depths": [1, 1], "num_stages": 2}, whole=True),
    Architecture(
        "DetrForObjectDetection",
        _PICTURES,
        {
            **_BOTH,
            "num_queries": 5,
            "backbone_config": {
                "model_type": "resnet",
                "embedding_size": 8,
                "hidden_sizes": [8, 16],
                "depths": [1, 1],
                "out_features": ["stage2"],
            },
        },
        whole=True,
    ),
    Architecture("CLIPModel", {**TEXT, **_PICTURES}, _SEEING_AND_READING, whole=True),
    Architecture("SiglipModel", {"input_ids": IDS, **_PICTURES}, _SEEING_AND_READING, whole=True, besides=1),
    Architecture(
        "BlipModel", {**TEXT, **_PICTURES}, _SEEING_AND_READING, ("BlipAttention", "BlipTextSelfAttention"), whole=True
    ),
    Architecture("ViltModel", {**TEXT, **_PICTURES}, _PATCHES, ("ViltSelfAttention",)),
    Architecture(
        "LlavaForConditionalGeneration",
        {"input_ids": torch.cat([torch.full((2, 16), 63), IDS], 1), **_PICTURES},
        {
            "text_config": {**SIZES, "model_type": "gpt_oss", "num_local_experts": 4, "head_dim": 8},
            "vision_config": {"model_type": "clip_vision_model", **_SEEING},
            "image_token_id": 63,
        },
        whole=True,
    ),
)

SOUND_AND_SERIES = (
    *(Architecture(f"{name}ForCTC", _SOUND, _WAVES) for name in ("Wav2Vec2", "Hubert", "SEW")),
    Architecture("WavLMForCTC", _SOUND, {**_WAVES, "num_buckets": 16, "max_bucket_distance": 20}, of_all_heads=True),
    Architecture("Wav2Vec2ConformerForCTC", _SOUND, {**_WAVES, "position_embeddings_type": "relative"}),
    Architecture(
        "Wav2Vec2BertForCTC",
        {"input_features": _random(2, 12, 16)},
        {"feature_projection_input_dim": 16, "conv_depthwise_kernel_size": 3},
    ),
    Architecture(
        "ASTForAudioClassification",
        {"input_values": _random(2, 32, 16)},
        {"patch_size": 8, "time_stride": 8, "frequency_stride": 8, "max_length": 32, "num_mel_bins": 16},
    ),
    Architecture("TimeSeriesTransformerModel", _SERIES, _FORECAST, whole=True),
    Architecture("InformerModel", _SERIES, {**_FORECAST, "attention_type": "full"}, whole=True),
    Architecture(
        "TimesFmModelForPrediction",
        {"past_values": [_random(16), _random(16)]},
        {"patch_length": 4, "context_length": 16, "horizon_length": 8, "head_dim": 8, "quantiles": [0.5]},
    ),
    Architecture(
        "PatchTSTForPrediction",
        {"past_values": _random(2, 16, 3)},
        {"num_input_channels": 3, "context_length": 16, "patch_length": 4, "patch_stride": 4, "ffn_dim": 64},
    ),
    Architecture(
        "DecisionTransformerModel",
        {
            "states": _random(2, 5, 6),
            "actions": _random(2, 5, 3),
            "rewards": _random(2, 5, 1),
            "returns_to_go": _random(2, 5, 1),
            "timesteps": torch.arange(5).repeat(2, 1),
            "attention_mask": torch.ones(2, 5, dtype=torch.long),
        },
        {"state_dim": 6, "act_dim": 3, "max_ep_len": 16},
    ),
)
