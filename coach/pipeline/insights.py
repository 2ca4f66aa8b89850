"""Insights: what the last weeks and months say, and cards; built anew only where their facts have changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from coach.domain.athlete import Athlete
from coach.domain.insights import Draft, Known, choose
from coach.domain.insights.showing import MOST_OPEN
from coach.domain.metrics.totals import Span, month_of, week_of
from coach.domain.redflags import Severity
from coach.pipeline import insight_cards
from coach.pipeline.insight_figures import told
from coach.pipeline.insight_past import Past, past_of, span_before
from coach.pipeline.situation import local_day
from coach.store import activities, athletes, insights, plan_holds, queue
from coach.store.insights import Insight, Kind
from coach.store.session import Session

WEEKS, MONTHS = 26, 12  # what is kept and held up to date; an older one is told when asked for
PRIORITY = -10  # behind everything that somebody waits for
_JOB = "insights"
_CARDS: tuple[Kind, ...] = ("card",)


@dataclass(frozen=True, slots=True)
class Refreshed:
    """How many were written because they are new or their facts changed, and how many were taken out."""

    written: int = 0
    removed: int = 0


def refresh(s: Session, athlete: Athlete, now: datetime) -> Refreshed:
    """Build the finished weeks and months and the cards; write only what has changed.

    What is no longer so is taken out. Raises NotEnoughData while metrics are being computed.
    """
    athletes.lock(s, athlete.id)
    today = local_day(athlete, now)
    first_day = activities.first_day(s, athlete.id)
    spans = [] if first_day is None else _spans(athlete, today, first_day)
    past = past_of(s, athlete, today, min(span.first for _, span in spans)) if spans else None
    drafts = [] if past is None else [told(past, kind, span) for kind, span in spans]
    stored = insights.made_of(s, athlete.id)
    there = {(draft.kind, draft.key) for draft in drafts}
    gone = [id for (kind, key), (id, _) in stored.items() if kind != "card" and (kind, key) not in there]
    cards, cards_gone = _cards(s, athlete, past, today)
    # What is stored is compared here, so that a night on which nothing changed writes nothing.
    changed = [d for d in (*drafts, *cards) if stored.get((d.kind, d.key), (0, b""))[1] != d.sha256()]
    written = sum(insights.save(s, athlete.id, draft, now) for draft in changed)
    insights.remove(s, athlete.id, [*gone, *cards_gone])
    return Refreshed(written, len(gone) + len(cards_gone))


def _spans(athlete: Athlete, today: date, first_day: date) -> list[tuple[Literal["week", "month"], Span]]:
    """Return the finished weeks and months that are kept, the newest first."""
    found: list[tuple[Literal["week", "month"], Span]] = []
    kinds: tuple[tuple[Literal["week", "month"], Span, int], ...] = (
        ("week", week_of(today, athlete.week_start), WEEKS),
        ("month", month_of(today), MONTHS),
    )
    for kind, span, count in kinds:
        for _ in range(count):
            span = span_before(kind, span)
            if span.last < first_day:
                break
            found.append((kind, span))
    return found


def _cards(s: Session, athlete: Athlete, past: Past | None, today: date) -> tuple[list[Draft], list[int]]:
    """Return the cards to show, and the ids of open ones that hold no more.

    While a red flag stands nothing is recommended: what is open waits, and nothing new comes.
    """
    if is_held(s):
        return [], []
    stored = insights.find(s, athlete.id, _CARDS)
    known = [
        Known(
            card.key,
            card.topic,
            None if card.dismissed_at is None else local_day(athlete, card.dismissed_at),
        )
        for card in stored
    ]
    drafts: list[Draft] = []
    week = span_before("week", week_of(today, athlete.week_start))
    if past is not None and week.last >= past.first_day:
        found, figures = insight_cards.found(past, week)
        drafts = [insight_cards.draft(o.card, o.key, figures) for o in choose(found, known, today)]
    keys = {draft.key for draft in drafts}
    return drafts, [card.id for card in stored if card.dismissed_at is None and card.key not in keys]


def look(
    s: Session, athlete: Athlete, kind: Literal["week", "month"], day: date, today: date
) -> Draft | None:
    """Return what the week or month of a day says, as the facts are now; None where nothing was before it.

    Raises NotEnoughData while metrics are being computed.
    """
    span = week_of(day, athlete.week_start) if kind == "week" else month_of(day)
    first_day = activities.first_day(s, athlete.id)
    if first_day is None or span.last < first_day or span.first > today:
        return None
    past = past_of(s, athlete, today, span.first)
    return None if past is None else told(past, kind, span)


@dataclass(frozen=True, slots=True)
class Feed:
    """What the page shows. `held`: text key of what is said instead of cards while a red flag stands."""

    items: tuple[Insight, ...]
    cards: tuple[Insight, ...]
    held: str
    is_held: bool
    older_before: date | None  # ask with this for what is older; None: that is all


def feed(s: Session, athlete: Athlete, *, before: date | None = None, limit: int = 12) -> Feed:
    """Return weeks and months, the newest first, and the open cards; none while a red flag stands."""
    found = [i for i in insights.find(s, athlete.id, ("week", "month"), before=before) if i.body]
    items = found[:limit]
    # Of those that ended on one day (a month and its last week) none is torn from the other.
    items += [i for i in found[limit:] if i.last_day == items[-1].last_day]
    return Feed(
        tuple(items),
        open_cards(s, athlete),
        held(s),
        is_held(s),
        items[-1].last_day if len(items) < len(found) else None,
    )


def open_cards(s: Session, athlete: Athlete) -> tuple[Insight, ...]:
    """Return the cards that are open; none while a red flag stands."""
    if is_held(s):
        return ()
    found = insights.find(s, athlete.id, _CARDS)
    return tuple(card for card in found if card.dismissed_at is None and card.body)[:MOST_OPEN]


def is_held(s: Session) -> bool:
    """Tell whether a red flag stands: then nothing is recommended."""
    return bool(plan_holds.standing(s))


def held(s: Session) -> str:
    """Return the text key of the words about rest and a doctor while a red flag stands, or "".

    To somebody in distress nothing is said of training.
    """
    standing = plan_holds.standing(s)
    if not standing or any(hold.severity == Severity.crisis for hold in standing):
        return ""
    ill = all(hold.trigger == "illness" for hold in standing)
    return "plan_adapt.still_illness" if ill else "plan_adapt.still"


def dismiss(s: Session, athlete: Athlete, insight_id: int, now: datetime) -> Insight:
    """Put a card away for good. Raises NotFound."""
    athletes.lock(s, athlete.id)
    return insights.dismiss(s, athlete.id, insight_id, now)


def undismiss(s: Session, athlete: Athlete, insight_id: int) -> Insight:
    """Take a dismissal back. Raises NotFound."""
    athletes.lock(s, athlete.id)
    return insights.undismiss(s, athlete.id, insight_id)


def defer(s: Session, athlete_id: int) -> None:
    """Have the insights brought up to date in the background, once, behind everything else."""
    queue.defer(
        s,
        _JOB,
        {},
        athlete_id=athlete_id,
        priority=PRIORITY,
        lock=f"{_JOB}:{athlete_id}",
        queueing_lock=f"{_JOB}:{athlete_id}",
    )
