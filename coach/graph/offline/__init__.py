"""The coach that needs no key and no network: a LangChain chat model made of rules."""

from coach.graph.offline.model import OfflineChatModel

__all__ = ["OfflineChatModel"]
