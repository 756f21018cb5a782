"""A spoken call of half a minute and an engine that recognises without a recogniser."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from assist.audio.files import open_recording
from assist.call import Engine
from assist.config import ModelSettings
from assist.emotion.model import ToneModel
from assist.models import tone_model_paths
from tests.fakes import FakeRecognizer


@pytest.fixture(scope="session")
def fake_engine(engine: Engine) -> Engine:
    """Real voice activity, tone and playbooks; made-up words."""
    tone = ToneModel.load(tone_model_paths(ModelSettings())[-1])
    return replace(engine, recognizer=FakeRecognizer(), tone=tone, encoder=None)  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def speech(samples: Path) -> NDArray[np.int16]:
    """(samples, 2) at 16 kHz: agent and caller."""
    blocks = list(open_recording(samples / "en_escalating.flac").blocks())
    return np.concatenate(blocks)[: 30 * 16_000]
