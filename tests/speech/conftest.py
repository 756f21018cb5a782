"""The real models of the room, loaded once; fetched when they are not there yet."""

from __future__ import annotations

import pytest

from assist.config import Settings
from assist.models import fetch
from assist.speech.turns import VadModel
from assist.speech.whisper import Recognizer


@pytest.fixture(scope="session")
def vad() -> VadModel:
    return VadModel.load()


@pytest.fixture(scope="session")
def recognizer(settings: Settings) -> Recognizer:
    fetch(settings.models, lambda _: None)
    return Recognizer.load(settings.models, settings.speech)
