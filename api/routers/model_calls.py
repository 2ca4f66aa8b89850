"""What was sent to language models: every call, and word for word what went with it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel

from api.deps import MAX_ID, House, Id, Who
from api.errors import documented
from api.model_call_view import ModelCallOut, SentOut, call_out, sent_out
from coach.store import model_calls

router = APIRouter(prefix="/model-calls", tags=["accounts"])

MOST = 200
Before = Annotated[int | None, Query(ge=1, le=MAX_ID, description="Calls older than this one.")]


class ModelCallList(BaseModel):
    calls: list[ModelCallOut]


@router.get(
    "", name="list_model_calls", summary="Calls of language models", responses=documented(401, 403, 422)
)
def list_model_calls(
    house: House, who: Who, before: Before = None, limit: Annotated[int, Query(ge=1, le=MOST)] = 50
) -> ModelCallList:
    """The newest first. What nobody asked a model outside for is not among them: it never left."""
    with house.session(who) as s:
        return ModelCallList(calls=[call_out(call) for call in model_calls.listed(s, limit, before)])


@router.get(
    "/{call_id}",
    name="get_model_call",
    summary="What was sent with a call",
    responses=documented(401, 403, 404, 422),
)
def get_model_call(call_id: Id, house: House, who: Who) -> SentOut:
    """The messages as they stood in the request, with marks for what was replaced."""
    with house.session(who) as s:
        return sent_out(*model_calls.get(s, call_id))
