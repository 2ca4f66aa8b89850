"""Conversations as the graph's tests open them."""

from graph.conftest import open_chat, tools

__all__ = ["open_chat", "tools"]
