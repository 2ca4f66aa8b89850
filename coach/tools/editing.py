"""Writing down, correcting, deleting and undoing."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from pydantic import Field

from coach.domain.activity import Sport
from coach.errors import BadInput
from coach.pipeline import editing
from coach.store import activities
from coach.store.activities import Row
from coach.text.formats import distance, duration
from coach.tools.facts import Facts, activity_name, day_name, of_activity, seconds_of, sport_name
from coach.tools.spec import Args, Choice, Day, NoArgs, Note, Question, Result, ToolContext, tool
from coach.tools.which import Which, which

# Faster than this nobody has run, ridden or swum that far; it is a slip (minutes for hours, m for km).
MAX_SPEED_MPS = {Sport.run: 7.0, Sport.walk: 4.5, Sport.hike: 4.0, Sport.swim: 2.3, Sport.row: 7.0}
MAX_SPEED_ELSE_MPS = 30.0
# What most people need, while nothing is known of the athlete's own pace.
USUAL_S_PER_M = {Sport.run: 0.36, Sport.ride: 0.15, Sport.swim: 1.4}
USUAL_ELSE_S_PER_M = 0.6
MAX_DISTANCE_M = 500_000.0
MAX_DURATION_S = 100 * 3600.0


class LogArgs(Args):
    sport: Sport = Field(Sport.run, description="a run if left out")
    distance_m: float | None = Field(None, gt=0, le=MAX_DISTANCE_M, description="as said")
    duration_s: float | None = Field(
        None, gt=0, le=MAX_DURATION_S, description="leave out if not said; it is asked for"
    )
    day: Day | None = Field(None, description="else today")
    time_of_day: str | None = Field(
        None, pattern=r"^([01]?\d|2[0-3]):[0-5]\d$", description="when it began, HH:MM"
    )
    treadmill: bool = Field(False, description="on a treadmill")
    race: bool = Field(False, description="it was a race")
    name: str = Field("", max_length=120, description="if it has one")
    rpe: float | None = Field(None, ge=0, le=10, description="how hard it felt")


class ChangeArgs(Which):
    name: str | None = Field(None, max_length=120, description="its new name")
    race: bool | None = Field(None, description="it was one")
    treadmill: bool | None = Field(None, description="it was on one")
    distance_m: float | None = Field(None, gt=0, le=MAX_DISTANCE_M, description="the right one")
    excluded_from_bests: bool | None = Field(None, description="true keeps it out")
    new_sport: Sport | None = Field(None, description="the right sport")


CHANGES = ("name", "race", "treadmill", "distance_m", "excluded_from_bests", "new_sport")


@tool(effect="draft")
def log_activity(ctx: ToolContext, args: LogArgs) -> Result:
    """Write down an activity that no watch recorded: sport, distance, duration, day."""
    day = args.day or ctx.today
    if day > ctx.today:
        raise BadInput("day_ahead", day=day_name(ctx, day))
    if args.duration_s is None:
        # Without a duration there is neither pace nor load: ask, with what is usual for the athlete.
        return _ask_duration(ctx, args)
    if args.distance_m is not None:
        _check_speed(ctx, args.sport, args.distance_m, args.duration_s)
    start = _moment(ctx, day, args)
    if start > ctx.now:
        raise BadInput("time_ahead", time=args.time_of_day)
    with ctx.db.athlete_session(ctx.athlete.id) as session:
        row, edit_id = editing.log_activity(
            session,
            ctx.athlete,
            start=start,
            sport=args.sport,
            distance_m=args.distance_m,
            duration_s=args.duration_s,
            treadmill=args.treadmill,
            race=args.race,
            name=args.name,
            rpe=args.rpe,
            call_key=ctx.call_key,
        )
    facts, subject = Facts(ctx), of_activity(ctx, row)
    known = facts.core("logged", row, subject)
    how = "" if "pace" in known else "_speed" if "speed" in known else "_time"
    what = {"what": sport_name(ctx, args.sport), "day": day_name(ctx, day)}
    return Result(
        facts=facts.all(),
        says=(Note(key=f"tools.logged{how}", params=what, facts=known),),
        notes=(Note(key="tools.can_undo"),),
        undo_id=edit_id,
    )


def _check_speed(ctx: ToolContext, sport: Sport, metres: float, seconds: float) -> None:
    """Raise BadInput when nobody goes that far in that time."""
    if metres / seconds > MAX_SPEED_MPS.get(sport, MAX_SPEED_ELSE_MPS):
        raise BadInput(
            "too_fast_to_log",
            distance=distance(metres, ctx.lang, ctx.athlete.units),
            sport=sport_name(ctx, sport),
        )


def _ask_duration(ctx: ToolContext, args: LogArgs) -> Result:
    if args.distance_m is None:
        raise BadInput("nothing_to_log")
    with ctx.db.athlete_session(ctx.athlete.id) as session:
        recent = activities.find(session, ctx.athlete.id, sport=args.sport, limit=20)
    paces = sorted(
        seconds_of(row) / row.distance_m for row in recent if row.distance_m and row.distance_m > 500
    )
    typical = paces[len(paces) // 2] if paces else USUAL_S_PER_M.get(args.sport, USUAL_ELSE_S_PER_M)
    minutes = sorted({round(args.distance_m * typical * f / 60) for f in (0.92, 1.0, 1.08)})
    return Result(
        question=Question(
            key="tools.ask_duration",
            params={"distance": distance(args.distance_m, ctx.lang, ctx.athlete.units)},
            field="duration_s",
            choices=tuple(
                Choice(label=duration(60 * m, ctx.lang, "words"), value=str(60 * m)) for m in minutes if m > 0
            ),
            tool="log_activity",
            args=args.model_dump(mode="json", exclude_none=True),
        )
    )


def _moment(ctx: ToolContext, day: date, args: LogArgs) -> datetime:
    """Return when it began: as told; else today's ended just now, an earlier day's began at noon."""
    zone = ctx.athlete.zone
    if args.time_of_day:
        hour, minute = map(int, args.time_of_day.split(":"))
        return datetime.combine(day, time(hour, minute), zone)
    if day == ctx.today:
        began = (ctx.now - timedelta(seconds=args.duration_s or 0)).astimezone(zone)
        midnight = datetime.combine(day, time(), zone)
        return max(began, midnight)
    return datetime.combine(day, time(12), zone)


@tool(effect="draft")
def activity_change(ctx: ToolContext, args: ChangeArgs) -> Result:
    """Rename an activity, mark it race or treadmill, correct distance or sport, keep it out of bests."""
    changes = {name: getattr(args, name) for name in CHANGES if getattr(args, name) is not None}
    if not changes:
        raise BadInput("no_change_named")
    with ctx.db.athlete_session(ctx.athlete.id) as session:
        row = which(ctx, session, args, "activity_change")
        if isinstance(row, Question):
            return Result(question=row)
        if "new_sport" in changes:
            changes["sport"] = changes.pop("new_sport")
        if args.distance_m is not None:
            _check_speed(ctx, changes.get("sport", row.sport), args.distance_m, seconds_of(row))
        changed, edit_id = editing.change(session, ctx.athlete, row.id, changes, call_key=ctx.call_key)
    facts = Facts(ctx)
    # By the name it went by when the athlete spoke of it.
    what = activity_name(ctx, row)
    says = [_said(ctx, facts, changed, what, name, value) for name, value in changes.items()]
    return Result(facts=facts.all(), says=tuple(says), notes=(Note(key="tools.can_undo"),), undo_id=edit_id)


def _said(ctx: ToolContext, facts: Facts, row: Row, what: str, name: str, value: object) -> Note:
    params = {"what": what}
    if name == "distance_m":
        far = facts.add(
            "changed.distance_m", "distance_m", row.distance_m, "m", of_activity(ctx, row), rows=[row]
        )
        return Note(key="tools.changed_distance_m", params=params, facts={"distance": far})
    if name == "name":
        return Note(key="tools.changed_name", params={**params, "name": row.name})
    if name == "sport":
        return Note(key="tools.changed_sport", params={**params, "sport": sport_name(ctx, row.sport)})
    return Note(key=f"tools.changed_{name}_{'on' if value else 'off'}", params=params)


@tool(effect="draft")
def activity_delete(ctx: ToolContext, args: Which) -> Result:
    """Delete an activity. It can be undone."""
    with ctx.db.athlete_session(ctx.athlete.id) as session:
        row = which(ctx, session, args, "activity_delete")
        if isinstance(row, Question):
            return Result(question=row)
        edit_id = editing.delete(session, ctx.athlete, row.id, call_key=ctx.call_key)
    return Result(
        says=(Note(key="tools.deleted", params={"what": activity_name(ctx, row)}),),
        notes=(Note(key="tools.can_undo"),),
        undo_id=edit_id,
    )


@tool(effect="draft")
def undo(ctx: ToolContext, args: NoArgs) -> Result:
    """Undo the last thing that was written down, changed or deleted."""
    with ctx.db.athlete_session(ctx.athlete.id) as session:
        undone = editing.undo_last(session, ctx.athlete, call_key=ctx.call_key)
    if undone is None:
        return Result(says=(Note(key="tools.nothing_to_undo"),))
    return Result(says=(Note(key=f"tools.undone_{undone.what}"),))
