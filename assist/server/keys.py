"""Secrets that a setting holds, or the file that it names."""

from __future__ import annotations

from pathlib import Path

from pydantic import SecretStr

from assist.errors import ConfigError


def secret_of(value: SecretStr | None, file: Path | None, setting: str) -> str:
    """The secret of `setting`, from its file if one is named; empty where there is neither.

    Raises `ConfigError` when the file cannot be read or what it has is no secret.
    """
    if file is None:
        secret = value.get_secret_value() if value else ""
    else:
        try:
            secret = file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is no text"
            raise ConfigError(
                f"The file {file} ({setting}_file) cannot be read: {reason}."
            ) from None
    if not secret.isascii() or not secret.isprintable():
        raise ConfigError(f"The secret {setting} must be one line of plain characters.")
    return secret
