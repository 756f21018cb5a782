"""The first blocks of the recogniser's encoder, as a small model of their own.

How a voice sounds is heard best in what the lower blocks of Whisper's encoder make of it; the
upper ones keep the words and forget the voice. CTranslate2 gives only the last block's answer,
so the recogniser's file is read, the blocks above `BLOCKS` are left out, and the rest is
loaded, without decoder but for the stump that the file format asks for. Nothing is written.

Format: CTranslate2's model specification, binary version 6 (`python/ctranslate2/specs/
model_spec.py` in its sources): counted strings and numbers, little endian.
"""

from __future__ import annotations

import json
import re
import struct
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import numpy as np

from assist.config import ModelSettings
from assist.errors import ModelError
from assist.events import SAMPLE_RATE
from assist.models import recognizer_path, revision
from assist.speech.mel import FRAMES_PER_SECOND, MAX_FRAMES, Features, LogMel

if TYPE_CHECKING:
    from ctranslate2.models import Whisper

BLOCKS: Final = 2
"""Blocks of the encoder that are kept."""
_VERSION: Final = 6
_DECODER_BLOCKS: Final = 1
_BLOCK = re.compile(r"(encoder|decoder)/layer_(\d+)/")
_EMBEDDINGS: Final = "decoder/embeddings/weight"
_TOKENS: Final = (
    "<|endoftext|>",
    "<|startoftranscript|>",
    "<|startofprev|>",
    "<|en|>",
    "<|transcribe|>",
    "<|nospeech|>",
    "<|notimestamps|>",
    "<|0.00|>",
)


class ShallowEncoder:
    """Loaded once, shared, without state; one thread, safe to use from several."""

    def __init__(self, model: Whisper, name: str) -> None:
        self.name = name
        self._model = model
        self._mel = LogMel(model.n_mels)

    @classmethod
    def load(cls, settings: ModelSettings) -> ShallowEncoder:
        """Take it from the recogniser that is set; raises `ModelError` when that cannot be."""
        from ctranslate2.models import Whisper  # noqa: PLC0415 - the web server never loads it

        folder = recognizer_path(settings)
        try:
            files = {
                "model.bin": _stump((folder / "model.bin").read_bytes()),
                "config.json": (folder / "config.json").read_bytes(),
                "vocabulary.json": json.dumps(_TOKENS).encode(),
            }
            model = Whisper(
                folder.name,
                device="cpu",
                compute_type=settings.compute_type,
                intra_threads=1,
                files=files,
            )
        except (OSError, RuntimeError, ValueError, struct.error) as error:
            reason = next(iter(str(error).splitlines()), type(error).__name__)
            raise ModelError(
                f"The encoder of the recogniser in {folder} cannot be taken out ({reason}); set "
                "models.tone to a tone model that was trained with --no-encoder."
            ) from None
        return cls(model, encoder_name(settings))

    def __call__(self, audio: Features) -> Features:
        """What the blocks make of `audio` (samples,), averaged over time: (width,) float32."""
        from ctranslate2 import StorageView  # noqa: PLC0415

        frames = -(-len(audio) * FRAMES_PER_SECOND // SAMPLE_RATE)
        features = self._mel(audio, min(frames + frames % 2, MAX_FRAMES))
        encoded = self._model.encode(StorageView.from_array(features[None]))
        return np.asarray(np.asarray(encoded)[0].mean(axis=0), np.float32)


def encoder_name(settings: ModelSettings) -> str:
    """What tells the encoder of the recogniser that is set from others."""
    folder = recognizer_path(settings)
    return f"{folder.name} {revision(settings)} {BLOCKS} blocks".replace("  ", " ")


def _stump(content: bytes) -> bytes:
    """The model file `content` with `BLOCKS` blocks of the encoder and next to no decoder."""
    reader = _Reader(content)
    version = reader.number("I")
    if version != _VERSION:
        raise ValueError(f"binary version {version} instead of {_VERSION}")
    head = struct.pack("<I", version) + _text(reader.text()) + struct.pack("<I", reader.number("I"))
    kept = [data for name, data in reader.variables() if _is_kept(name)]
    aliases = content[reader.position :]
    return b"".join([head, struct.pack("<I", len(kept)), *kept, aliases])


def _is_kept(name: str) -> bool:
    found = _BLOCK.match(name)
    limit = {"encoder": BLOCKS, "decoder": _DECODER_BLOCKS}
    return found is None or int(found[2]) < limit[found[1]]


class _Reader:
    """Reads the parts of a model file one after the other."""

    def __init__(self, content: bytes) -> None:
        self.position = 0
        self._content = content

    def number(self, kind: str) -> int:
        (value,) = struct.unpack_from(f"<{kind}", self._content, self.position)
        self.position += struct.calcsize(kind)
        return int(value)

    def text(self) -> str:
        length = self.number("H")
        value = self._content[self.position : self.position + length - 1].decode()
        self.position += length
        return value

    def variables(self) -> Iterator[tuple[str, bytes]]:
        """Names and the bytes that describe and hold each variable."""
        for _ in range(self.number("I")):
            name = self.text()
            shape = [self.number("I") for _ in range(self.number("B"))]
            kind, size = self.number("B"), self.number("I")
            data = self._content[self.position : self.position + size]
            self.position += size
            if name == _EMBEDDINGS:
                data = data[: size // shape[0] * len(_TOKENS)]
                shape = [len(_TOKENS), *shape[1:]]
            yield name, _variable(name, shape, kind, data)


def _variable(name: str, shape: list[int], kind: int, data: bytes) -> bytes:
    sizes = struct.pack(f"<B{len(shape)}I", len(shape), *shape)
    return _text(name) + sizes + struct.pack("<BI", kind, len(data)) + data


def _text(value: str) -> bytes:
    encoded = value.encode() + b"\0"
    return struct.pack("<H", len(encoded)) + encoded
