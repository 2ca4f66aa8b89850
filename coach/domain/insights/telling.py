"""What is said of a week or a month: two to four sentences, chosen by rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from coach.domain.insights.draft import Said
from coach.domain.insights.stretch import MEASURED, Stretch, Unusual, unusual

MOST_NOTABLE = 2  # between the first sentence and what to look at next
MISSED_OF_PLAN = 2
RACE_WITHIN_DAYS = 42
APART = 0.25  # so far from the mean of six weeks nobody would call it like the others
MOSTLY_EASY_PCT = 70.0
# Where rules of different kinds meet: how much a record, a farthest run or a lasting change weighs against
# robust standard deviations (judgements).
_WEIGHT_RECORD, _WEIGHT_FARTHEST, _WEIGHT_SHIFT, _WEIGHT_PLAN = 6.0, 5.0, 4.0, 1.0
SPIKE_PCT = 10.0  # Frandsen 2025, as `coach.domain.metrics.load`


@dataclass(frozen=True, slots=True)
class _Notable:
    weight: float
    family: str
    said: Said


def tell(stretch: Stretch) -> tuple[Said, ...]:
    """Return the sentences of a stretch: how much it was, what was unusual, what to look at next.

    Two to four of them; what is not known is said besides. A stretch that is not over, or of which records
    are missing, is compared with nothing.
    """
    odd = _unusual(stretch) if stretch.whole else []
    notable = _notable(stretch, odd)
    says = [_opening(stretch), *(n.said for n in notable)]
    if not notable and stretch.whole and (steady := _steady(stretch)) is not None:
        says.append(steady)
    if stretch.whole:
        says.append(_look(stretch, odd))
    return (*says, *_unknown(stretch))


def _opening(stretch: Stretch) -> Said:
    if not stretch.complete:
        return Said("insights.not_kept", role="unknown")
    if not stretch.runs:
        if stretch.others:
            return Said("insights.only_others", {"count": "others"}, plural="others")
        return Said("insights.none")
    if stretch.values.get("distance_m") is None:
        return Said("insights.ran_time", {"runs": "runs", "time": "time_s"}, plural="runs")
    facts = {"runs": "runs", "distance": "distance_m", "time": "time_s"}
    return Said("insights.ran", facts, plural="runs")


def _unusual(stretch: Stretch) -> list[Unusual]:
    """Return what is unusual, the most unusual first; ties in the order of MEASURED."""
    found = [u for measured in MEASURED if (u := unusual(stretch, measured)) is not None]
    return sorted(found, key=lambda u: -round(u.size, 6))


def _notable(stretch: Stretch, odd: list[Unusual]) -> list[_Notable]:
    """Return the weightiest things worth saying, of one family one."""
    found: list[_Notable] = []
    if stretch.records:
        record = max(stretch.records, key=lambda r: r.distance_m)
        facts = {name: f"{record.key}.{name}" for name in ("way", "time", "before")}
        found.append(_Notable(_WEIGHT_RECORD, "record", Said("insights.record", facts)))
    if _is_farthest(stretch):
        facts = {"longest": "longest_m", "before": "most_before_m"}
        found.append(_Notable(_WEIGHT_FARTHEST, "long", Said("insights.farthest", facts)))
    for shift in stretch.shifts:
        facts = {"before": f"{shift.key}.before", "after": f"{shift.key}.after"}
        key = f"insights.shift_{'sure' if shift.sure else 'perhaps'}_{shift.way}"
        said = Said(key, facts, {"what": f"change.name_{shift.what}"})
        found.append(_Notable(_WEIGHT_SHIFT, f"shift_{shift.what}", said))
    for u in odd:
        name, way = u.measured.name, u.way
        if not stretch.runs and u.measured.family in ("volume", "long"):
            continue  # that nothing was run has been said
        facts = {"value": _figure(stretch, name), "usual": f"usual.{name}"}
        said = Said(f"insights.{name}_{way}", facts)
        found.append(_Notable(u.size, u.measured.family, said))
    if stretch.due:
        facts = {"due": "plan_due", "done": "plan_done"}
        said = Said("insights.plan", facts, plural="plan_due")
        found.append(_Notable(_WEIGHT_PLAN, "plan", said))
    chosen: dict[str, _Notable] = {}
    for one in sorted(found, key=lambda n: -n.weight):
        chosen.setdefault(one.family, one)
    return list(chosen.values())[:MOST_NOTABLE]


def _figure(stretch: Stretch, name: str) -> str:
    """Return the key of the figure that is compared with the usual one: of a month a week's mean."""
    per_week = stretch.kind == "month" and name in ("distance_m", "load", "time_s", "runs")
    return f"per_week.{name}" if per_week else name


def _is_farthest(stretch: Stretch) -> bool:
    before, longest = stretch.most_before_m, stretch.longest_m
    return stretch.complete and before is not None and longest is not None and longest > before * 1.005


def _steady(stretch: Stretch) -> Said | None:
    """Say how it stands beside what is usual, where nothing is unusual enough to be said of itself."""
    beside = _beside(stretch)
    if beside is None or beside == "steady" or stretch.kind == "week":
        return None if beside is None else Said(f"insights.{beside}", {"usual": "usual.distance_m"})
    # A month's kilometres are no week's: both sides of the comparison are told.
    facts = {"value": "per_week.distance_m", "usual": "usual.distance_m"}
    return Said(f"insights.{beside}_a_week", facts)


def _beside(stretch: Stretch) -> Literal["steady", "above", "below"] | None:
    """Return where the distance lies beside the mean of six weeks; None where one of them is unknown."""
    value, usual = stretch.values.get("distance_m"), stretch.usual("distance_m")
    if not stretch.runs or value is None or not usual:
        return None
    share = value / usual
    return "above" if share > 1 + APART else "below" if share < 1 - APART else "steady"


def _look(stretch: Stretch, odd: list[Unusual]) -> Said:
    """Return the one thing to look at next: the first rule that fits."""
    ways = {u.measured.family: u.way for u in odd}
    names = {(u.measured.name, u.way) for u in odd}
    usual = {"usual": "usual.distance_m"}
    if {("rhr_bpm", "up"), ("hrv_ms", "down")} & names:
        return _looking("body")
    if stretch.spike_pct is not None and stretch.spike_pct > SPIKE_PCT:
        return _looking("long", {"longest": "longest_m", "spike": "spike_pct"})
    if ways.get("volume") == "up" and stretch.usual("distance_m") is not None:
        return _looking("volume_up", usual)
    if ways.get("sleep") == "down":
        return _looking("sleep", {"sleep": "sleep_s"})
    if ways.get("easy") == "down":
        return _looking("easy", {"easy": "easy_pct"})
    if stretch.missed >= MISSED_OF_PLAN:
        return _looking("plan")
    if stretch.days_to_race is not None and stretch.days_to_race <= RACE_WITHIN_DAYS:
        return _looking("race", {"days": "days_to_race"})
    if ways.get("volume") == "down" or not stretch.runs:
        return _looking("volume_down")
    if _beside(stretch) == "above":
        return _looking("above", usual)
    if not stretch.rated:
        return _looking("rpe")
    easy = stretch.values.get("easy_pct")
    if easy is not None and easy < MOSTLY_EASY_PCT:
        return _looking("easy_known", {"easy": "easy_pct"})
    return _looking("steady")


def _looking(name: str, facts: dict[str, str] | None = None) -> Said:
    return Said(f"insights.look_{name}", facts or {}, role="look")


def _unknown(stretch: Stretch) -> tuple[Said, ...]:
    """Say what is not known: sums of days whose records are missing, and nights and mornings."""
    found = []
    if stretch.complete and not stretch.whole:
        found.append(Said(f"insights.unknown_{stretch.kind}_running", role="unknown"))
    known = {name for name in ("rhr_bpm", "hrv_ms", "sleep_s") if stretch.values.get(name) is not None}
    used = {name for name in ("rhr_bpm", "hrv_ms", "sleep_s") if stretch.usual(name) is not None}
    if not known:
        found.append(Said("insights.unknown_body", role="unknown"))
    elif used - known:
        found.append(Said("insights.unknown_nights", role="unknown"))
    if stretch.runs and stretch.values.get("load") is None and stretch.complete:
        found.append(Said("insights.unknown_load", role="unknown"))
    return tuple(found)
