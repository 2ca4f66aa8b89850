"""The page of plans: what waits for a decision, the plan with its weeks, the wish form, the month."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse

from api.approval_view import ApprovalOut, cards
from api.deps import House, Who
from api.feed_view import feed_words
from api.plan_form import form_of
from api.plan_month import month_of
from api.plan_receipt import receipt_words, step_done_lines
from api.plan_view import WeekOut, WorkoutOut
from api.race_plan_view import race_plan_parts
from api.routers.charts import chart_urls
from api.templates import page
from api.whole_plan import PlanOut, shown, whole
from coach.domain.athlete import Athlete
from coach.domain.plan.model import WorkoutKind
from coach.domain.redflags import Severity
from coach.store import athletes, connections, plan_holds
from coach.store.plan_holds import Hold
from coach.text import Lang, formats, say
from coach.text.formats import M_PER_MILE

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

CHARTS = ("plan_volume", "plan_load")
Month = Annotated[str, Query(pattern=r"^(19[7-9]\d|20\d\d|21\d\d)-(0[1-9]|1[0-2])$")]


@router.get("/plan", name="plan_page")
def plan_page(house: House, who: Who, month: Month | None = None) -> HTMLResponse:
    """Show the plan that runs, else the newest; `month` of the calendar."""
    now = house.clock()
    with house.session(who) as s:
        athlete = athletes.get(s, who.athlete_id)
        today = now.astimezone(athlete.zone).date()
        found = shown(s)
        plan = None if found is None else whole(s, athlete, *found, now)
        waiting = cards(s, athlete, now)
        holds = plan_holds.standing(s)
        watch = connections.get(s, "garmin")
        first = date.fromisoformat(f"{month}-01") if month else today.replace(day=1)
        values: dict[str, Any] = {
            "form": form_of(s, athlete, today),
            "month": month_of(s, athlete, first, today),
            "feed": feed_words(s, athlete, today),
            "race_plan": [] if found is None else race_plan_parts(s, athlete, found[1].plan, today),
        }
    lang = athlete.lang
    sends = watch is not None and watch.state not in ("off", "pending") and not holds
    return page(
        "plan.html",
        lang,
        p=partial(_sentence, lang),
        today=today.isoformat(),
        unit="mi" if athlete.units == "imperial" else "km",
        unit_m=M_PER_MILE if athlete.units == "imperial" else 1000,
        hold=_hold(holds, waiting, athlete, today),
        approvals=waiting,
        plan=plan,
        head=None if plan is None else _head(plan, athlete, today, bool(holds)),
        charts=[] if plan is None else _charts(plan, lang),
        weeks=[] if plan is None else [_week(w, plan, athlete, today, sends) for w in plan.weeks],
        **values,
    )


def _sentence(lang: Lang, key: str, **params: Any) -> str:
    return say(lang, f"plan_web.{key}", **params)


def _hold(
    holds: tuple[Hold, ...], waiting: list[ApprovalOut], athlete: Athlete, today: date
) -> dict[str, Any] | None:
    if not holds or any(hold.severity == Severity.crisis for hold in holds):
        return None  # to somebody in distress a page of plans has nothing to say
    first, lang = holds[0], athlete.lang
    day = formats.day(first.raised_at.astimezone(athlete.zone).date(), lang, today)
    key = "hold_since" if first.words else "hold_since_wordless"
    ill = all(hold.trigger == "illness" for hold in holds)
    return {
        "said": say(lang, f"plan_web.{key}", day=day, words=first.words),
        "about": say(lang, "plan_adapt.still_illness" if ill else "plan_adapt.still"),
        "asked": any(card.kind == "clearance" for card in waiting),
    }


def _head(plan: PlanOut, athlete: Athlete, today: date, held: bool) -> dict[str, Any]:
    lang, units = athlete.lang, athlete.units
    state = plan.head.state
    if state == "draft" and plan.revision.state == "proposed":
        state_key = "proposed"
    else:
        state_key = state
    tags = [say(lang, f"plan_web.tag_{state_key}")]
    if held:
        tags.append(say(lang, "plan_web.tag_held"))
    left = None if plan.race_day is None else (plan.race_day - today).days
    if left is not None and left >= 0:
        tags.append(say(lang, "plan_web.tag_days_left", n=left) if left else say(lang, "plan_web.tag_today"))
    now = next((w for w in plan.weeks if w.start <= today <= w.end), None)
    if now is not None:
        tags.append(say(lang, f"plan.phase_{now.phase.value}"))
    tags.append(
        say(
            lang,
            "plan_web.tag_totals",
            weeks=plan.totals.weeks,
            distance=formats.distance(plan.totals.run_m, lang, units),
            peak=formats.distance(plan.totals.peak_m, lang, units),
        )
    )
    return {
        "goal": plan.said,
        "tags": tags,
        "feasibility": None if plan.feasibility is None else plan.feasibility.said,
        "remarks": plan.remarks if state != "done" else [],
        "adherence": None if plan.adherence is None else plan.adherence.said,
        "warnings": [f.said for f in plan.findings] if state in ("draft", "running") else [],
        "may_propose": state == "draft" and plan.revision.state == "draft" and not held,
        "may_undo": state == "running" and plan.may_undo,
        "may_cancel": state in ("draft", "running"),
    }


def _charts(plan: PlanOut, lang: Lang) -> list[dict[str, str]]:
    asked = {"plan_id": plan.head.id, "revision": plan.revision.number}
    return [{"title": say(lang, f"charts.{name}"), **chart_urls(name, asked)} for name in CHARTS]


def _week(week: WeekOut, plan: PlanOut, athlete: Athlete, today: date, sends: bool) -> dict[str, Any]:
    lang, units = athlete.lang, athlete.units
    days = [week.start + timedelta(days=n) for n in range((week.end - week.start).days + 1)]
    keys = [w.title for w in week.workouts if w.key]
    done_m = plan.run_by_week.get(week.number)
    return {
        "number": week.number,
        "now": week.start <= today <= week.end,
        "dates": formats.date_range(week.start, week.end, lang, today),
        "phase": say(lang, "plan.cutback" if week.cutback else f"plan.phase_{week.phase.value}"),
        "far": formats.distance(week.run_m, lang, units),
        "longest": formats.distance(week.longest_m, lang, units),
        "key_titles": keys,
        "done": None
        if not done_m
        else say(lang, "plan_web.week_done", far=formats.distance(done_m, lang, units)),
        "days": [
            {
                "words": formats.day(day, lang, today),
                "today": day == today,
                "rest": say(lang, "plan_web.rest_day"),
                "workouts": [_workout(w, plan, athlete, today, sends) for w in week.workouts if w.day == day],
            }
            for day in days
            if plan.start <= day <= plan.end
        ],
    }


def _workout(w: WorkoutOut, plan: PlanOut, athlete: Athlete, today: date, sends: bool) -> dict[str, Any]:
    lang = athlete.lang
    holds = plan.head.state == "running" and plan.revision.number == plan.head.approved
    open_ = w.match is None and w.day >= today and w.kind not in (WorkoutKind.rest, WorkoutKind.race)
    by_distance = w.distance_m > 0 and any(step.ends == "distance" for part in w.parts for step in part.steps)
    unit_m = M_PER_MILE if athlete.units == "imperial" else 1000
    size = f"{w.distance_m / unit_m:.1f}" if by_distance else f"{w.duration_s / 60:.0f}"
    return {
        "out": w,
        "done": None if w.match is None else say(lang, "plan_web.done"),
        "activity": None if w.match is None else w.match.activity_id,
        "steps_done": [] if w.match is None else list(step_done_lines(w.match.detail, athlete)),
        "receipt": None if w.delivery is None else receipt_words(w.delivery, athlete, plan.now),
        "file": bool(w.parts) and holds,
        "may_change": open_ and plan.head.state in ("draft", "running"),
        "may_push": sends and holds and open_ and (w.delivery is None or w.delivery.state != "sent"),
        "size": size if w.parts else "",
        "by": "distance" if by_distance else "time",
    }
