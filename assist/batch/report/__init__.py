"""The report on a folder of results: one HTML page that needs nothing else."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Final

from assist.batch.manifest import Manifest
from assist.batch.report.figures import Figures, gather
from assist.batch.report.page import Page
from assist.batch.report.quotes import shown
from assist.batch.report.texts import TEXTS, Say
from assist.batch.tables import current, write_tables
from assist.errors import AudioError

FILE: Final = "report.html"
MOMENTS: Final = 10
"""Of the worst and of the best, at most."""
LANGUAGES: Final = tuple(TEXTS)


def write_report(manifest: Manifest, language: str, sound: float) -> Path:
    """Write the report of what is finished, whole or not at all; tables that are older than the
    results are written first.

    `language` is "tr", "en", or empty for the one that most calls are in; `sound` is how many
    megabytes of clips the page may hold, none if 0. Raises `AudioError` when the results cannot
    be read or the folder cannot be written.
    """
    if not current(manifest):
        write_tables(manifest)
    figures = gather(manifest, MOMENTS)
    worst, best = shown(manifest, figures.worst, figures.best, sound)
    page = Page(
        figures,
        worst,
        best,
        say=Say(language or _language(figures)),
        made=datetime.now().astimezone(),
        sound=sound,
    )
    path = manifest.folder / FILE
    draft = path.with_name(f"{FILE}.part")
    try:
        with draft.open("w", encoding="utf-8") as file:
            file.writelines(page.parts())
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise AudioError(f"{path} cannot be written: {error.strerror or error}.") from None
    return path


def _language(figures: Figures) -> str:
    """The language of most calls; Turkish where none speaks."""
    return max(LANGUAGES, key=lambda language: figures.languages[language])
