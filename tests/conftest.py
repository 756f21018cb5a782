"""What the tests of several rooms need: sample calls, models, data kept outside the project."""

from __future__ import annotations

import os
from pathlib import Path

import hypothesis
import pytest

from assist.call import Engine
from assist.config import Settings
from assist.models import fetch

ROOT = Path(__file__).parent.parent

# Every run tries the same examples, so that a run fails for what was changed and for nothing
# else. HYPOTHESIS_PROFILE=search looks further, for whoever wants to find something new.
hypothesis.settings.register_profile("same", derandomize=True, deadline=None)
hypothesis.settings.register_profile("search", max_examples=1000, deadline=None)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))


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
