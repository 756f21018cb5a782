"""Who may do what, in one table.

A role has, for each thing that can be done, a reach: the calls of the user's own, those of the
user's team, or all. Whose calls these are goes by the agent's name in the call. What is not in
the table is not allowed.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

import msgspec


class Action(StrEnum):
    """What can be done with the server."""

    SEE = "see"
    """Read calls, live and past, and what is counted from them."""
    HEAR = "hear"
    """Listen to recordings and running calls."""
    MARK = "mark"
    """Say what became of suggestions, write notes, correct what was found."""
    BRING = "bring"
    """Send the audio of calls."""
    WATCH = "watch"
    """See all running calls at a glance, and be told of those that need help."""
    WHISPER = "whisper"
    """Send the agent of a running call a note."""
    REVIEW = "review"
    """Judge scorecards."""
    EXPORT = "export"
    """Take calls out as files, or rate them by another system."""
    MANAGE = "manage"
    """People, their roles, tokens, and what was done with them."""
    MEASURE = "measure"
    """Read the server's figures."""


class Reach(StrEnum):
    """Whose calls an action may touch."""

    OWN = "own"
    TEAM = "team"
    ALL = "all"


_A, _R = Action, Reach

PERMISSIONS: Final[Mapping[str, Mapping[Action, Reach]]] = {
    "agent": {_A.SEE: _R.OWN, _A.HEAR: _R.OWN, _A.MARK: _R.OWN, _A.BRING: _R.OWN},
    "supervisor": {
        _A.SEE: _R.TEAM,
        _A.HEAR: _R.TEAM,
        _A.MARK: _R.TEAM,
        _A.BRING: _R.OWN,
        _A.WATCH: _R.TEAM,
        _A.WHISPER: _R.TEAM,
        _A.REVIEW: _R.TEAM,
        _A.EXPORT: _R.TEAM,
    },
    "administrator": dict.fromkeys(_A, _R.ALL),
    # Machines, by what their token is for
    "telephony": {_A.BRING: _R.ALL},
    "console": {_A.BRING: _R.ALL, _A.SEE: _R.ALL},
    "reader": {_A.SEE: _R.ALL, _A.EXPORT: _R.ALL, _A.MEASURE: _R.ALL},
}
ROLES: Final = ("agent", "supervisor", "administrator")
"""Of people."""
MACHINES: Final = ("telephony", "console", "reader")
"""Of tokens: what brings calls; `assist call`, which shows them too; and what only reads, such as
a CRM or a collector of figures."""


class Reached(msgspec.Struct, frozen=True):
    """The calls an action may touch: those of `agents`, all of them when that is `None`."""

    agents: frozenset[str] | None

    def __contains__(self, agent: str) -> bool:
        return self.agents is None or agent in self.agents


ALL: Final = Reached(None)
NONE: Final = Reached(frozenset())


class Who(msgspec.Struct, frozen=True):
    """Somebody the server knows: a signed-in user, a machine, or anybody where there are no users.

    `agent` is the name that the user's own calls carry, `team` the names of the user's team.
    """

    name: str
    role: str
    agent: str = ""
    team: frozenset[str] = frozenset()

    def may(self, action: Action) -> bool:
        """Whether this can be done at all."""
        return action in PERMISSIONS.get(self.role, {})

    def reach(self, action: Action) -> Reached:
        """Which calls it may be done with."""
        match PERMISSIONS.get(self.role, {}).get(action):
            case Reach.ALL:
                return ALL
            case Reach.TEAM:
                return Reached(self.team)
            case Reach.OWN:
                return Reached(frozenset({self.agent}) if self.agent else frozenset())
            case None:
                return NONE


ANYBODY: Final = Who("", "administrator")
"""Who uses a server without users; it answers on the loopback address alone."""
