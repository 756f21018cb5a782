"""The command line: every command says what it did, or one sentence about why it could not."""

from __future__ import annotations

import asyncio
import secrets
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from assist import __version__
from assist.batch.commands import app as score_app
from assist.config import Settings, load_settings, settings_markdown
from assist.emotion.training.commands import app as emotion_app
from assist.errors import AssistError, ConfigError, StoreError
from assist.guidance.commands import app as guidance_app
from assist.guidance.commands import playbook_app

app = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__)
db_app = typer.Typer(no_args_is_help=True, help="The database: up to date, checked, copied.")
models_app = typer.Typer(help="The models: what is there, fetched and verified.")
app.add_typer(models_app, name="models", invoke_without_command=True)
app.add_typer(score_app, name="score")
app.add_typer(db_app, name="db")
app.add_typer(emotion_app, name="emotion")
app.add_typer(guidance_app, name="guidance")
app.add_typer(playbook_app, name="playbook")

_out = Console()
_err = Console(stderr=True)

BackupFile = Annotated[Path, typer.Argument(help="The backup, an SQLite file.")]
Channels = Annotated[
    str | None,
    typer.Option(
        help="Role of each channel in order: agent, caller or mixed. "
        "Two channels are agent,caller by default, one is mixed."
    ),
]
Language = Annotated[str | None, typer.Option(help="tr, en or auto; the setting by default.")]


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port; 0 takes any free one.")] = None,
    play: Annotated[
        str | None, typer.Option(help="A sample to play as a live call once the server is ready.")
    ] = None,
) -> None:
    """Start the server; the agent's page is at the printed address."""
    from assist.server.serve import serve as run_server

    settings = _with(load_settings(), host=host, port=port)
    run_server(settings, on_ready=_print_address, play=play)


def _print_address(url: str, first: str | None) -> None:
    _out.print(f"\n  The agent's page: [bold]{url}[/bold]   (Ctrl-C stops)\n")
    if first:
        _out.print(
            "  Nobody has to sign in yet. To change that, make the first administrator by this\n"
            f"  link, which can be used once:\n\n  {first}\n",
            soft_wrap=True,
        )


def _with(settings: Settings, **server: object) -> Settings:
    changes = {name: value for name, value in server.items() if value is not None}
    return settings.model_copy(update={"server": settings.server.model_copy(update=changes)})


@app.command()
def administrator(
    name: Annotated[str, typer.Argument(help="A new user's name, or one whose password is lost.")],
    password: Annotated[
        str,
        typer.Option(
            prompt=True, hide_input=True, confirmation_prompt=True, envvar="ASSIST_PASSWORD"
        ),
    ],
) -> None:
    """Make an administrator, or give one a new password, while the server is stopped."""
    from assist.server.people import administer

    asyncio.run(administer(load_settings(), name, password))
    _out.print(f"{name} can sign in as an administrator.", markup=False)


@app.command()
def call(
    file: Annotated[Path, typer.Argument(help="A recording: wav, flac, mp3, ogg, m4a.")],
    server: Annotated[
        str | None, typer.Option(help="The server, as in ws://127.0.0.1:8765.")
    ] = None,
    speed: Annotated[float, typer.Option(min=0, help="1 is real time; 0 as fast as can be.")] = 1.0,
    channels: Channels = None,
    language: Language = None,
    agent: Annotated[str, typer.Option(help="Who takes the call.")] = "",
    customer: Annotated[str, typer.Option(help="The customer's reference.")] = "",
    call_id: Annotated[str, typer.Option(help="The call's id; a new one by default.")] = "",
    encoding: Annotated[str, typer.Option(help="pcm_s16le, mulaw or alaw.")] = "pcm_s16le",
    separate_legs: Annotated[bool, typer.Option(help="Each channel as a leg of its own.")] = False,
    token: Annotated[
        str,
        typer.Option(
            envvar="ASSIST_TOKEN", help="A token for the console, where the server has users."
        ),
    ] = "",
) -> None:
    """Play a recording into a running server, as a telephony system would, and watch it."""
    from assist.audio.files import open_recording
    from assist.audio.frames import Encoding
    from assist.audio.roles import channel_roles
    from assist.terminal import play_and_watch

    settings = load_settings()
    recording = open_recording(file)
    address = server or f"ws://{settings.server.host}:{settings.server.port}"
    if encoding not in set(Encoding):
        raise ConfigError(f'"{encoding}" is no encoding; use {", ".join(Encoding)}.')
    asyncio.run(
        play_and_watch(
            recording,
            address,
            call_id or f"{file.stem}-{secrets.token_hex(4)}",
            _out,
            roles=channel_roles(recording, channels),
            language=language or settings.speech.language,
            agent=agent,
            customer=customer,
            speed=speed,
            encoding=Encoding(encoding),
            separate_legs=separate_legs,
            token=token,
        )
    )
    if recording.warning:
        _err.print(recording.warning, style="yellow", markup=False, soft_wrap=True)


@db_app.command("upgrade")
def db_upgrade() -> None:
    """Bring the tables to this version; the server does it too when it starts."""
    from assist.store import upkeep

    before, after = upkeep.upgrade(load_settings().store.url)
    _out.print(f"The tables are at {after}{', as before' if before == after else ''}.")


@db_app.command("check")
def db_check() -> None:
    """Say what is in the database and whether anything is wrong with it."""
    from assist.store import upkeep

    health = upkeep.check(load_settings().store.url)
    _out.print(f"{health.name}, tables at {health.revision or 'nothing'}", soft_wrap=True)
    for table, rows in health.rows.items():
        _out.print(f"{rows:>12} {table}")
    if health.troubles:
        raise StoreError(" ".join(health.troubles))
    _out.print("Nothing is wrong with it.")


@db_app.command("reindex")
def db_reindex() -> None:
    """Derive anew from the events what search knows of every call."""
    from assist.store import upkeep

    _out.print(f"Search knows {upkeep.reindex(load_settings().store.url)} calls anew.")


@db_app.command("backup")
def db_backup(file: BackupFile) -> None:
    """Copy the database to FILE, also while the server runs."""
    from assist.store import upkeep

    rows = upkeep.backup(load_settings().store.url, file)
    _out.print(f"Copied {rows['calls']} calls with {rows['events']} events.")


@db_app.command("restore")
def db_restore(file: BackupFile) -> None:
    """Fill an empty database from FILE; it may be of the other kind than the one copied."""
    from assist.store import upkeep

    rows = upkeep.restore(load_settings().store.url, file)
    _out.print(f"Restored {rows['calls']} calls with {rows['events']} events.")


@db_app.command("labels")
def db_labels(
    folder: Annotated[Path, typer.Argument(help="Folder for the labelled examples.")],
) -> None:
    """Write what people corrected as examples to evaluate and train with."""
    from assist.store.labels import export_labels

    done = export_labels(load_settings(), folder)
    _out.print(f"Wrote {done.clips} clips of voices and {done.sentences} sentences.")
    if done.silent:
        _err.print(f"{done.silent} corrected tones have no recording.", style="yellow")


@models_app.callback()
def models(context: typer.Context) -> None:
    """List the models with licence, size, hash and card."""
    if context.invoked_subcommand is not None:
        return
    from assist.models import list_models

    table = Table("model", "part", "licence", "size", "SHA-256", "card", "state")
    for model in list_models(load_settings().models):
        size = f"{model.bytes / 1e6:.1f} MB"
        table.add_row(
            model.name, model.part, model.licence, size, model.sha256[:12], model.card, model.state
        )
    _out.print(table)


@models_app.command()
def fetch() -> None:
    """Fetch what is missing or damaged, and verify it."""
    from assist.models import fetch as fetch_models

    path = fetch_models(load_settings().models, lambda text: _out.print(text, markup=False))
    _out.print(f"The recogniser is ready: {path}", markup=False)


@app.command()
def settings(
    markdown: Annotated[bool, typer.Option(help="Print docs/settings.md anew.")] = False,
) -> None:
    """Every setting with its present value, default and meaning."""
    if markdown:
        sys.stdout.write(settings_markdown())
        return
    table = Table("setting", "value", "meaning")
    for group_name, group in load_settings():
        for name, field in type(group).model_fields.items():
            table.add_row(f"{group_name}.{name}", str(getattr(group, name)), field.description)
    _out.print(table)


@app.command()
def version() -> None:
    """Print the version."""
    _out.print(__version__)


def main() -> None:
    """Run the command line; an error of the user's is one line and an exit code."""
    try:
        app()
    except AssistError as error:
        _err.print(str(error), style="red", markup=False, soft_wrap=True)
        raise SystemExit(error.exit_code) from None
