"""What the tests of several rooms need: sample calls, models, data kept outside the project."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from assist.call import Engine
from assist.config import Settings
from assist.models import fetch

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def settings() -> Settings:
    return Settings()


@pytest.fixture(scope="session")
def engine(settings: Settings) -> Engine:
    """The real models, fetched when they are not there yet."""
    fetch(settings.models, lambda _: None)
    return Engine.load(settings)


@pytest.fixture(scope="session")
def samples() -> Path:
    return ROOT / "audio_samples"


@pytest.fixture(scope="session")
def data() -> Path:
    """Recordings that cannot be part of the project."""
    path = Path(os.environ.get("ASSIST_TEST_DATA", ROOT.parent / "shared" / "data"))
    if not path.is_dir():
        pytest.skip(f"no test data at {path}; set ASSIST_TEST_DATA to the folder")
    return path
