"""Models behind OpenAI-compatible endpoints: the only module that needs OpenAI's library."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import openai
from langchain_openai import ChatOpenAI
from pydantic import SecretStr

from coach.config import Settings
from coach.graph.model import OPENAI, Endpoint, Reason

LONGEST_WAIT_S = 5.0  # however long a server asks us to wait: the athlete waits too


class FastChatOpenAI(ChatOpenAI):
    """ChatOpenAI without the SDK's walk through every message.

    The SDK transforms `messages` and `tools` key by key in Python on the event loop (34 ms for 120 messages);
    what stands in `extra_body` is sent as it is.
    """

    def _get_request_payload(
        self, input_: Any, *, stop: list[str] | None = None, body_of: Any = None, **kwargs: Any
    ) -> dict[str, Any]:
        # What was noted as sent is what is sent: the messages come as they stand in the request.
        payload = super()._get_request_payload(input_ if body_of is None else [], stop=stop, **kwargs)
        messages = payload.pop("messages")
        body = {**(payload.get("extra_body") or {}), "messages": messages if body_of is None else body_of}
        if tools := payload.pop("tools", None):
            body["tools"] = tools
        return {**payload, "messages": [], "extra_body": body}


def endpoints(settings: Settings) -> tuple[tuple[Endpoint, ...], tuple[Callable[[], Any], ...]]:
    """Return the OpenAI-compatible endpoints of the settings and what closes their connections."""
    urls = _listed(settings.openai_base_url) or [OPENAI]
    keys = _listed(settings.openai_api_key.get_secret_value()) or ["none"]
    names = _listed(settings.model)
    found = []
    closers = []
    for i in range(max(len(urls), len(names))):
        url, key, name = (items[min(i, len(items) - 1)] for items in (urls, keys, names))
        client = openai.DefaultAsyncHttpxClient(timeout=settings.model_timeout_s, follow_redirects=False)
        closers.append(client.aclose)
        model = FastChatOpenAI(
            model=name,
            base_url=url,
            api_key=SecretStr(key),
            timeout=settings.model_timeout_s,
            stream_chunk_timeout=settings.model_timeout_s,
            max_retries=0,  # ours, below: they must end before the turn does
            stream_usage=True,
            http_async_client=client,
        )
        host = urlsplit(url).hostname or url
        found.append(Endpoint(host, model, outside=True, judge=judge, takes_body=True))
    return tuple(found), tuple(closers)


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def judge(error: Exception) -> tuple[Reason, float | None]:
    """Return what went wrong and how long to wait before trying again; None: trying again is no use."""
    if isinstance(error, openai.RateLimitError):
        return "busy", _retry_after(error)
    if isinstance(error, openai.APITimeoutError | TimeoutError):
        return "slow", None
    if isinstance(error, openai.InternalServerError):
        return "down", _retry_after(error)
    if isinstance(error, openai.AuthenticationError | openai.PermissionDeniedError | openai.NotFoundError):
        return "setup", None
    if isinstance(error, openai.APIStatusError):
        return "refused", None
    if isinstance(error, openai.APIConnectionError):
        return "down", 0.0
    return "garbage", None


def _retry_after(error: openai.APIStatusError) -> float | None:
    try:
        asked = float(error.response.headers.get("retry-after", 0))
    except ValueError:
        asked = 0.0
    return asked if asked <= LONGEST_WAIT_S else None
