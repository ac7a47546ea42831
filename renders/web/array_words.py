"""Describes the arrays of a recording in words, in every language, such as "weights of layers 1 and 2".

A name that no rule knows is told as it was recorded.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from engine.recording.format.metric_names import METRIC, metric_of_array

Texts = Mapping[str, str]  # by language

# What follows the last dot, after the path of a layer
KINDS: Mapping[str, tuple[str, str]] = {
    "weight": ("weights", "权重"),
    "bias": ("biases", "偏置"),
    "activation": ("activations", "激活值"),
    "pre_activation": ("weighted sums", "加权和"),
    "pattern": ("attention patterns", "注意力图样"),
    "weight.gradient": ("gradients of the weights", "权重的梯度"),
    "bias.gradient": ("gradients of the biases", "偏置的梯度"),
    "gradient": ("gradients", "梯度"),
    "gradient_norm": ("lengths of the gradients", "梯度的长度"),
    "activation_gradient": ("gradients of the activations", "激活值的梯度"),
    "wanted": ("derivatives by the activations", "对激活值的导数"),
    "largest": ("largest derivatives by the weights", "对权重的最大导数"),
}
# What is no layer's; of pictures where the data are pictures
WHOLE: Mapping[str, tuple[str, str]] = {
    "probe.input": ("the inputs shown", "所示的输入"),
    "probe.label": ("the labels of what is shown", "所示样本的标签"),
    "probe.target": ("what is right for the inputs shown", "所示输入的正确答案"),
    "probe.truth": ("the right answers", "正确答案"),
    "probe.token": ("the tokens shown", "所示的词元"),
    "probe.source": ("the texts shown", "所示的文本"),
    "test.input": ("the test inputs", "测试输入"),
    "test.label": ("the test labels", "测试标签"),
    "test.output": ("the answers to the test inputs", "对测试输入的回答"),
    "train.input": ("the training inputs", "训练输入"),
    "train.label": ("the training labels", "训练标签"),
    "train.label_image": ("which input each training label belongs to", "每个训练标签属于哪个输入"),
    "train.output": ("the answers to the training inputs", "对训练输入的回答"),
    "train.lit": ("in how many training inputs each number is above zero", "每个输入数在多少个训练输入里大于零"),
    "train.cost": ("the cost of each training input", "每个训练输入的代价"),
    "noise.input": ("inputs of noise", "噪声输入"),
    "noise.output": ("the answers to noise", "对噪声的回答"),
    "output": ("the model's answers", "模型的回答"),
    "weight": ("weights", "权重"),
    "bias": ("biases", "偏置"),
    "activation": ("activations", "激活值"),
    "before": ("activations before the last layer", "最后一层之前的激活值"),
    "z": ("weighted sums", "加权和"),
    "slope": ("slopes of sigmoid", "sigmoid 的斜率"),
    "delta": ("derivatives by the weighted sums", "对加权和的导数"),
    "wanted": ("derivatives by the activations", "对激活值的导数"),
    "d_weight": ("derivatives by the weights", "对权重的导数"),
    "d_bias": ("derivatives by the biases", "对偏置的导数"),
    "last.before": ("activations before the last layer", "最后一层之前的激活值"),
    "last.weight": ("weights of the last layer", "最后一层的权重"),
    "last.path": ("what each output asks of the layer before", "各个输出对前一层的要求"),
    "last.delta": ("derivatives by the last weighted sums", "对最后的加权和的导数"),
    "pair.gradient": ("the derivatives by two weights", "对两个权重的导数"),
    "line.activation": ("the activation along it", "沿它的激活值"),
    "walk.full": ("a descent with all images at each step", "每步用全部图像的下降"),
    "walk.mini": ("a descent with a batch at each step", "每步用一个批次的下降"),
    "walk.entry": ("the two weights it is in", "它所在的两个权重"),
    "token": ("the tokens", "词元"),
    "pattern": ("the attention pattern", "注意力图样"),
    "query": ("queries", "查询"),
    "key": ("keys", "键"),
    "value": ("values", "值"),
    "stream": ("the stream of embeddings", "嵌入流"),
    "sentence.stream": ("the streams of sentences", "各句的嵌入流"),
    "phrase.stream": ("the streams of phrases", "各短语的嵌入流"),
    "score": ("scores", "得分"),
    "masked_score": ("masked scores", "遮盖后的得分"),
    "head_output": ("the head's output", "这个头的输出"),
    "head_update": ("what the head adds", "这个头所加的"),
    "weight.query": ("the query matrix", "查询矩阵"),
    "weight.key": ("the key matrix", "键矩阵"),
    "weight.value": ("the value matrix", "值矩阵"),
    "weight.output": ("the output matrix", "输出矩阵"),
    "value_map.singular": ("the singular values of the value map", "值映射的奇异值"),
    "patterns": ("the patterns of all heads", "所有头的图样"),
    "head_updates": ("what each head adds", "每个头所加的"),
    "head_score": ("what each head does", "每个头所做的"),
    "pattern.nearest": ("how alike each pattern is to the nearest other one", "每个图样与最像它的另一个有多像"),
    "repeated.pattern": ("the patterns on a repeated text", "重复文本上的图样"),
    "attention.update": ("what attention adds in each block", "每一块注意力所加的"),
    "next.probability": ("the probabilities of the next token", "下一个词元的概率"),
    "source.alphabet": ("the letters that are read", "所读的字符"),
    "target.alphabet": ("the letters that are written", "所写的字符"),
    "tokens": ("lengths of texts", "文本的长度"),
    "seconds": ("the seconds that they take", "所用的秒数"),
    "seconds.low": ("their lower quartiles", "其下四分位数"),
    "seconds.high": ("their upper quartiles", "其上四分位数"),
    "seconds.all": ("all rounds of them", "每一轮的秒数"),
    "bytes": ("the bytes that they take", "所用的字节数"),
    "entry": ("which weight is moved", "所移动的权重"),
    "trained": ("its trained value", "它训练后的值"),
    "metric.loss": ("the cost", "代价"),
    "metric.test_loss": ("the cost on new examples", "新样本上的代价"),
    "metric.test_accuracy": ("the share that is right of new examples", "新样本上的正确率"),
    "metric.train_loss": ("the cost on training examples", "训练样本上的代价"),
    "metric.train_accuracy": ("the share that is right of training examples", "训练样本上的正确率"),
    "metric.induction_score": ("how far each head looks back to what came after", "各头回看的程度"),
    "metric.second_half_loss": ("the loss on what is repeated", "重复部分的损失"),
    "metric.exact_match": ("the share of dates that is right", "完全写对的日期比例"),
}
# What is measured around a trained network, by the first part of its name
MEASURED: Mapping[str, tuple[str, str]] = {
    "line": ("the cost along one weight", "沿一个权重的代价"),
    "walk": ("descents along it", "沿它的下降"),
    "slice": ("the cost along other weights", "沿其他权重的代价"),
    "pair": ("the cost over two weights", "两个权重上的代价"),
    "random": ("the cost over two random directions", "两个随机方向上的代价"),
    "path": ("the cost around the training's path", "训练路径周围的代价"),
    "plane": ("the cost over two weights", "两个权重上的代价"),
    "example": ("the example shown", "所示的样本"),
    "rows": ("where the largest change is", "最大的改动在哪里"),
    "table": ("derivatives of many images", "许多图像的导数"),
    "batch": ("the first batches of the training", "训练的最初几个批次"),
    "full": ("the costs and seconds with all images at each step", "每步用全部图像的代价和秒数"),
    "mini": ("the costs and seconds with a batch at each step", "每步用一个批次的代价和秒数"),
    "check": ("the derivatives as differences of costs", "以代价之差算得的导数"),
    "all": ("derivatives of all images", "全部图像的导数"),
    "autograd": ("derivatives by autograd", "autograd 给出的导数"),
}
PICTURES: Mapping[str, tuple[str, str]] = {
    "probe.input": ("the images shown", "所示的图像"),
    "probe.label": ("the labels of the images shown", "所示图像的标签"),
    "test.input": ("the test images", "测试图像"),
    "train.input": ("the training images", "训练图像"),
    "train.lit": ("in how many training images each pixel is lit", "每个像素在多少张训练图像里亮过"),
    "train.label_image": ("which image each training label belongs to", "每个训练标签属于哪幅图像"),
    "metric.test_loss": ("the cost on new images", "新图像上的代价"),
    "metric.test_accuracy": ("the share that is right of new images", "新图像上的正确率"),
    "metric.train_loss": ("the cost on training images", "训练图像上的代价"),
    "metric.train_accuracy": ("the share that is right of training images", "训练图像上的正确率"),
}
_NUMBERED = re.compile(r"(?:.*\.)?(layer|block)s?\.?(\d+)(?:\.(?:cross_)?attention)?")
_PLACES = {"layer": ("layer", "第 {} 层"), "block": ("block", "第 {} 块")}
_LABELS, _INPUTS = ".label", ".input"
THEIRS = ("their labels", "它们的标签")


def arrays_in_words(arrays: Iterable[str], *, pictures: bool) -> Texts:
    """Return a phrase for arrays together, by language. pictures: whether the data are pictures."""
    layers: dict[tuple[str, str], list[int]] = {}  # (kind, sort of place) -> its numbers
    phrases: dict[object, tuple[str, str]] = {}  # in the order of the arrays
    for name in _in_order(arrays):
        path, kind = _split(name)
        numbered = _NUMBERED.fullmatch(path) if kind else None
        if numbered:
            numbers = layers.setdefault((kind, numbered[1]), [])
            numbers.append(int(numbered[2]))
            phrases[kind, numbered[1]] = _of_places(KINDS[kind], numbered[1], sorted(set(numbers)))
        else:
            theirs = name.endswith(_LABELS) and name.removesuffix(_LABELS) + _INPUTS in phrases
            measured = _measured(name, kind)
            key = measured if measured and name not in WHOLE else name  # its arrays are one thing together
            phrases[key] = THEIRS if theirs else _plain(name, path, kind, pictures)
    english, chinese = zip(*phrases.values(), strict=True) if phrases else ((), ())
    return {"en": as_list(english, "en"), "zh_CN": as_list(chinese, "zh_CN")}


def as_list(parts: Sequence[str], language: str) -> str:
    """Return parts as a list in a sentence."""
    comma, last = (", ", " and ") if language == "en" else ("、", "和")
    return last.join(part for part in (comma.join(parts[:-1]), *parts[-1:]) if part)


def _in_order(arrays: Iterable[str]) -> list[str]:
    """Return names once each, inputs directly before their labels."""
    names = list(dict.fromkeys(arrays))
    for name in [name for name in names if name.endswith(_INPUTS)]:
        label = name.removesuffix(_INPUTS) + _LABELS
        if label in names:
            names.remove(label)
            names.insert(names.index(name) + 1, label)
    return names


def _split(name: str) -> tuple[str, str]:
    """Return the path of a layer and the kind of what is recorded of it; "" where no kind is known."""
    for kind in sorted(KINDS, key=len, reverse=True):
        if name.endswith(f".{kind}"):
            return name.removesuffix(f".{kind}"), kind
    return name, ""


def _of_places(kind: tuple[str, str], sort: str, numbers: Sequence[int]) -> tuple[str, str]:
    english, chinese = _PLACES[sort]
    several = "s" if len(numbers) > 1 else ""
    told = [str(number) for number in numbers]
    return f"{kind[0]} of {english}{several} {as_list(told, 'en')}", f"{chinese.format('、'.join(told))}的{kind[1]}"


def _measured(name: str, kind: str) -> str:
    """Return the first part of a name that is one of `MEASURED`, else ""; of a layer called so a kind is known."""
    first = name.partition(".")[0]
    return first if first in MEASURED and not kind else ""


def _plain(name: str, path: str, kind: str, pictures: bool) -> tuple[str, str]:
    known = (PICTURES.get(name) if pictures else None) or WHOLE.get(name) or MEASURED.get(_measured(name, kind))
    if known:
        return known
    if kind:
        return f"{KINDS[kind][0]} of “{path}”", f"“{path}”的{KINDS[kind][1]}"
    if name.startswith(METRIC):
        metric = metric_of_array(name).replace("_", " ")
        return f"the measure “{metric}”", f"指标“{metric}”"
    return f"“{name}”", f"“{name}”"
