"""Drivers: what feeds sessions and answers their jobs."""
