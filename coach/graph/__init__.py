"""The LangGraph agent: from what the athlete says to proven text and stored events."""

import os

# Checkpoints hold plain dicts only; anything else is refused when read. LangGraph looks at this on import.
os.environ["LANGGRAPH_STRICT_MSGPACK"] = "true"
# No tracing service sees a conversation, whatever the environment says.
for _name in ("LANGSMITH_TRACING", "LANGSMITH_TRACING_V2", "LANGCHAIN_TRACING", "LANGCHAIN_TRACING_V2"):
    os.environ[_name] = "false"
