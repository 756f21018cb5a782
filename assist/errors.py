"""The project's errors.

    AssistError                 anything a user can be told in one sentence
    ├── ConfigError             a setting is wrong
    ├── AudioError              a recording or audio stream cannot be used
    ├── ProtocolError           a telephony or browser client broke its protocol
    ├── ModelError              a model is missing, cut, or of the wrong kind
    ├── PlaybookError           a playbook file is wrong (file, line, reason)
    ├── StoreError              the database cannot be used
    ├── AccessError             somebody is not known, or may not do this
    └── ClusterError            the machines that should score recordings cannot

Every message says what was wrong, where, and what to do. The command line prints it as one
line and exits with `exit_code`; a websocket closes with it as the reason. A traceback is
only ever shown for a mistake of ours.
"""

from __future__ import annotations


class AssistError(Exception):
    """Base of every error that is shown to a user as one sentence."""

    exit_code = 1


class ConfigError(AssistError):
    """A setting has a wrong value or contradicts another."""

    exit_code = 2


class AudioError(AssistError):
    """A recording or an audio stream cannot be used."""

    exit_code = 3


class ProtocolError(AssistError):
    """A client broke its protocol; `close_code` is the websocket close code."""

    exit_code = 4

    def __init__(self, message: str, close_code: int = 1008) -> None:
        super().__init__(message)
        self.close_code = close_code


class ModelError(AssistError):
    """A model is missing, damaged, or of the wrong kind."""

    exit_code = 5


class PlaybookError(AssistError):
    """A playbook file is wrong; the message names file, line and reason."""

    exit_code = 6


class StoreError(AssistError):
    """The database cannot be opened, read or written."""

    exit_code = 7


class AccessError(AssistError):
    """Somebody is not signed in, or may not do what was asked.

    `status` is that of an HTTP answer (401, 403, 429); a websocket closes with 4000 more.
    """

    exit_code = 8

    def __init__(self, message: str, status: int = 403) -> None:
        super().__init__(message)
        self.status = status
        self.close_code = 4000 + status


class ClusterError(AssistError):
    """The cluster cannot be reached, was lost, or has a worker that cannot take part."""

    exit_code = 9
