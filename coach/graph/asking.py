"""Asks the models of a conversation for a reply: outside ones first, the offline coach last."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from langchain_core.messages import AIMessageChunk, BaseMessage

from coach.domain.disguise import Disguise
from coach.domain.model_cost import estimate_tokens
from coach.graph import operator, prompts, spending, wire
from coach.graph.bind import Toolbox
from coach.graph.exam.standing import Standings
from coach.graph.model import Endpoint, Meter, ModelFailed, Models, reply, text_of
from coach.graph.spending import Capped, Reserved, Settling
from coach.graph.state import Call, Message, Recalled, this_turn
from coach.graph.turn import Turn
from coach.graph.voice import clean

log = logging.getLogger(__name__)

OFFLINE_S = 15.0  # what the offline coach and its tools get when the others have used up the turn
UNREADABLE_SHOWN = 500  # characters of arguments that are no JSON, back to the model


@dataclass(frozen=True)
class Reply:
    """What a model said and wants called, with the athlete's own words in it."""

    text: str
    calls: list[Call]


@dataclass(frozen=True)
class _Request:
    """A call that is paid for: the messages as they are sent, and the way back."""

    body: list[wire.Body]
    disguise: Disguise
    prompt_tokens: int
    reserved: Reserved


class Asking:
    """What speaks to models. Shared by all turns of a process."""

    def __init__(
        self, models: Models, toolbox: Toolbox, executor: Executor, clock: Callable[[], datetime]
    ) -> None:
        self._models = models
        self._toolbox = toolbox
        self._executor = executor
        self._clock = clock
        self._standings = Standings()
        self._declared = {only: _declared(toolbox.schemas_for(only)) for only in (False, True)}

    async def ask(
        self, turn: Turn, messages: list[Message], summary: Sequence[Recalled] = ()
    ) -> tuple[Reply | None, str]:
        """Return the first usable reply, outside models first; None and a sentence when there is none.

        An outside model that fails after tools have answered is not replaced by another: the facts are there.
        """
        worked = any(m["role"] == "tool" for m in this_turn(messages))
        if turn.external:
            answer, why = await self._ask_outside(turn, messages, summary)
            if answer is not None:
                return answer, ""
            turn.external = False
            turn.extend(OFFLINE_S)
            if worked:
                return None, why
            turn.custom("notice", {"text": why})
        turn.reading_only = False
        try:
            return await self._ask_offline(turn, messages), ""
        except ModelFailed:
            log.exception("the offline coach failed")
            return None, turn.text("graph.offline_failed")

    async def _ask_outside(
        self, turn: Turn, messages: list[Message], summary: Sequence[Recalled]
    ) -> tuple[Reply | None, str]:
        """Try the endpoints in order: those that rest are left out, those too dear for what is left, too."""
        capped: Capped | None = None
        failed = False
        for endpoint in self._models.outside:
            circuit = self._models.circuit(endpoint)
            if not circuit.enter(self._clock()):
                continue
            heard = False
            try:
                answer = await self._speak(turn, endpoint, messages, summary)
                heard = True
            except Capped as cap:
                capped = capped or cap
                continue
            except ModelFailed as failure:
                log.warning("model %s: %s", endpoint.name, failure)
                failed = heard = True
                self._note_failure(turn, endpoint, failure)
                if turn.voice.sent:
                    turn.voice.withdraw()
                continue
            finally:
                if not heard:
                    circuit.leave()
            if circuit.succeeded():
                turn.later(self._blocking(operator.works_again, turn.ctx.db, endpoint))
            return answer, ""
        if capped is not None:
            return None, _cap_words(turn, capped)
        return None, turn.text("graph.model_failed" if failed else "models.resting")

    def _note_failure(self, turn: Turn, endpoint: Endpoint, failure: ModelFailed) -> None:
        circuit = self._models.circuit(endpoint)
        if failure.reason == "refused":  # this request, which says nothing of the next
            circuit.leave()
            return
        setup = failure.reason == "setup"
        opened = circuit.failed(failure.reason, self._clock(), setup=setup)
        if opened:
            log.error("model %s (%s) is left alone: %s", endpoint.model_name, endpoint.name, failure.reason)
        if circuit.open_until is not None:
            turn.later(self._blocking(operator.rests, turn.ctx.db, endpoint, circuit, tell=opened and setup))

    async def _speak(
        self, turn: Turn, endpoint: Endpoint, messages: list[Message], summary: Sequence[Recalled]
    ) -> Reply:
        turn.reading_only = await self._standings.reading_only(turn, endpoint)
        if turn.reading_only and not turn.limited_told:
            turn.limited_told = True
            turn.custom("notice", {"text": turn.text("exam.limited", model=endpoint.model_name)})
        thread = prompts.conversation(turn, messages, outside=True, summary=summary)
        await turn.written()  # what the last call really used
        request = await self._paid(turn, endpoint, thread)
        reading, meter, why = request.disguise.reading(), Meter(), "error"
        take = _taking(turn, turn.voice.hear)
        try:
            async with asyncio.timeout(max(0.1, turn.seconds_left)):
                answer = await reply(
                    endpoint,
                    thread,
                    self._toolbox.schemas_for(turn.reading_only),
                    retries=turn.limits.model_retries,
                    on_text=lambda text: take(reading.feed(text)),
                    body=request.body,
                    meter=meter,
                )
            take(reading.finish())
            why = ""
        except TimeoutError as error:
            why, meter.kept_waiting = "slow", True
            raise ModelFailed("slow") from error
        except ModelFailed as failure:
            why = failure.reason
            raise
        except asyncio.CancelledError:
            why, meter.kept_waiting = "stopped", True
            raise
        finally:
            used = meter.used(request.prompt_tokens)
            turn.tokens_in += used.read
            turn.tokens_out += used.written
            if request.reserved.lease_id is None:
                turn.bill.add(Settling(request.reserved, used, why, self._clock()))
            else:  # of what it did not use others may make use at once
                settle = partial(spending.settle, turn.ctx.db, request.reserved, used, why, self._clock())
                turn.later(self._blocking(settle))
        uncovered = request.disguise.uncover(text_of(answer))
        return Reply(uncovered, calls_in(answer, request.disguise.uncover_data))

    async def _paid(self, turn: Turn, endpoint: Endpoint, thread: list[BaseMessage]) -> _Request:
        """Return the request once it is reserved and noted. Raises Capped."""
        task = asyncio.ensure_future(self._blocking(self._prepare, turn, endpoint, thread))
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            turn.later(self._give_back(turn, task))
            raise

    def _prepare(self, turn: Turn, endpoint: Endpoint, thread: list[BaseMessage]) -> _Request:
        ctx = turn.ctx
        with ctx.db.athlete_session(ctx.athlete.id) as s:
            noted = turn.bill.note(s)
            disguise = wire.disguise_of(s, ctx.athlete)
            body = wire.body_of(thread, disguise)
            fingerprint, tool_tokens = self._declared[turn.reading_only]
            tokens = wire.tokens_of(body) + tool_tokens
            reserved = spending.reserve(
                s,
                ctx.db,
                turn.limits,
                ctx.athlete,
                purpose="chat",
                host=endpoint.name,
                model=endpoint.model_name,
                prompt_tokens=tokens,
                sent=body,
                tools=fingerprint,
                removed=disguise.removed,
                run_id=UUID(turn.run_id),
                now=self._clock(),
            )
        noted()
        return _Request(body, disguise, tokens, reserved)

    async def _give_back(self, turn: Turn, task: asyncio.Future[_Request]) -> None:
        """Settle a request that was stopped before it was made."""
        try:
            reserved = (await task).reserved
        except Capped:
            return
        unused = partial(spending.settle, turn.ctx.db, reserved, Meter().used(0), "stopped", self._clock())
        await self._blocking(unused)

    async def _ask_offline(self, turn: Turn, messages: list[Message]) -> Reply:
        thread = prompts.conversation(turn, messages, outside=False)
        try:
            async with asyncio.timeout(max(0.1, turn.seconds_left)):
                answer = await reply(
                    self._models.offline,
                    thread,
                    self._toolbox.schemas,
                    retries=0,
                    on_text=_taking(turn, turn.voice.hear_trusted),
                )
        except TimeoutError as error:
            raise ModelFailed("slow") from error
        return Reply(text_of(answer), calls_in(answer))

    def _blocking[T](self, work: Callable[..., T], *args: Any, **named: Any) -> Coroutine[Any, Any, T]:
        call = partial(work, *args, **named)

        async def wait() -> T:
            return await asyncio.get_running_loop().run_in_executor(self._executor, call)

        return wait()


def _taking(turn: Turn, hear: Callable[[str], None]) -> Callable[[str], bool]:
    """Return what hands text on until the message is long enough, and says whether more is wanted."""
    voice, limit = turn.voice, turn.limits.max_output_chars

    def take(text: str) -> bool:
        room = limit - len(voice.raw)
        hear(text[: max(0, room)])
        if len(text) < room:
            return True
        turn.custom("notice", {"text": turn.text("graph.too_long")})
        return False

    return take


def _declared(schemas: list[dict[str, Any]]) -> tuple[str, int]:
    """Return the fingerprint of the tools that a request declares, and about how many tokens they are."""
    text = json.dumps(schemas, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16], estimate_tokens(text)


def _cap_words(turn: Turn, capped: Capped) -> str:
    """Return what is used up and when it renews, as the athlete's clock shows it."""
    if capped.cap in ("tokens", "cost"):
        return turn.text(f"models.cap_{capped.cap}")
    return turn.text("models.cap_all", time=f"{capped.renews_at.astimezone(turn.ctx.athlete.zone):%H:%M}")


def _as_is(args: Any) -> Any:
    return args


def calls_in(answer: AIMessageChunk, uncover: Callable[[Any], Any] = _as_is) -> list[Call]:
    """Return the calls of a reply, unreadable ones too: they are answered with what is wrong.

    LangChain completes arguments that were cut off; a write must not run on half of its arguments, so they
    are read again here, strictly. The same call twice in a breath is one call. `uncover` puts back what the
    endpoint was not told.
    """
    calls: dict[str, Call] = {}
    for chunk in answer.tool_call_chunks:
        try:
            args = json.loads(chunk["args"] or "{}", parse_constant=_no_number)
            # Halves of characters and NUL pass through JSON and break the database afterwards.
            if clean(again := json.dumps(args, ensure_ascii=False)) != again or "\\u0000" in again:
                args = json.loads(clean(again).replace("\\u0000", ""))
        except (ValueError, RecursionError):
            args = None
        if not isinstance(args, dict):
            args = {"unreadable": clean(chunk["args"] or "")[:UNREADABLE_SHOWN]}
        args = uncover(args)
        name = clean(str(chunk["name"] or ""))[:80]
        key = json.dumps([name, args], sort_keys=True)
        # Endpoints that number calls per message use the same id in every round.
        call_id = f"{clean(chunk['id'] or 'call')[:60]}-{uuid4().hex[:6]}"
        calls.setdefault(key, {"id": call_id, "name": name, "args": args})
    return list(calls.values())


def _no_number(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")
