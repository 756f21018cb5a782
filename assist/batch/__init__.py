"""Scoring many recordings offline: found, worked on by several processes, written, compared."""
