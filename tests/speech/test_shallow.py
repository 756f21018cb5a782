"""The encoder's first blocks, taken out of the recogniser's file."""

from __future__ import annotations

import numpy as np
import pytest

from assist.config import Settings
from assist.errors import ModelError
from assist.speech import shallow
from assist.speech.shallow import ShallowEncoder, encoder_name
from assist.speech.whisper import Recognizer

BLOCKS_OF_BASE = 6


def hum(hz: float, seconds: float = 2.0) -> np.ndarray:
    time = np.arange(round(seconds * 16_000)) / 16_000
    tone = sum(np.sin(2 * np.pi * hz * k * time) / k for k in range(1, 12))
    return (0.05 * tone * (1 + np.sin(2 * np.pi * 4 * time))).astype(np.float32)


def test_with_all_blocks_it_answers_what_the_recogniser_does(
    recognizer: Recognizer, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shallow, "BLOCKS", BLOCKS_OF_BASE)
    whole = ShallowEncoder.load(settings.models)
    heard = recognizer._listen(hum(150), 200)
    expected = np.asarray(heard.encoded)[0].mean(axis=0)
    np.testing.assert_allclose(whole(hum(150)), expected, atol=1e-4)


def test_two_blocks_tell_voices_apart_and_always_answer_the_same(
    recognizer: Recognizer, settings: Settings
) -> None:
    encoder = ShallowEncoder.load(settings.models)
    low = encoder(hum(110))
    assert low.shape == (512,)
    assert low.tobytes() == encoder(hum(110)).tobytes()
    assert np.abs(low - encoder(hum(220))).max() > 0.1
    assert np.isfinite(encoder(np.zeros(400, np.float32))).all()


def test_the_name_tells_weights_and_depth(settings: Settings) -> None:
    assert encoder_name(settings.models).endswith(f"{shallow.BLOCKS} blocks")


@pytest.mark.parametrize("content", [b"", b"\x05\x00\x00\x00", b"\x06\x00\x00\x00\x0cno model"])
def test_a_file_in_another_format_is_one_sentence(
    settings: Settings, tmp_path, content: bytes
) -> None:
    for name in ("config.json", "tokenizer.json"):
        (tmp_path / name).write_text("{}")
    (tmp_path / "model.bin").write_bytes(content)
    models = settings.models.model_copy(update={"recognizer": str(tmp_path)})
    with pytest.raises(ModelError, match="cannot be taken out"):
        ShallowEncoder.load(models)
