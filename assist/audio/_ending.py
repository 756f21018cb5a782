"""Whether the end of a recording is there, for formats whose decoders do not tell."""

from __future__ import annotations

import os
from typing import BinaryIO

_OGG_PAGE = 65_307
"""Bytes of the largest Ogg page (RFC 3533)."""
_UNKNOWN_LENGTH = 0x7FFF_0000
"""Writers that cannot go back to the header put a length of about 2 or 4 GiB there."""

_SLACK = 8
"""Bytes by which writers miscount a whole file, for want of a pad byte or the chunk's header."""


def end_is_missing(file: BinaryIO, container: str) -> bool:
    """True when the file stops before the end that its format announces or marks.

    Knows WAV (the RIFF length) and Ogg (the end-of-stream flag); says False for the others.
    """
    if container == "wav":
        return _riff_is_cut(file)
    return _ogg_is_cut(file) if container == "ogg" else False


def announces_length(file: BinaryIO, container: str) -> bool:
    """Whether the container's duration is written in it rather than guessed from its size."""
    if container != "mp3":
        return container not in ("aac", "amr")
    file.seek(0)
    start = file.read(1 << 16)
    return any(tag in start for tag in (b"Xing", b"Info", b"VBRI"))


def _riff_is_cut(file: BinaryIO) -> bool:
    file.seek(0)
    announced = int.from_bytes(file.read(8)[4:], "little") + 8
    return _size(file) + _SLACK < announced < _UNKNOWN_LENGTH


def _ogg_is_cut(file: BinaryIO) -> bool:
    file.seek(max(0, _size(file) - 2 * _OGG_PAGE))
    tail = file.read()
    page = tail[tail.rfind(b"OggS") :]
    if len(page) < 27 or not page[5] & 4:  # 27 bytes of header, flag 4: end of stream
        return True
    segments = page[27 : 27 + page[26]]
    return len(page) < 27 + page[26] + sum(segments)


def _size(file: BinaryIO) -> int:
    return file.seek(0, os.SEEK_END)
