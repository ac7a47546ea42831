"""Measures what one image, and many, want of a network on digits (`BackpropAnalysis`)."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn
from torch.func import functional_call, grad, vmap

from engine.analyses.catalog import AnalysisResult, Arrays, BackpropAnalysis
from engine.analyses.cost_surface import Objective, along_weight, gradient_of, model_at
from engine.analyses.derivatives.backward import pass_back, weights_and_biases
from engine.analyses.derivatives.gradient import ENOUGH, require_sigmoids
from engine.analyses.derivatives.moment import moment_of
from engine.analyses.of_digits import of_digits
from engine.data.mnist import Mnist, load_mnist
from engine.recording import Recording
from engine.training.batches import Batches
from engine.training.losses import COSTS, Cost, targets_for

WEAKER = 25  # times: the derivative by the second weight of the pair that is compared
DRAWN = 6  # examples and weights of the table


def per_example_gradients(
    model: nn.Module, inputs: Tensor, targets: Tensor, cost: Cost, names: tuple[str, ...]
) -> dict[str, Tensor]:
    """Return the gradient of each example's cost by the parameters named, (example, …) each.

    inputs: (example, …). targets: (example, …). Their mean over the examples is the gradient of the cost of all.
    """
    known = {name: parameter.detach() for name, parameter in model.named_parameters()}
    chosen = {name: known[name] for name in names}

    def cost_of(own: dict[str, Tensor], one: Tensor, target: Tensor) -> Tensor:
        return cost(functional_call(model, {**known, **own}, (one[None],)), target[None])

    found: dict[str, Tensor] = vmap(grad(cost_of), in_dims=(None, 0, 0), chunk_size=500)(chosen, inputs, targets)
    return found


def measure_backprop(analysis: BackpropAnalysis, base: Recording, data: Mnist | None = None) -> AnalysisResult:
    """Return what the analysis comes to. data: MNIST unless given.

    The moment is that of `measure_gradient`. The image is, of the first `examples` training images that are then
    answered wrongly, the one for which the layer before the outputs is spread most.
    """
    data = data or load_mnist()
    require_sigmoids(base)
    step, reached, accuracy = moment_of(base, ENOUGH)
    found = of_digits(base, data, _arrays(analysis, base, data, step))
    told = {"moment_step": step, "reached": reached, "accuracy": accuracy, "batch_size": base.config["batch_size"]}
    return found._replace(told={**found.told, **told})


def _arrays(analysis: BackpropAnalysis, base: Recording, data: Mnist, step: int) -> Arrays:
    loss = base.config["loss"]
    inputs = torch.from_numpy(data.train.inputs[: analysis.measured]).double()
    labels = torch.from_numpy(data.train.labels[: analysis.measured])
    targets = targets_for(loss, labels).double()
    yield from _nudges(analysis, base, Objective(inputs, targets, COSTS[loss]))
    model = model_at(base, base.steps("layer1.weight").tolist().index(step)).double()
    some = slice(analysis.examples)
    yield from _one_image(model, data, inputs[some], targets[some], labels[some])
    yield from _rows(analysis, base, inputs[some], targets[some], labels[some])
    yield from _table(model, inputs[some], targets[some], labels[some], COSTS[loss])
    yield from _batches(base, data)


def _nudges(analysis: BackpropAnalysis, base: Recording, objective: Objective) -> Arrays:
    """Yield two weights of the last layer before the first step, ∂C by them, and what small changes do to C.

    The first has the largest derivative; that of the other is nearest to a `WEAKER`th of it, whatever its sign.
    """
    model = model_at(base, 0).double()
    name = f"layer{len(base.config['hidden']) + 1}.weight"
    gradient = gradient_of(model, objective.inputs, objective.targets, objective.cost)[name].numpy()
    amounts = np.abs(gradient).ravel()
    first = int(amounts.argmax())
    ratios = np.log(np.maximum(amounts[first], 1e-300) / np.maximum(amounts, 1e-300))
    pair = (first, int(np.abs(ratios - np.log(WEAKER)).argmin()))
    entries = [tuple(int(part) for part in np.unravel_index(one, gradient.shape)) for one in pair]
    steps = np.array([0.0, *analysis.nudges])
    costs = [along_weight(model, name, entry).costs(steps[:, None], objective) for entry in entries]
    yield "pair.entry", ("direction", "axis"), np.array(entries)
    yield "pair.gradient", ("direction",), gradient.ravel()[list(pair)]
    yield "pair.nudge", ("size",), np.array(analysis.nudges)
    yield "pair.change", ("direction", "size"), np.stack([one[1:] - one[0] for one in costs])


def _one_image(model: nn.Module, data: Mnist, inputs: Tensor, targets: Tensor, labels: Tensor) -> Arrays:
    """Yield the image, its pass forward and back: what it wants of every layer."""
    layers = weights_and_biases(model)
    with torch.no_grad():
        wrong = np.flatnonzero((model(inputs).argmax(1) != labels).numpy())
    images = wrong if len(wrong) else np.arange(1)
    passes = [pass_back(layers, inputs[image].numpy(), targets[image].numpy()) for image in images]
    chosen = int(np.argmax([np.ptp(one[-1].before) for one in passes]))
    image, passed = int(images[chosen]), passes[chosen]
    yield "example.picture", ("height", "width"), data.train.inputs[image].astype(np.float32)
    yield "example.label", ("feature",), labels[[image]].numpy()
    yield "example.target", ("out",), targets[image].numpy()
    for number, one in enumerate(passed, start=1):
        yield f"layer{number}.activation", ("out",), one.activation
        yield f"layer{number}.wanted", ("out",), one.wanted
        yield f"layer{number}.largest", ("feature",), np.array([np.abs(one.d_weight).max()])
    last = passed[-1]
    yield "last.weight", ("out", "in"), layers[-1][0]
    yield "last.before", ("in",), last.before
    yield "last.delta", ("out",), last.delta
    yield "last.path", ("out", "in"), last.paths


def _rows(analysis: BackpropAnalysis, base: Recording, inputs: Tensor, targets: Tensor, labels: Tensor) -> Arrays:
    """Yield how often the largest change of the last layer is one of the wanted output's, over the training.

    Also how often, within that row, the largest strengthening starts at the brightest neuron.
    """
    steps = base.steps("layer1.weight")
    at = np.unique(np.rint(np.linspace(0, np.sqrt(len(steps) - 1), analysis.moments) ** 2).astype(int))
    in_row, at_brightest = [], []
    for moment in at:
        model = model_at(base, int(moment)).double()
        name = f"layer{len(base.config['hidden']) + 1}.weight"
        cost = COSTS[base.config["loss"]]
        gradients = per_example_gradients(model, inputs, targets, cost, (name,))[name].numpy()  # (example, out, in)
        wanted = labels.numpy()
        largest = np.abs(gradients).reshape(len(wanted), -1).argmax(1) // gradients.shape[2]
        in_row.append(float((largest == wanted).mean()))
        own = -gradients[np.arange(len(wanted)), wanted]  # how the weights into the wanted output should grow
        values = inputs
        with torch.no_grad():
            for layer in list(model.children())[:-1]:
                values = layer(values.flatten(1))
        at_brightest.append(float((own.argmax(1) == values.numpy().argmax(1)).mean()))
    yield "rows.step", ("moment",), steps[at]
    yield "rows.share", ("moment",), np.array(in_row)
    yield "rows.brightest", ("moment",), np.array(at_brightest)


def _table(model: nn.Module, inputs: Tensor, targets: Tensor, labels: Tensor, cost: Cost) -> Arrays:
    """Yield what some images want of some weights, and the mean over all: the entries of −∇C.

    The images are the first of each of some digits, the weights those of the last layer that the mean changes most, one
    of each of some outputs.
    """
    name = list(dict(model.named_parameters()))[-2]
    each = -per_example_gradients(model, inputs, targets, cost, (name,))[name].numpy()  # (example, out, in)
    mean = each.mean(axis=0)
    best = np.abs(mean).argmax(axis=1)  # of each output the weight that the mean turns most
    rows = np.argsort(-np.abs(mean).max(axis=1), kind="stable")[:DRAWN]
    columns = best[rows]
    known = labels.numpy()
    images = [int(np.flatnonzero(known == digit)[0]) for digit in np.unique(known)][:DRAWN]
    of_all = each[:, rows, columns]
    yield "table.entry", ("weight", "axis"), np.column_stack([rows, columns])
    yield "table.picture", ("batch", "height", "width"), inputs[images].numpy().astype(np.float32)
    yield "table.label", ("batch",), known[images]
    yield "table.wish", ("batch", "weight"), of_all[images]
    yield "table.mean", ("weight",), mean[rows, columns]
    yield "table.count", ("feature",), np.array([len(each)])
    signs = np.sign(of_all) == np.sign(mean[rows, columns])
    yield "table.agree", ("weight",), signs.mean(axis=0)


def _batches(base: Recording, data: Mnist) -> Arrays:
    """Yield the pictures and labels of the first two batches of the training, and how many there are in a turn."""
    size, seed = base.config["batch_size"], base.config["seed"]
    count = base.config["train_images"] or len(data.train)
    order = Batches(torch.arange(count), torch.arange(count), size, seed)
    chosen = torch.cat([order.positions(0), order.positions(1)]).numpy()
    yield "batch.position", ("example",), chosen
    yield "batch.picture", ("example", "height", "width"), data.train.inputs[chosen].astype(np.float32)
    yield "batch.label", ("example",), data.train.labels[chosen]
    yield "batch.sizes", ("feature",), np.array([count, size, count // size])
