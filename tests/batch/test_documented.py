"""The examples of the documents work on a folder as a run leaves it."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from assist.batch.manifest import Manifest
from assist.batch.tables import SCHEMAS, write_tables
from tests.batch.results import Results
from tests.test_docs import ROOT, Document

PAGE = Document.read(ROOT / "docs" / "batch.md")


def examples(kind: str, word: str) -> list[str]:
    """The code of a kind that has the word in it."""
    return [body for found, body in PAGE.blocks if found == kind and word in body]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the examples look for `results/`."""
    results = Results(tmp_path / "results")
    results.add("one", agent="Daniel", started_at="2026-03-01T09:30:00+03:00")
    results.add("two", agent="Priya")
    results.fail("broken", "It is no recording.")
    with Manifest(results.folder) as manifest:
        write_tables(manifest)
    monkeypatch.chdir(tmp_path)
    return results.folder


def test_the_polars_examples_run(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = examples("python", "polars")
    assert found
    for code in found:
        exec(compile(code, "docs/batch.md", "exec"), {})
        shown = capsys.readouterr().out
        assert "one" in shown and "two" in shown and "broken" not in shown


def test_the_duckdb_examples_run(folder: Path) -> None:
    found = examples("sql", "results/")
    assert found
    for code in found:
        with duckdb.connect() as connection:
            rows = connection.execute(code).fetchall()
        assert rows == [("delivery/late", 2, 1.0)]


def test_the_tables_are_described_as_they_are() -> None:
    (table,) = [rows for rows in PAGE.tables if rows[0][:2] == ["table", "a row is"]]
    described = {row[0].strip("`"): row[2].split(", ") for row in table[1:]}
    assert described == {f"{name}.parquet": schema.names for name, schema in SCHEMAS.items()}
