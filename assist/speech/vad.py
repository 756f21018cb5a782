"""Voice activity, block by block: Silero VAD v6 with its state carried from block to block.

The network sees 512 new samples (32 ms) behind the 64 samples before them, and hands on the
state of its LSTM. Run this way, a stream gives exactly the probabilities that one pass over
the whole recording gives. Source: Silero Team, "Silero VAD" (MIT licence); the weights come
with the faster-whisper package.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assist.events import SAMPLE_RATE
from assist.models import vad_path

BLOCK = 512
"""Samples of one block."""
BLOCK_SECONDS = BLOCK / SAMPLE_RATE

_CONTEXT = 64
_STATE_SHAPE = (1, 1, 128)

Samples = NDArray[np.float32]


def _zeros() -> Samples:
    return np.zeros(_STATE_SHAPE, dtype=np.float32)


@dataclass(slots=True)
class VadState:
    """What the network remembers of one channel: LSTM state and the last 64 samples."""

    hidden: Samples = field(default_factory=_zeros)
    cell: Samples = field(default_factory=_zeros)
    context: Samples = field(default_factory=lambda: np.zeros(_CONTEXT, dtype=np.float32))


class VadModel:
    """The network, shared by all channels and safe to use from several threads."""

    name = "silero-vad v6"

    def __init__(self, path: Path) -> None:
        # The web server's process imports this module for its types and never loads a model.
        import onnxruntime  # noqa: PLC0415

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False
        options.log_severity_level = 4
        self._session = onnxruntime.InferenceSession(
            str(path), options, providers=["CPUExecutionProvider"]
        )

    @classmethod
    def load(cls) -> VadModel:
        """Load the weights; raises `ModelError` when they are missing."""
        return cls(vad_path())

    def probability(self, state: VadState, block: Samples) -> float:
        """Probability of speech (0…1) in `block`, shape (512,); moves `state` on."""
        if block.shape != (BLOCK,):
            raise ValueError(f"a block has {BLOCK} samples, not the shape {block.shape}")
        given = np.concatenate([state.context, block])[np.newaxis].astype(np.float32, copy=False)
        probability, state.hidden, state.cell = self._session.run(
            None, {"input": given, "h": state.hidden, "c": state.cell}
        )
        state.context = given[0, -_CONTEXT:].copy()
        return float(probability.ravel()[0])
