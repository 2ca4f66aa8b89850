"""The graph of a turn, on one screen."""

from __future__ import annotations

from typing import Any

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph

from coach.graph.nodes import Nodes
from coach.graph.state import State
from coach.graph.turn import Turn

Graph = CompiledStateGraph[State, Turn, State, State]


def build(nodes: Nodes, saver: BaseCheckpointSaver[Any] | None = None) -> Graph:
    """Return guard → settle → agent ⇄ tools → proof, a tools task per call; nodes name what follows them."""
    graph = StateGraph(State, context_schema=Turn)
    graph.add_node("guard", nodes.guard, destinations=("settle", "proof"))
    graph.add_node("settle", nodes.settle, destinations=("agent", "tools", "proof"))
    graph.add_node("agent", nodes.agent, destinations=("tools", "proof"))
    graph.add_node("tools", nodes.tools, destinations=("agent",))
    graph.add_node("proof", nodes.proof)
    graph.add_edge(START, "guard")
    graph.add_edge("proof", END)
    return graph.compile(checkpointer=saver)
