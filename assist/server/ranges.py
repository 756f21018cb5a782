"""Files that are answered whole or in the part that a player asks for."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

_RANGE: Final = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


def part_of_file(
    request: Request, size: int, read: Callable[[int, int], Iterator[bytes]], media_type: str
) -> Response:
    """`size` bytes, or the part that `Range` names, from `read(start, end)`.

    Anything but one range of bytes counts as none, which a server may do (RFC 9110, 14.2).
    """
    headers = {"accept-ranges": "bytes", "cache-control": "no-store"}
    asked = _RANGE.fullmatch(request.headers.get("range", ""))
    start, end, status = 0, size, 200
    if asked and (asked[1] or asked[2]):
        first, last = asked.groups()
        start = int(first) if first else max(0, size - int(last))
        end = min(size, int(last) + 1) if first and last else size
        if start >= end:
            headers["content-range"] = f"bytes */{size}"
            return Response(status_code=416, headers=headers)
        headers["content-range"] = f"bytes {start}-{end - 1}/{size}"
        status = 206
    headers["content-length"] = str(end - start)
    return StreamingResponse(read(start, end), status, headers, media_type)
