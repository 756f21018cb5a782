"""Users, sessions, tokens and invitations as they are kept, and the record of what people did."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
from sqlalchemy import Connection, bindparam, delete, insert, select, update

from assist.store.tables import audit, invitations, sessions, tokens, users
from assist.store.writer import Write


class User(msgspec.Struct, frozen=True):
    """A person who signs in; `agent` is the name that the person's calls carry.

    `password` is a hash, empty until one has been chosen. Whoever is disabled stays in the list.
    """

    name: str
    role: str
    team: str
    agent: str
    password: str
    created_at: datetime
    disabled_at: datetime | None = None


class Session(msgspec.Struct, frozen=True):
    """A sign-in that lasts; `key` is the hash of what the browser holds."""

    key: str
    user: str
    created_at: datetime
    expires_at: datetime


class Token(msgspec.Struct, frozen=True):
    """What a machine signs in with; `key` is the hash of it."""

    name: str
    key: str
    role: str
    created_at: datetime
    revoked_at: datetime | None = None


class Invitation(msgspec.Struct, frozen=True):
    """A one-time link: for `user` to choose a password, or to make the first user if empty."""

    key: str
    user: str
    expires_at: datetime


class Done(msgspec.Struct, frozen=True):
    """One line of the record: who did what to whom or what."""

    number: int
    at: datetime
    who: str
    action: str
    about: str
    detail: str


class People(msgspec.Struct, frozen=True):
    """Everybody and everything that may sign in."""

    users: tuple[User, ...]
    sessions: tuple[Session, ...]
    tokens: tuple[Token, ...]
    invitations: tuple[Invitation, ...]


def people(connection: Connection) -> People:
    """What is kept now."""
    return People(
        tuple(User(*row) for row in connection.execute(select(users).order_by(users.c.name))),
        tuple(Session(*row) for row in connection.execute(select(sessions))),
        tuple(Token(*row) for row in connection.execute(select(tokens).order_by(tokens.c.name))),
        tuple(Invitation(*row) for row in connection.execute(select(invitations))),
    )


def record_of_people(connection: Connection, before: int, limit: int) -> list[Done]:
    """The latest lines with a number below `before`, newest first."""
    query = select(audit).where(audit.c.number < before).order_by(audit.c.number.desc())
    return [Done(*row) for row in connection.execute(query.limit(limit))]


_ADD_USER = insert(users)
_CHANGE_USER = (
    update(users)
    .where(users.c.name == bindparam("of"))
    .values(
        role=bindparam("new_role"),
        team=bindparam("new_team"),
        agent=bindparam("new_agent"),
        password=bindparam("new_password"),
        disabled_at=bindparam("new_disabled_at"),
    )
)
_ADD_SESSION = insert(sessions)
_END_SESSION = delete(sessions).where(sessions.c.key == bindparam("ended"))
_END_SESSIONS = delete(sessions).where(sessions.c.user == bindparam("of"))
_ADD_TOKEN = insert(tokens)
_REVOKE = update(tokens).where(tokens.c.name == bindparam("of")).values(revoked_at=bindparam("now"))
_INVITE = insert(invitations)
_USED = delete(invitations).where(invitations.c.user == bindparam("of"))
_NOTE = insert(audit)


def added_user(user: User) -> Write:
    """A user who was not there."""
    return Write(_ADD_USER, msgspec.structs.asdict(user))


def changed_user(user: User) -> Write:
    """A user as they are now."""
    changed = ("role", "team", "agent", "password", "disabled_at")
    return Write(
        _CHANGE_USER,
        {"of": user.name, **{f"new_{name}": getattr(user, name) for name in changed}},
    )


def begun_session(session: Session) -> Write:
    """A sign-in."""
    return Write(_ADD_SESSION, msgspec.structs.asdict(session))


def ended_session(key: str) -> Write:
    """A sign-out."""
    return Write(_END_SESSION, {"ended": key})


def ended_sessions(user: str) -> Write:
    """All sign-ins of a user are over."""
    return Write(_END_SESSIONS, {"of": user})


def added_token(token: Token) -> Write:
    """A token that was not there."""
    return Write(_ADD_TOKEN, msgspec.structs.asdict(token))


def revoked_token(name: str, now: datetime) -> Write:
    """A token that opens nothing any more."""
    return Write(_REVOKE, {"of": name, "now": now})


def invited(invitation: Invitation) -> Write:
    """A one-time link."""
    return Write(_INVITE, msgspec.structs.asdict(invitation))


def links_used(user: str) -> Write:
    """All links of a user (those that make the first one for the empty name) are used up."""
    return Write(_USED, {"of": user})


def done(who: str, action: str, about: str = "", detail: str = "") -> Write:
    """A line of the record."""
    row = {"at": datetime.now(UTC), "who": who, "action": action, "about": about, "detail": detail}
    return Write(_NOTE, row)
