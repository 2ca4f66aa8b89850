"""Which runs a week has: their days, and how far each of them goes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from math import ceil
from typing import Literal

from coach.domain.plan.menus import HARD_KINDS
from coach.domain.plan.model import Club, Phase, Priority, Race
from coach.domain.plan.phases import Slot
from coach.domain.plan.placing import alternate, place
from coach.domain.plan.profile import KM_PER_RUN, MOST_KM_PER_RUN, is_a
from coach.domain.plan.rules import limits
from coach.domain.plan.state import DAY, LOADING, K, Session, State
from coach.domain.plan.volume import round_run

LEAST_EASY_M = 3000.0
# Of an easy run and of a medium-long one, with five runs or more.
EASY_MOST_S, MEDIUM_MOST_S = 95 * 60.0, 130 * 60.0
MEDIUM_FROM_M = 60_000.0
DAY_SLACK_S = 120.0  # what rounding and strides add to a day of two runs
MEDIUM_SHARE = 0.7  # of the long run
HARD_MOST_M = 18_000.0  # of a hard session, warming up and cooling down included


def laid_out(
    state: State, slot: Slot, open_days: list[date], volume: float, races: list[Race]
) -> list[Session]:
    """Return the runs of a week on their days, each with its distance; together `volume` at most."""
    sessions = _sessions(state, slot, open_days, volume, races)
    if sessions:
        _size(state, slot, sessions, volume)
        _bound_long(state, sessions, races)
    return sessions


def _runs(state: State, volume: float, open_days: list[date]) -> int:
    p = state.p
    runs = p.runs
    while volume / runs > KM_PER_RUN:
        # One more run makes the long one a smaller share of the week: not while it must still grow.
        if limits.long_share(runs + 1) * volume < p.ready_m and volume / runs <= MOST_KM_PER_RUN:
            break
        runs += 1
    runs = min(runs, p.most_runs, 6, len(open_days))
    return max(min(runs, int(volume / 2500)), min(1, len(open_days)))


def _sessions(
    state: State, slot: Slot, open_days: list[date], volume: float, races: list[Race]
) -> list[Session]:
    """Return the runs of the week on their days, with what each may be at most."""
    p, wishes = state.p, state.p.situation.constraints
    if not open_days or volume < 2000:
        return []
    at = {(d - slot.start).days: d for d in open_days}
    caps = {n: state.cap(slot, d) for n, d in at.items()}
    in_race_week = slot.phase is Phase.race
    runs = _runs(state, volume, open_days)
    if slot.phase is Phase.taper or in_race_week:
        runs = min(max(runs, state.n_runs - len(races)), len(open_days), 6 - len(races))
        runs = max(1, min(runs, int(volume / 2000)))
    else:
        runs = max(1, min(runs, 6 - len(races)))
    if slot.phase in LOADING:
        state.n_runs = runs
    if len(slot.days) < 7:
        runs = min(runs, ceil(p.runs * len(slot.days) / 7))
    elif state.lost(slot):
        runs = min(runs, ceil(0.7 * len(open_days)))
    if slot.phase is Phase.recovery and slot.share < 0.5:
        last = state.ledger.last_run(slot.start) or slot.start - 7 * DAY
        few = 2 if slot.share < 0.3 else runs
        apart = alternate(tuple(at), min(runs, few), (last - slot.start).days)
        at = {n: d for n, d in at.items() if n in apart} or at
        runs = min(runs, len(at))
    fixed = _clubs(state, slot, at)
    count = _hard_count(state, slot, volume, runs, races)
    hard_ok = tuple(n for n, d in at.items() if not state.soft(d))
    if state.back_share(slot) < 1.0:  # after days off easy running comes first
        count, hard_ok = min(count, 1), tuple(n for n in hard_ok if n >= min(at) + 2)
    around = tuple(
        (d - slot.start).days
        for d in (*state.hard_days[-4:], *state.races)
        if -7 <= (d - slot.start).days <= 13
    )
    fixed_hard = tuple(n for n, c in fixed.items() if c.kind in HARD_KINDS)
    long_day = (
        None
        if in_race_week or (slot.phase is Phase.recovery and slot.share < 0.5)
        else _long_day(state, slot, at, races, fixed)
    )
    wish_long = _long(
        state, slot, volume + sum(r.distance_m for r in races if not is_a(r)), runs + len(races)
    )
    specific = _marathon_week(state, slot) and long_day in hard_ok
    specific = specific and not any(abs(long_day - n) < p.gap for n in (*around, *fixed_hard))  # type: ignore[operator]
    medium = volume >= MEDIUM_FROM_M and runs >= 5 and slot.phase in LOADING
    if medium and count - len(fixed_hard) - bool(specific) == 1 and long_day is not None:
        # A hard day so early that there is room between it and the long run.
        hard_ok = tuple(n for n in hard_ok if long_day - n >= 5) or hard_ok
    longs = [(d - slot.start).days for d in state.long_days[-1:]]
    after_long = {n + 1 for n in (*longs, *([long_day] if long_day is not None else []))}
    shun = after_long | ({long_day - 1} if long_day is not None else set())
    each = (volume - wish_long) / max(1, runs - 1)
    days = place(
        tuple(sorted(at)),
        runs,
        max(0, count - len(fixed_hard) - specific),
        p.gap,
        long=long_day,
        fixed_hard=fixed_hard,
        fixed_easy=tuple(n for n in fixed if n not in fixed_hard),
        around=around,
        long_is_hard=bool(specific),
        hard_ok=hard_ok,
        room=tuple(wishes.max_s[(slot.start + n * DAY).weekday()] or 14_400.0 for n in range(7)),
        shun=tuple(sorted(shun)),
        short_m=tuple(1000.0 * round(max(0.0, each - caps.get(n, 0.0)) / 1000) for n in range(7)),
    )
    found = []
    if days.long is not None:
        role: Literal["marathon", "long"] = "marathon" if specific else "long"
        state.long_days.append(at[days.long])
        size = round_run(min(wish_long, caps[days.long]))
        found.append(Session(at[days.long], role, size, size))
    limit = 0.85 * found[0].size_m if found and runs >= 3 else float("inf")
    if slot.phase in (Phase.taper, Phase.race):
        limit = max(limit, 0.5 * state.reference_long)
    for n, club in fixed.items():
        size = round_run(min(club.duration_s / p.easy_s_per_m, caps[n], 0.6 * volume))
        found.append(Session(at[n], "club", size, size, club=club))
    for n in days.hard:
        most = min(caps[n], max(limit, 5000.0), HARD_MOST_M)
        found.append(Session(at[n], "hard", most, weight=1.1))
    hard = {*days.hard, *fixed_hard, *([days.long] if specific and days.long is not None else [])}
    if runs >= 5 and slot.phase in LOADING:
        limit = min(limit, max(EASY_MOST_S / p.easy_s_per_m, each))
    for n in days.easy:
        weight = 0.7 if n in after_long else 0.8 if n - 1 in hard or n + 1 in hard else 1.0
        found.append(
            Session(
                at[n],
                "easy",
                max(min(caps[n], limit), min(caps[n], 3000.0)),
                weight=weight,
            )
        )
    if medium:
        middle = [s for s in found if s.role == "easy" and s.weight == 1.0]
        if middle and days.long is not None:
            # As far from the long runs before and after it as can be.
            best = max(middle, key=lambda s: min(abs((s.day - d).days) for d in state.long_days[-2:]))
            best.weight = 1.4
            most = min(MEDIUM_SHARE * found[0].size_m, MEDIUM_MOST_S / p.easy_s_per_m)
            best.cap_m = min(caps[(best.day - slot.start).days], max(most, best.cap_m))
    return found


def _clubs(state: State, slot: Slot, at: dict[int, date]) -> dict[int, Club]:
    """Return the club sessions that can take place, hard ones made easy where rest is due."""
    found: dict[int, Club] = {}
    taken = [(d - slot.start).days for d in (*state.hard_days[-4:], *state.races)]
    for club in sorted(state.p.situation.constraints.clubs, key=lambda c: c.weekday):
        for n, day in at.items():
            if day.weekday() != club.weekday or n in found:
                continue
            kept = club
            if slot.phase in (Phase.taper, Phase.race, Phase.recovery) or state.races.get(day + DAY):
                state.notes.add("club_taper")
                if any(0 < (r - day).days <= 3 for r in state.races):
                    continue
                kept = replace(club, duration_s=max(0.5, slot.share) * club.duration_s)
            if club.kind in HARD_KINDS:
                near = [t for t in taken if abs(t - n) < state.p.gap]
                if state.soft(day) or near or slot.phase is Phase.recovery:
                    state.notes.add("club_easy")
                    kept = replace(kept, kind=K.easy)
                else:
                    taken.append(n)
            found[n] = kept
    return found


def _hard_count(state: State, slot: Slot, volume: float, runs: int, races: list[Race]) -> int:
    p = state.p
    if p.gentle or slot.phase not in (*LOADING, Phase.taper, Phase.race) or runs < 2:
        return 0
    tune_ups = [r for r in races if not is_a(r)]
    if tune_ups:
        return 0
    if slot.phase is Phase.race:
        return 1 if p.level != "beginner" else 0
    if slot.number == 1 and p.level != "advanced" and len(state.loading) > 2:
        return 0
    if p.race is None:
        return 1 if p.level != "beginner" and slot.phase in LOADING and not slot.cutback else 0
    if slot.phase is Phase.base:
        return 0 if p.level == "beginner" else 1
    full = 1 if runs <= 3 or volume < 30_000 or p.level == "beginner" else 2
    young = p.situation.age is not None and p.situation.age < 16
    return 1 if slot.cutback or young or slot.phase is Phase.taper else full


def _marathon_week(state: State, slot: Slot) -> bool:
    """Whether the long run of this week holds marathon pace: every other week of the specific phase."""
    if state.p.event != "marathon" or state.p.race is None or state.p.gentle:
        return False
    if state.p.level == "beginner":  # who only wants to arrive has enough to do with the distance
        return False
    specific = [s for s in state.loading if s.phase is Phase.specific]
    return slot in specific[::2]


def _long_day(
    state: State,
    slot: Slot,
    at: dict[int, date],
    races: list[Race],
    fixed: dict[int, Club],
) -> int | None:
    """Return the day of the long run: as wished, else where there is most time; if equal the usual day, or
    one of the weekend."""
    wished = state.p.situation.constraints.long_day
    race_days = [(r.day - slot.start).days for r in races]
    if any(r.distance_m >= 0.8 * max(state.last_long, 1.0) or r.priority is Priority.b for r in races):
        return None
    days = [n for n in at if n not in fixed and all(abs(n - r) > 1 for r in race_days)]
    next_race = [(d - slot.start).days for d in state.races if (d - slot.start).days > 6]
    days = [n for n in days if all(r - n > 2 for r in next_race)]
    if not days:
        return None
    for n in days:
        if at[n].weekday() == wished:
            return n
    need = max(state.last_long, state.p.long_m) if wished is None else state.last_long
    need_s = need * state.p.easy_s_per_m

    def liked(n: int) -> tuple[float, bool, bool, bool, int]:
        most, weekday = state.p.situation.constraints.max_s[at[n].weekday()], at[n].weekday()
        room = need_s if most is None else min(most, need_s)
        return room, weekday == state.p.usual_long, weekday == 6, weekday == 5, n

    return max(days, key=liked)


def _long(state: State, slot: Slot, volume: float, runs: int) -> float:
    """Return how far the long run is meant to be, in m."""
    share = limits.long_share(runs)
    before = state.last_long or min(state.ledger.longest(slot.start), share * volume)
    if slot.phase not in LOADING:
        before = state.reference_long or before
    if slot.phase in LOADING and not slot.cutback:
        left = max(1, sum(s.number >= slot.number for s in state.loading))
        target = max(before, state.p.long_m)
        wished = before if not state.last_long else before * (target / max(before, 1.0)) ** (1 / left)
        # A step up must be one that rounding leaves.
        wished = max(wished, before + 500.0) if left > 1 and target >= before + 500 else wished
        base = volume
    else:
        wished = (0.75 if slot.cutback else 0.9 * slot.share) * before
        base = volume
    wished *= state.back_share(slot)
    return max(min(wished, share * base), min(volume, 3000.0))


def _size(state: State, slot: Slot, sessions: list[Session], volume: float) -> None:
    """Share the week's distance out, no session beyond what it may be, each round."""
    left = volume - sum(s.size_m for s in sessions)
    todo = [s for s in sessions if s.size_m == 0.0]
    if left < 0:
        for s in sessions:
            s.size_m = round_run(s.size_m * volume / (volume - left))
        left = volume - sum(s.size_m for s in sessions)
    for s in sorted(todo, key=lambda s: s.cap_m / s.weight):
        share = left * s.weight / sum(t.weight for t in todo if t.size_m == 0.0)
        s.size_m = round_run(min(s.cap_m, share)) or 1.0
        left -= s.size_m
    for s in sorted(todo, key=lambda s: (s.role != "hard", -s.weight, s.day)):
        if left >= 500 and s.size_m >= 4500 and s.size_m + 500 <= s.cap_m:
            s.size_m = round_run(s.size_m + 500)
            left -= 500
    small = [s for s in sessions if s.size_m < 1500.0]
    for s in small:
        sessions.remove(s)
    _doubles(state, slot, sessions, left)


def _bound_long(state: State, sessions: list[Session], races: list[Race]) -> None:
    """Keep the longest run within its share of what the week came to."""
    tuned = [r.distance_m for r in races if not is_a(r)]
    share = limits.long_share(len(sessions) + len(tuned))
    longest = max(sessions, key=lambda s: s.size_m, default=None)
    if longest is None or share >= 1.0:
        return
    others = sum(s.size_m for s in sessions) - longest.size_m + sum(tuned)
    most = max(share * state.last_full[0], share / (1 - share) * others, 5000.0)
    if longest.size_m > most:
        longest.size_m = round_run(most)


def _doubles(state: State, slot: Slot, sessions: list[Session], left: float) -> None:
    """Put what found no room into a second run on the days that may have one."""
    wishes = state.p.situation.constraints
    for s in list(sessions) if slot.phase in LOADING else ():
        if s.day.weekday() not in wishes.double_days or s.role not in ("easy", "hard") or left < 3000:
            continue
        most = wishes.max_s[s.day.weekday()]
        slower = 1000.0 if s.role == "hard" else 100.0  # than an easy run of that size
        day_s = limits.DAY_MOST_S if most is None else min(most, limits.DAY_MOST_S)
        room = (day_s - DAY_SLACK_S) / state.p.easy_s_per_m - s.size_m - slower
        longest = state.ledger.longest(s.day)
        total = max(limits.DAY_SHARE * longest, limits.session_limit_m(longest))
        size = round_run(min(left, room, total - s.size_m, 0.6 * s.size_m))
        if size >= LEAST_EASY_M:
            sessions.append(Session(s.day, "second", size, size))
            left -= size
