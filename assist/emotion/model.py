"""The tone model: what a window's measures say, run by onnxruntime.

The file has the inputs `measures` (windows, features + 1: the measures and the level),
`baseline` (windows, features + 1: the caller's own) and `count` (windows, 1: how much calm
speech is behind the baseline, in clips; 0 without one). Its outputs are `logits` (windows, 4)
over evenly frequent classes, `dimensions` (windows, 2: valence and arousal, −1…1) and
`novelty` (windows,). Taking the baseline out and standardising are part of the graph.
Metadata under the key `tone` holds names, temperature, priors and thresholds as JSON.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec
import numpy as np
import onnxruntime
from numpy.typing import NDArray

from assist.emotion.features import NAMES
from assist.emotion.spectrum import Floats
from assist.errors import ModelError
from assist.events import ToneLabel

CLASSES: Final = (ToneLabel.ANGRY, ToneLabel.HAPPY, ToneLabel.SAD, ToneLabel.NEUTRAL)
"""Order of the model's logits."""


class ToneMetadata(msgspec.Struct, frozen=True, kw_only=True):
    """What a tone model says about itself.

    `temperature` divides the logits; `priors` are the shares of the four classes expected in
    a call centre; `novelty` is the distance above which a voice is unlike all training data;
    `usual` (features + 1) are the measures of calm speech in the training data and `spread`
    (features + 1) how much those of one calm speaker differ from window to window; `encoder`
    names the recogniser whose encoding stands between measures and level, "" for none.
    """

    names: tuple[str, ...]
    classes: tuple[str, ...]
    temperature: float
    priors: tuple[float, ...]
    novelty: float
    usual: tuple[float, ...]
    spread: tuple[float, ...]
    corpora: tuple[str, ...]
    seed: int
    encoder: str = ""


class Estimates(msgspec.Struct, frozen=True):
    """Answers for several windows: calibrated `logits` (n, 4) over evenly frequent classes,
    `dimensions` (n, 2) valence and arousal −1…1, `novelty` (n,) distance from the training data.
    """

    logits: NDArray[np.float64]
    dimensions: NDArray[np.float64]
    novelty: NDArray[np.float64]


class ToneModel:
    """A loaded model; immutable, shared by all calls of a process, safe to use from threads."""

    def __init__(
        self, session: onnxruntime.InferenceSession, meta: ToneMetadata, name: str
    ) -> None:
        self._session = session
        self.meta = meta
        self.name = name
        self.usual = np.array(meta.usual, np.float32)
        self.spread = np.array(meta.spread, np.float32)
        self.log_priors = np.log(np.array(meta.priors, np.float64))

    @classmethod
    def load(cls, path: Path) -> ToneModel:
        """Load an ONNX file made by `assist emotion train`.

        Raises `ModelError` when it is missing, damaged or made for other measures.
        """
        if not path.is_file():
            raise ModelError(
                f"The tone model {path} does not exist; train one with `assist emotion train` "
                "or correct the setting models.tone."
            )
        content = path.read_bytes()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 4  # a damaged file is reported here, not on the console
        try:
            session = onnxruntime.InferenceSession(
                content, options, providers=["CPUExecutionProvider"]
            )
            stored = session.get_modelmeta().custom_metadata_map["tone"]
            meta = msgspec.json.decode(stored, type=ToneMetadata)
        except KeyError:
            raise ModelError(
                f"{path} is not a tone model; train one with `assist emotion train`."
            ) from None
        except Exception as error:
            raise ModelError(
                f"The tone model {path} cannot be loaded ({error}); replace it."
            ) from error
        if meta.names != NAMES or meta.classes != tuple(CLASSES):
            raise ModelError(
                f"The tone model {path} was trained on other measures than this version takes; "
                "train it anew with `assist emotion train`."
            )
        return cls(session, meta, f"tone {hashlib.sha256(content).hexdigest()[:8]}")

    @classmethod
    def load_for(cls, encoder: str, paths: Sequence[Path]) -> ToneModel:
        """The first of `paths` that can be used with the recogniser's `encoder`.

        Raises `ModelError` when there is none.
        """
        for path in paths:
            model = cls.load(path)
            if model.meta.encoder in ("", encoder):
                return model
        raise ModelError(
            f"The tone model {paths[-1]} was trained with the recogniser {model.meta.encoder}, not "
            f"with {encoder}; set models.recognizer to that one, or leave models.tone empty."
        )

    def estimate(self, measures: Floats, baseline: Floats, count: float) -> Estimates:
        """Judge windows: `measures` (n, features + 1) against one `baseline` (features + 1,).

        `count` calm clips are behind the baseline; with 0 it is not looked at.
        """
        windows = len(measures)
        logits, dimensions, novelty = self._session.run(
            ["logits", "dimensions", "novelty"],
            {
                "measures": measures.astype(np.float32),
                "baseline": np.broadcast_to(baseline, measures.shape).astype(np.float32),
                "count": np.full((windows, 1), count, np.float32),
            },
        )
        return Estimates(
            np.asarray(logits, np.float64) / self.meta.temperature,
            np.clip(np.asarray(dimensions, np.float64), -1, 1),
            np.asarray(novelty, np.float64),
        )


def softmax(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    """Probabilities along the last axis."""
    shifted = np.exp(logits - logits.max(axis=-1, keepdims=True))
    result: NDArray[np.float64] = shifted / shifted.sum(axis=-1, keepdims=True)
    return result
