"""Bringing a database to the present tables with alembic."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from assist.errors import StoreError

_FOLDER = Path(__file__).parent / "migrations"


def upgrade(engine: Engine) -> None:
    """Run what is missing, in one transaction; raises `StoreError` if a newer version wrote it."""
    config = _config()
    with engine.begin() as connection:
        _refuse_newer(connection, ScriptDirectory.from_config(config))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def revision(engine: Engine) -> str:
    """Where the tables are; empty where there are none."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() or ""


def newest() -> str:
    """Where this version would bring them."""
    return ScriptDirectory.from_config(_config()).get_current_head() or ""


def _refuse_newer(connection: Connection, scripts: ScriptDirectory) -> None:
    known = {script.revision for script in scripts.walk_revisions()}
    for revision in MigrationContext.configure(connection).get_current_heads():
        if revision not in known:
            raise StoreError(
                f"The database {connection.engine.url.database} was written by a newer version "
                f"(its tables are at {revision}, this version knows {scripts.get_current_head()}); "
                "install that version or set store.url to another path."
            )
