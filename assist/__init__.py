"""Agent assist for call centres: live words, the caller's tone, and what to say next."""

__version__ = "0.1.0"
