"""How the connections are doing: what is here, what is left and for how long, and what stands in the way."""

from __future__ import annotations

from pydantic import Field

from coach.errors import NotFound
from coach.pipeline.sync_status import Status
from coach.providers.contract import providers
from coach.store import job_failures, outbox
from coach.tools.connection_words import Named, about, every, moment, service, way, why
from coach.tools.facts import Facts, of_athlete
from coach.tools.spec import Args, Note, Result, ToolContext, tool

LATER = ("waiting", "working", "connected")  # states in which what is left comes by itself


class StatusArgs(Args):
    provider: Named | None = Field(None, description="only this service; all if left out")


@tool(effect="read")
def sync_status(ctx: ToolContext, args: StatusArgs) -> Result:
    """How each connected service is doing: last heard of when, how many activities, what is left."""
    known = every(ctx)
    if args.provider is not None and args.provider not in known:
        raise NotFound("no_such_service", name=args.provider)
    told = _Told(ctx)
    chosen = [s for n, s in known.items() if n == args.provider or (args.provider is None and s.is_on)]
    for status in chosen:
        told.service(status)
    if not chosen:
        told.says.append(Note(key="connections_told.none_connected"))
    told.failures()
    cards = []
    for status in chosen:
        if status.state in ("needs_you", "pending"):
            note, card = way(ctx, status.provider, connected=True)
            told.says.append(note)
            cards += [card] if card else []
    return Result(facts=told.facts.all(), says=tuple(told.says), cards=tuple(cards))


class _Told:
    """The answer in the making."""

    def __init__(self, ctx: ToolContext) -> None:
        self.ctx = ctx
        self.facts = Facts(ctx)
        self.says: list[Note] = []
        self._subject = of_athlete(ctx)

    def service(self, status: Status) -> None:
        """Tell of one connection: its state, when it was heard of, how far it is."""
        ctx, name = self.ctx, {"service": service(self.ctx, status.provider)}
        reason = {"why": why(ctx, status.because_key, status.because_params)}
        until = moment(ctx, status.until) if status.until and status.until > ctx.now else ""
        match status.state:
            case "waiting":
                until = until or moment(ctx, ctx.now)
                self._say("state_waiting", {**name, **reason, "until": until})
            case "needs_you" | "broken":
                self._say(f"state_{status.state}", {**name, **reason})
            case state:
                self._say(f"state_{state}", name)
        if status.state in ("off", "pending"):
            return
        self._heard(status, name)
        self._counts(status, name)
        if status.days_from is not None:
            day = self._add(status, "days_from", status.days_from.isoformat(), "date")
            self._say("days_from", {}, day=day)
        if status.refused:
            self._say("refused", name, n=self._add(status, "refused", status.refused, "count"))
        if status.state in ("needs_you", "broken"):
            self._say(f"state_{status.state}_next", {})

    def failures(self) -> None:
        """Tell of what could not be sent or finished, whichever service it was about."""
        with self.ctx.db.athlete_session(self.ctx.athlete.id) as session:
            sent = outbox.counts(session)
            uploads = sent.get("failed", 0) + sent.get("refused", 0)
            jobs = len(job_failures.waiting(session))
        for metric, count in (("uploads_failed", uploads), ("jobs_failed", jobs)):
            if count:
                fact = self.facts.add(metric, metric, count, "count", self._subject)
                self._say(metric, {}, n=fact)

    def _heard(self, status: Status, name: dict[str, str]) -> None:
        if status.account_name:
            account = self._add(status, "account", status.account_name, "text")
            self._say("account", name, name=account)
        if status.synced_at is None:
            self._say("never_heard", name)
        else:
            at = self._add(status, "synced_at", moment(self.ctx, status.synced_at), "text")
            self._say("heard", name, at=at)

    def _counts(self, status: Status, name: dict[str, str]) -> None:
        if status.total is None:
            if status.done:
                self._say("here_some", name, done=self._add(status, "done", status.done, "count"))
            return
        total = self._add(status, "total", status.total, "count")
        if status.done >= status.total:
            if status.total:
                self._say("here_all", name, total=total)
            return
        self._say("here_of", name, total=total, done=self._add(status, "done", status.done, "count"))
        if status.state not in LATER:
            return
        if status.remaining_s is None:
            self._say("here_time_unknown", {})
            return
        self._add(status, "remaining", status.remaining_s, "s")
        self._say("here_time", {"time": about(self.ctx, status.remaining_s)})

    def _add(self, status: Status, what: str, value: float | str, unit: str) -> str:
        """Add a fact of a service: it rests on that source, and is withheld where that is."""
        source = providers()[status.provider].source
        key = f"{status.provider}.{what}"
        return self.facts.add(key, f"connection_{what}", value, unit, self._subject, sources=[source])

    def _say(self, key: str, params: dict[str, str], **facts: str) -> None:
        self.says.append(Note(key=f"connections_told.{key}", params=params, facts=facts))
