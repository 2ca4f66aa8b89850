"""What is out of the ordinary: a number beside its usual one with what people do then, or a login needed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from coach.domain.activity import Sport
from coach.domain.fact import Fact
from coach.domain.metrics.load import NO_SPIKE_PCT, SPIKE_DAYS, longest_spike_pct
from coach.domain.metrics.registry import Measure
from coach.domain.nudges import NudgeKind
from coach.graph.speaking.naming import cited, day_called, passage_on, plain
from coach.graph.speaking.part import Nudge, Paragraph, Part
from coach.store import activities, notices, plan_holds
from coach.store.history import history_of
from coach.store.session import Session
from coach.text import say
from coach.tools.facts import Facts, of_day, opening
from coach.tools.recovery import RecoveryArgs, recovery
from coach.tools.spec import Card, Cite, Note, ToolContext

NOTICE_CHARS = 300


@dataclass(frozen=True)
class _Alarm:
    """One thing in words, with the facts and the passage that it names."""

    says: Paragraph
    facts: tuple[Fact, ...] = ()
    cites: tuple[Cite, ...] = ()
    cards: tuple[Card, ...] = ()


def alert(ctx: ToolContext, due: Sequence[Nudge]) -> Part | None:
    """Word what still holds. None: it is over, or a red flag stands and rest was advised already."""
    with ctx.db.athlete_session(ctx.athlete.id) as session:
        on_hold = bool(plan_holds.standing(session))
        found: dict[int, _Alarm] = {}
        for nudge in due:
            said = _notice(ctx, session, nudge) if "notice" in nudge.about else None
            if "metric" in nudge.about and not on_hold:
                said = _number(ctx, session, str(nudge.about["metric"]), nudge)
            if said is not None:
                found[nudge.id] = said
    if not found:
        return None
    return Part(
        NudgeKind.alert,
        tuple(found),
        tuple(one.says for one in found.values()),
        facts=_each(fact for one in found.values() for fact in one.facts),
        cites=tuple({cite.key: cite for one in found.values() for cite in one.cites}.values()),
        cards=tuple(card for one in found.values() for card in one.cards),
    )


def _each(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    return tuple({fact.key: fact for fact in facts}.values())


def _number(ctx: ToolContext, session: Session, metric: str, nudge: Nudge) -> _Alarm | None:
    day = date.fromisoformat(str(nudge.about.get("day") or nudge.local_date))
    word = _NUMBERS.get(metric)
    return None if word is None or day > ctx.today else word(ctx, session, day)


def _resting(ctx: ToolContext, session: Session, day: date) -> _Alarm | None:
    """A resting heart rate above the usual one."""
    found = recovery(ctx, RecoveryArgs(day=day, start=None, end=None))
    named = {fact.key: fact for fact in found.facts}
    value, usual = named.get("day.rhr_bpm"), named.get("usual.rhr_bpm")
    told = {"value": "day.rhr_bpm", "usual": "usual.rhr_bpm"}
    above = any(note.key == "tools.recovery_above" and note.facts == told for note in found.says)
    if value is None or usual is None or not above or value.subject.start != day:
        return None
    says = Note(key="speaking.resting_high", params={"day": _day(ctx, day)}, facts=told)
    return _advised(ctx, session, says, (value, usual), "insights.card_body_rhr_do", "")


def _variability(ctx: ToolContext, session: Session, day: date) -> _Alarm | None:
    """A week's heart-rate variability below the usual range."""
    found = recovery(ctx, RecoveryArgs(day=day, start=None, end=None))
    note = next((note for note in found.says if note.key == "recovery.hrv_range_below"), None)
    if note is None:
        return None
    facts = tuple(fact for fact in found.facts if fact.key in note.facts.values())
    says = Note(key="speaking.variability_low", facts=note.facts)
    return _advised(ctx, session, says, facts, "insights.card_body_hrv_do", "hrv_guided")


def _long_run(ctx: ToolContext, session: Session, day: date) -> _Alarm | None:
    """A run much longer than the longest of the 30 days before."""
    since = day - timedelta(days=SPIKE_DAYS + 1)
    history = history_of(session, ctx.athlete.id, ctx.today, measures=("distance_m",), since=since)
    spike = None if history is None else longest_spike_pct(history, day)
    if not isinstance(spike, Measure) or spike.value is None or spike.value <= NO_SPIKE_PCT:
        return None
    if spike.detail["provisional"]:
        return None
    rows = activities.find(
        session, ctx.athlete.id, start=day - timedelta(days=SPIKE_DAYS), end=day, sport=Sport.run, limit=None
    )
    facts, subject = Facts(ctx), of_day(ctx, day)
    for key, metric, value, unit, label in (
        ("spike.far", "longest_m", spike.detail["distance_m"], "m", "spike_m"),
        ("spike.before", "longest_m", spike.detail["before_m"], "m", "spike_before_m"),
        ("spike.pct", "longest_spike_pct", spike.value, "pct", "spike_pct"),
    ):
        facts.add(
            key, metric, value, unit, subject, rows=rows, label=say(ctx.lang, f"insights.label_{label}")
        )
    told = {"far": "spike.far", "before": "spike.before", "spike": "spike.pct"}
    says = Note(key="speaking.far", facts=told)
    return _advised(ctx, session, says, facts.all(), "speaking.spike_do", "long_run_spike")


_NUMBERS: Mapping[str, Callable[[ToolContext, Session, date], _Alarm | None]] = {
    "rhr_bpm": _resting,
    "hrv_rmssd_ms": _variability,
    "hrv_sdnn_ms": _variability,
    "longest_spike_pct": _long_run,
}


def _advised(
    ctx: ToolContext, session: Session, says: Note, facts: tuple[Fact, ...], advice: str, guideline: str
) -> _Alarm:
    cite = passage_on(ctx, session, guideline) if guideline else None
    return _Alarm((says, Note(key=advice), *cited(cite)), facts, cites=() if cite is None else (cite,))


def _notice(ctx: ToolContext, session: Session, nudge: Nudge) -> _Alarm | None:
    """What the athlete was told on the page and has not put away: which service, and where to go."""
    open_ones = notices.open_ones(session)
    found = next((n for n in open_ones if nudge.about["notice"] in (n.id, n.key)), None)
    if found is None:
        return None
    params = {
        name: plain(value, NOTICE_CHARS) if isinstance(value, str) else value
        for name, value in found.params.items()
    }
    cards: tuple[Card, ...] = ()
    if found.link:
        cards = (Card(kind="link", title=say(ctx.lang, "speaking.open_page"), href=found.link),)
    return _Alarm((Note(key=found.text_key, params=params, general=True),), cards=cards)


def _day(ctx: ToolContext, day: date) -> str:
    return opening(ctx, day_called(ctx, day))
