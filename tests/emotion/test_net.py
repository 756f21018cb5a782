"""The nets of the tone model: what their training minimises."""

from __future__ import annotations

import numpy as np
import pytest

from assist.emotion.training.net import (
    ANCHORS,
    Examples,
    NetOptions,
    _gradients,
    _initial,
    train_net,
)

PLAIN = NetOptions(hidden=5, members=1, noise=0.0, drop_input=0.0, drop_hidden=0.0)


def log_softmax(logits: np.ndarray) -> np.ndarray:
    return logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))


def loss(parameters, inputs, labels, weights, options: NetOptions) -> float:
    hidden, hidden_bias, output, output_bias = parameters
    answers = np.maximum(inputs @ hidden + hidden_bias, 0) @ output + output_bias
    logs = log_softmax(answers[:, :4])
    target = np.eye(4)[labels] * (1 - options.smoothing) + options.smoothing / 4
    own = -(target * logs).sum(axis=1)
    own += 0.5 * np.square(answers[:, 4:] - ANCHORS[labels]).sum(axis=1)
    half = len(labels) // 2
    one, other = logs[:half], logs[half:]
    apart = ((np.exp(one) - np.exp(other)) * (one - other)).sum(axis=1)
    return float((own * weights).mean() + options.agreement * (apart * weights[:half]).mean())


def test_the_gradients_are_those_of_the_loss() -> None:
    rng = np.random.default_rng(0)
    inputs = rng.standard_normal((6, 7)).astype(np.float32)
    labels = np.tile([0, 3, 1], 2)
    weights = np.tile([0.5, 1.0, 2.0], 2).astype(np.float32)
    parameters = [part.astype(np.float64) for part in _initial(7, PLAIN.hidden, rng)]
    gradients = _gradients(parameters, (inputs, labels, weights), rng, PLAIN)
    for part, gradient in zip(parameters, gradients, strict=True):
        for place in np.ndindex(part.shape):
            step = 1e-5
            part[place] += step
            above = loss(parameters, inputs, labels, weights, PLAIN)
            part[place] -= 2 * step
            below = loss(parameters, inputs, labels, weights, PLAIN)
            part[place] += step
            assert gradient[place] == pytest.approx((above - below) / (2 * step), abs=2e-4)


def test_two_views_of_a_clip_are_answered_alike_where_that_is_asked_for() -> None:
    rng = np.random.default_rng(1)
    clips = 200
    mood = rng.integers(4, size=clips)
    shared = np.eye(4)[mood] + rng.normal(0, 0.6, (clips, 4))
    views = [np.hstack([shared, rng.normal(0, 2, (clips, 4))]) for _ in range(2)]
    inputs = np.concatenate(views).astype(np.float32)
    others = np.r_[clips : 2 * clips, :clips][:, None]
    examples = Examples(inputs, np.tile(mood, 2), np.ones(2 * clips, np.float32), others)

    def apart(agreement: float) -> float:
        options = NetOptions(hidden=32, members=1, agreement=agreement)
        answers = np.exp(log_softmax(train_net(examples, 0, options)(inputs)[:, :4]))
        return float(np.abs(answers[:clips] - answers[clips:]).mean())

    assert apart(2.0) < 0.8 * apart(0.0)
