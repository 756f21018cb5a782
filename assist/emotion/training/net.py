"""A small ensemble of one-hidden-layer nets, trained by NumPy; equal seeds give equal weights.

The nets see measures after the speaker's own normal has been taken out (`normal.py`). They
answer four logits and, as a second task, valence and arousal at the anchors of the classes.
What they answer to two views of a clip, clean and by telephone, is to agree. Strong dropout and
weight decay are what carried over to corpora that were left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from assist.emotion.spectrum import Floats

ANCHORS: Final = np.array([[-0.6, 0.7], [0.6, 0.5], [-0.6, -0.5], [0.0, 0.0]], np.float32)
"""Valence and arousal of angry, happy, sad and neutral (after Russell's circumplex, 1980)."""
Integers = NDArray[np.int64]


LEAST_STEPS = 1000
"""Steps of training at least; a small dataset is gone through more often."""


class NetOptions(msgspec.Struct, frozen=True):
    """How the nets are trained."""

    hidden: int = 32
    members: int = 5
    epochs: int = 6
    batch: int = 256
    rate: float = 2e-3
    decay: float = 0.1
    drop_input: float = 0.2
    drop_hidden: float = 0.5
    noise: float = 0.1
    smoothing: float = 0.05
    agreement: float = 0.5


class Net(msgspec.Struct, frozen=True):
    """Weights of the whole ensemble as one net: features → hidden (ReLU) → 4 logits + 2."""

    hidden: Floats
    hidden_bias: Floats
    output: Floats
    output_bias: Floats

    def __call__(self, inputs: Floats) -> Floats:
        """Logits and dimensions (n, 6) of standardised measures (n, features)."""
        hidden = np.maximum(inputs @ self.hidden + self.hidden_bias, 0)
        result: Floats = hidden @ self.output + self.output_bias
        return result

    def spread(self, columns: Integers, width: int) -> Net:
        """The same net on `width` inputs, of which it sees `columns`."""
        hidden = np.zeros((width, self.hidden.shape[1]), np.float32)
        hidden[columns] = self.hidden
        return Net(hidden, self.hidden_bias, self.output, self.output_bias)


def together(nets: Sequence[Net], shares: Sequence[float] | None = None) -> Net:
    """One net that answers the mean of what `nets` answer to the same inputs.

    `shares` (adding up to 1) weigh them; without them they count alike.
    """
    weights = np.array(shares or [1 / len(nets)] * len(nets), np.float32)
    weighted = [weight * net.output for net, weight in zip(nets, weights, strict=True)]
    return Net(
        np.concatenate([net.hidden for net in nets], axis=1),
        np.concatenate([net.hidden_bias for net in nets]),
        np.concatenate(weighted),
        np.asarray(weights @ np.stack([net.output_bias for net in nets]), np.float32),
    )


class Examples(msgspec.Struct, frozen=True):
    """Standardised `inputs` (n, features), class indices `labels` (n,), `weights` (n,), and the
    rows of the `others` (n, views − 1) of the same clip.
    """

    inputs: Floats
    labels: Integers
    weights: Floats
    others: Integers

    def of(self, columns: Integers) -> Examples:
        """The same with the chosen inputs."""
        return msgspec.structs.replace(self, inputs=self.inputs[:, columns])


def train_net(examples: Examples, seed: int, options: NetOptions) -> Net:
    """An ensemble trained on `examples`."""
    members = [
        _train_member(examples, np.random.default_rng([seed, member]), options)
        for member in range(options.members)
    ]
    return together([Net(*member) for member in members])


def _train_member(
    examples: Examples, rng: np.random.Generator, options: NetOptions
) -> list[Floats]:
    inputs, labels, others = examples.inputs, examples.labels, examples.others
    parameters = _initial(inputs.shape[1], options.hidden, rng)
    adam = _Adam(parameters, options.decay)
    batch = min(options.batch, len(labels)) // 2
    steps = max(options.epochs * (len(labels) // batch) // 2, LEAST_STEPS)
    done = 0
    while done < steps:
        order = rng.permutation(len(labels))
        for start in range(0, len(labels) - batch + 1, batch):
            first = order[start : start + batch]
            # Each with another view of the same clip, half a batch further on.
            second = others[first, rng.integers(others.shape[1], size=batch)]
            chosen = np.concatenate([first, second])
            part = inputs[chosen], labels[chosen], examples.weights[chosen]
            gradients = _gradients(parameters, part, rng, options)
            done += 1
            rate = options.rate * 0.5 * (1 + np.cos(np.pi * min(done / steps, 1.0)))
            adam.step(parameters, gradients, rate)
    return parameters


def _initial(features: int, hidden: int, rng: np.random.Generator) -> list[Floats]:
    count = 4 + ANCHORS.shape[1]
    return [
        (rng.standard_normal((features, hidden)) / np.sqrt(features)).astype(np.float32),
        np.zeros(hidden, np.float32),
        (rng.standard_normal((hidden, count)) * 0.5 / np.sqrt(hidden)).astype(np.float32),
        np.zeros(count, np.float32),
    ]


def _gradients(
    parameters: list[Floats],
    batch: tuple[Floats, Integers, Floats],
    rng: np.random.Generator,
    options: NetOptions,
) -> list[Floats]:
    """Gradients of cross-entropy (smoothed), squared error of the dimensions, and disagreement.

    The latter is the symmetric Kullback–Leibler divergence of the answers to both halves.
    """
    w_hidden, b_hidden, w_output, b_output = parameters
    inputs, labels, weights = batch
    count = np.float32(len(labels))
    noisy = inputs + np.float32(options.noise) * rng.standard_normal(inputs.shape, np.float32)
    noisy *= (rng.random(inputs.shape, np.float32) > options.drop_input) / np.float32(
        1 - options.drop_input
    )
    before = noisy @ w_hidden + b_hidden
    kept = (rng.random(before.shape, np.float32) > options.drop_hidden) & (before > 0)
    gate = kept / np.float32(1 - options.drop_hidden)
    hidden = before * gate
    answers = hidden @ w_output + b_output
    logits = answers[:, :4] - answers[:, :4].max(axis=1, keepdims=True)
    logs = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    probabilities = np.exp(logs)
    target = np.full_like(probabilities, options.smoothing / 4)
    target[np.arange(len(labels)), labels] += 1 - options.smoothing
    half = len(labels) // 2
    swapped = np.r_[half : 2 * half, :half]
    apart = logs - logs[swapped]
    disagreement = probabilities - probabilities[swapped]
    disagreement += probabilities * (apart - (probabilities * apart).sum(axis=1, keepdims=True))
    error = np.concatenate(
        [
            probabilities - target + np.float32(2 * options.agreement) * disagreement,
            answers[:, 4:] - ANCHORS[labels],
        ],
        axis=1,
    )
    error *= weights[:, None] / count
    back = (error @ w_output.T) * gate
    return [noisy.T @ back, back.sum(axis=0), hidden.T @ error, error.sum(axis=0)]


class _Adam:
    """Adam with decoupled weight decay (Loshchilov & Hutter 2019); biases do not decay."""

    def __init__(self, parameters: list[Floats], decay: float) -> None:
        self._first = [np.zeros_like(parameter) for parameter in parameters]
        self._second = [np.zeros_like(parameter) for parameter in parameters]
        self._steps = 0
        self._decay = decay

    def step(self, parameters: list[Floats], gradients: list[Floats], rate: float) -> None:
        """Move `parameters` in place."""
        self._steps += 1
        for index, (parameter, gradient) in enumerate(zip(parameters, gradients, strict=True)):
            first, second = self._first[index], self._second[index]
            first += 0.1 * (gradient - first)
            second += 0.001 * (gradient * gradient - second)
            size = np.sqrt(second / (1 - 0.999**self._steps)) + 1e-8
            move = first / (1 - 0.9**self._steps) / size
            if parameter.ndim > 1:
                move += self._decay * parameter
            np.subtract(parameter, (rate * move).astype(np.float32), out=parameter)
