"""The transformers against PyTorch's own parts, and what follows from their design."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.models.encoder_decoder import EncoderDecoder
from engine.models.transformer import GPT, Attention, TransformerBlock, causal, sinusoidal_positions

WIDTH, HEADS = 8, 2


pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture(autouse=True)
def seeded() -> None:
    torch.manual_seed(0)


def gpt(**changes: bool | str) -> GPT:
    model = GPT(11, 6, WIDTH, layers=2, heads=HEADS, **changes)
    for parameter in model.parameters():  # far from the small first weights, so that errors show
        nn.init.normal_(parameter, std=0.5)
    return model


def translator() -> EncoderDecoder:
    model = EncoderDecoder((9, 7), (6, 5), WIDTH, layers=2, heads=HEADS)
    for parameter in model.parameters():
        nn.init.normal_(parameter, std=0.5)
    return model


def ids(vocabulary: int, *shape: int) -> Tensor:
    return torch.randint(1, vocabulary, shape)


def same_attention(ours: Attention) -> nn.MultiheadAttention:
    """Return PyTorch's attention with the same numbers."""
    theirs = nn.MultiheadAttention(WIDTH, HEADS, batch_first=True)
    parts = (ours.query, ours.key, ours.value)
    theirs.in_proj_weight.data = torch.cat([part.weight for part in parts])
    theirs.in_proj_bias.data = torch.cat([part.bias for part in parts])
    theirs.out_proj.load_state_dict(ours.output.state_dict())
    return theirs


def test_attention_is_pytorchs() -> None:
    ours = Attention(WIDTH, HEADS)
    theirs = same_attention(ours)
    values, source = torch.randn(3, 5, WIDTH), torch.randn(3, 4, WIDTH)
    expected, _ = theirs(values, values, values, attn_mask=~causal(5))
    torch.testing.assert_close(ours(values, causal(5)), expected, rtol=0, atol=1e-5)
    crossed, _ = theirs(values, source, source)
    torch.testing.assert_close(ours(values, None, source), crossed, rtol=0, atol=1e-5)


def test_a_block_is_pytorchs_with_norms_before() -> None:
    ours = TransformerBlock(WIDTH, HEADS)
    theirs = nn.TransformerEncoderLayer(
        WIDTH, HEADS, 4 * WIDTH, dropout=0, activation="gelu", batch_first=True, norm_first=True
    )
    theirs.self_attn = same_attention(ours.attention)
    assert ours.mlp is not None
    for name, part in {"linear1": ours.mlp.expand, "linear2": ours.mlp.contract}.items():
        theirs.get_submodule(name).load_state_dict(part.state_dict())
    stream = torch.randn(3, 5, WIDTH)
    torch.testing.assert_close(ours(stream, causal(5)), theirs(stream, src_mask=~causal(5)), rtol=0, atol=1e-5)


def test_a_decoder_block_is_pytorchs_and_the_translator_is_made_of_both() -> None:
    model = translator()
    source, target = ids(9, 3, 6), ids(7, 3, 5)
    source[0, 4:] = 0
    padded = source == 0
    memory = model.encoder.embedding(source)
    stream = model.decoder.embedding(target)
    for block in model.encoder.blocks:
        memory = block(memory, ~padded[:, None, None])
    memory = F.layer_norm(memory, (WIDTH,), model.encoder.norm.weight, model.encoder.norm.bias)
    for ours in model.decoder.blocks:
        theirs = nn.TransformerDecoderLayer(
            WIDTH, HEADS, 4 * WIDTH, dropout=0, activation="gelu", batch_first=True, norm_first=True
        )
        theirs.self_attn, theirs.multihead_attn = same_attention(ours.attention), same_attention(ours.cross_attention)
        copied = {
            "norm1": ours.attention_norm,
            "norm2": ours.cross_norm,
            "norm3": ours.mlp_norm,
            "linear1": ours.mlp.expand,
            "linear2": ours.mlp.contract,
        }
        for name, part in copied.items():
            theirs.get_submodule(name).load_state_dict(part.state_dict())
        stream = theirs(stream, memory, tgt_mask=~causal(5), memory_key_padding_mask=padded)
    logits = model.decoder.unembedding(model.decoder.norm(stream))
    torch.testing.assert_close(model(source, target), logits, rtol=0, atol=1e-5)


def test_attention_alone_is_the_formula() -> None:
    model = gpt(mlp=False)
    tokens = ids(11, 2, 6)
    stream = model.embedding.token.weight[tokens] + model.embedding.position
    for block in model.blocks:
        assert block.mlp is None
        normed = block.attention_norm(stream)
        parts = [part(normed).reshape(2, 6, HEADS, 4) for part in (block.attention.query, block.attention.key)]
        score = torch.einsum("bqhf,bkhf->bhqk", *parts) / 2  # √4 features
        pattern = score.masked_fill(~causal(6), -torch.inf).softmax(-1)
        value = block.attention.value(normed).reshape(2, 6, HEADS, 4)
        stream = stream + block.attention.output(torch.einsum("bhqk,bkhf->bqhf", pattern, value).flatten(2))
    torch.testing.assert_close(model(tokens), model.unembedding(model.norm(stream)), rtol=0, atol=1e-5)


def test_a_later_token_changes_no_earlier_logit() -> None:
    tokens = ids(11, 2, 6)
    other = tokens.clone()
    other[:, 4] = (tokens[:, 4] + 1) % 11
    for model in (gpt(), gpt(mlp=False)):
        before, after = model(tokens), model(other)
        assert torch.equal(before[:, :4], after[:, :4])
        assert (before[:, 4:] != after[:, 4:]).any(2).all()
    model, source = translator(), ids(9, 2, 6)
    target = ids(7, 2, 5)
    changed = target.clone()
    changed[:, 3] = (target[:, 3] + 1) % 7
    assert torch.equal(model(source, target)[:, :3], model(source, changed)[:, :3])


def test_padding_changes_nothing() -> None:
    model, target = translator(), ids(7, 2, 5)
    source = ids(9, 2, 6)
    source[:, 4:] = 0
    torch.testing.assert_close(model(source, target), model(source[:, :4], target))


def test_what_is_written_is_the_likeliest_each_time() -> None:
    model, source = translator(), ids(9, 4, 6)
    written = model.write(source, start=0, length=5)
    begun = torch.cat((torch.zeros(4, 1, dtype=torch.int64), written[:, :-1]), dim=1)
    assert torch.equal(model(source, begun).argmax(2), written)


def test_tied_weights_are_one_and_learn_from_both_sides() -> None:
    model = gpt(tied=True)
    assert model.unembedding.weight is model.embedding.token.weight
    assert sum(one.numel() for one in gpt().parameters()) - sum(one.numel() for one in model.parameters()) == 11 * WIDTH


def test_sinusoidal_positions_are_the_formula_and_are_not_trained() -> None:
    waves = sinusoidal_positions(6, WIDTH)
    for position in range(6):
        for wave in range(WIDTH // 2):
            angle = torch.tensor(position / 10_000 ** (2 * wave / WIDTH))
            torch.testing.assert_close(
                waves[position, 2 * wave : 2 * wave + 2], torch.stack([angle.sin(), angle.cos()])
            )
    model = gpt(positions="sinusoidal")
    assert torch.equal(model.embedding.position, waves)
    assert "embedding.position" not in dict(model.named_parameters())


@pytest.mark.parametrize("make", [gpt, translator])
def test_gradients_are_those_of_finite_differences(make: Callable[[], nn.Module]) -> None:
    model = make().double()
    inputs = (ids(11, 2, 6),) if isinstance(model, GPT) else (ids(9, 2, 6), ids(7, 2, 5))

    def loss() -> Tensor:
        logits = model(*inputs)
        return F.cross_entropy(logits.flatten(0, 1), inputs[-1].flatten())

    loss().backward()
    step = 1e-5
    for name, parameter in model.named_parameters():
        assert parameter.grad is not None
        place = tuple(int(index) for index in torch.unravel_index(parameter.grad.abs().argmax(), parameter.shape))
        with torch.no_grad():
            parameter[place] += step
            above = loss()
            parameter[place] -= 2 * step
            below = loss()
            parameter[place] += step
        slope = (above - below).item() / (2 * step)
        assert parameter.grad[place].item() == pytest.approx(slope, rel=1e-5, abs=1e-9), name
