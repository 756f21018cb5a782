"""Databases of both kinds; PostgreSQL is a real one, started for the tests."""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from assist.config import StoreSettings

_NUMBERS = itertools.count()


def _binary(name: str) -> Path | None:
    """PostgreSQL's own programs: on the path, or where Debian puts them."""
    debian = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    found = debian[-1] if debian else shutil.which(name)
    return Path(found) if found else None


def _run(*command: str | Path) -> None:
    """Run one of them; it refuses to run as root, so then as the user that Debian made for it."""
    user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
    words = [*(user if os.getuid() == 0 else []), *map(str, command)]
    done = subprocess.run(words, capture_output=True, text=True, cwd="/", check=False)
    assert done.returncode == 0, done.stderr + done.stdout


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The socket folder of a PostgreSQL that lasts as long as the tests."""
    initdb, control = _binary("initdb"), _binary("pg_ctl")
    if initdb is None or control is None:
        pytest.skip("PostgreSQL is not installed (Debian: apt install postgresql)")
    folder = Path(tempfile.mkdtemp(prefix="assist-postgres-"))
    if os.getuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    data = folder / "data"
    _run(initdb, "-D", data, "-A", "trust", "-U", "assist", "-E", "UTF8", "--locale=C.UTF-8")
    options = f"-c listen_addresses='' -k {folder}"
    _run(control, "-D", data, "-l", folder / "log", "-o", options, "-w", "start")
    try:
        yield str(folder)
    finally:
        _run(control, "-D", data, "-m", "immediate", "-w", "stop")
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgres_url(postgres: str) -> str:
    """An empty database."""
    name = f"calls_{next(_NUMBERS)}"
    server = f"host={postgres} user=assist dbname=postgres"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return f"postgresql://assist@/{name}?host={postgres}"


@pytest.fixture
def sqlite_settings(tmp_path: Path) -> StoreSettings:
    """A file of its own."""
    return StoreSettings(url=f"sqlite:///{tmp_path}/var/assist.db")


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest) -> StoreSettings:
    """One of each kind."""
    if request.param == "postgresql":
        return StoreSettings(url=request.getfixturevalue("postgres_url"))
    settings: StoreSettings = request.getfixturevalue("sqlite_settings")
    return settings
