"""Moved to coach.store.history, where charts reach it."""

from coach.store.history import history_of

__all__ = ["history_of"]
