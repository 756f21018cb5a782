"""The line in which everything a call produces waits for its turn."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class _Slot:
    content: Any
    number: int | None = None
    result: Any = field(default=None)
    resolved: bool = True


class ReorderBuffer:
    """Slots in the order of the audio; one leaves only when all before it have left.

    Models answer out of order; what follows from their answers must not, or the events of a
    call would depend on the speed of the machine.
    """

    def __init__(self) -> None:
        self._slots: deque[_Slot] = deque()
        self._waiting: dict[int, _Slot] = {}

    def __len__(self) -> int:
        return len(self._slots)

    def append(self, content: Any) -> None:
        """Something that needs no answer."""
        self._slots.append(_Slot(content))

    def reserve(self, number: int, content: Any) -> None:
        """A place for the answer to job `number`."""
        slot = _Slot(content, number, resolved=False)
        self._slots.append(slot)
        self._waiting[number] = slot

    def resolve(self, number: int, result: Any) -> None:
        """The answer to job `number`; raises `KeyError` when nothing waits for it."""
        slot = self._waiting.pop(number)
        slot.result, slot.resolved = result, True

    def release(self) -> Iterator[tuple[Any, Any]]:
        """Everything whose turn has come, as (content, result)."""
        while self._slots and self._slots[0].resolved:
            slot = self._slots.popleft()
            yield slot.content, slot.result
