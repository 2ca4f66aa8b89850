"""From one message to tool calls: the rules in the order in which they are tried."""

from __future__ import annotations

import re
from collections.abc import Callable

from coach.graph.offline import (
    analysis,
    asking,
    calculating,
    charting,
    connecting,
    guideline,
    journaling,
    looking_back,
    minding,
    naming,
    outing,
    planning,
    settings,
    speaking_first,
    telling,
)
from coach.graph.offline import words as w
from coach.graph.offline.heard import Heard
from coach.graph.offline.reading import Reading, call, reply

Rule = Callable[[Heard], Reading | None]


def read(heard: Heard) -> Reading | None:
    """Return what a message asks for on its own, or None."""
    if not re.search(r"\w", heard.low):
        return None
    clauses = _clauses(heard)
    if len(clauses) > 1 and _draws(clauses[-1]):
        return _with_chart(heard, clauses)
    for rule in _RULES:
        if (found := rule(heard)) is not None:
            return found
    return None


def _clauses(heard: Heard) -> list[Heard]:
    parts = re.split(r"(?<=[?.!~])\s+|\s*[,,]\s*(?:그리고\s*)?(?=그래프|차트|and\b|show\b|with\b)", heard.low)
    return [heard.saying(part) for part in parts if re.search(r"\w", part)]


def _draws(heard: Heard) -> bool:
    return heard.has(rf"{w.CHART}|{w.MAP}|{w.CALENDAR}")


def _with_chart(heard: Heard, clauses: list[Heard]) -> Reading | None:
    """An answer and its chart: 내 컨디션 어때? 그래프로 보여줘."""
    asked = read(heard.saying(" ".join(clause.low for clause in clauses[:-1])))
    if asked is None or not asked.calls:
        return _first(heard, _RULES)
    first = asked.calls[0]
    chart = charting.chart_named(clauses[-1]) or charting.chart_of(first)
    drawn = charting.chart_call(clauses[-1], chart)
    kept = {k: v for k, v in first.args.items() if k in ("start", "end", "sport", "activity_id")}
    if "day" in first.args:
        kept |= {"start": first.args["day"], "end": first.args["day"]}
    if chart == "load_form":
        kept.pop("sport", None)
    drawn = type(drawn)(drawn.tool, {**kept, **drawn.args})
    return Reading((*asked.calls, drawn))


def _first(heard: Heard, rules: tuple[Rule, ...]) -> Reading | None:
    return next((found for rule in rules if (found := rule(heard)) is not None), None)


def _chart(heard: Heard) -> Reading | None:
    if not _draws(heard) or telling_order(heard):
        return None
    chart = charting.chart_named(heard)
    if chart is None:
        return None
    span = heard.span
    if chart in charting.OF_ONE and span is not None and not span.is_day:
        # A chart of one outing, and a span of days: the last of them, or the longest or fastest.
        return call("activity_show", **telling.selector(heard))
    return Reading((charting.chart_call(heard, chart),))


def telling_order(heard: Heard) -> bool:
    return heard.has(rf"{w.DELETE}|(?:이름|제목).*(?:바꿔|변경)|\brename\b|{w.NOTE}")


def _help(heard: Heard) -> Reading | None:
    return call("what_can_you_do") if heard.has(w.HELP) else None


def _weather(heard: Heard) -> Reading | None:
    """How it is outside now or will be; of a run that was, its own record tells."""
    past = any(span.end < heard.cal.today for span in heard.spans)
    return reply("weather") if heard.has(w.WEATHER) and not past else None


def _import(heard: Heard) -> Reading | None:
    return call("import_status") if heard.has(w.IMPORT) and not heard.has(w.DELETE) else None


def _profile(heard: Heard) -> Reading | None:
    return call("profile_show") if heard.has(w.PROFILE) and not heard.has(r"파일|\bfiles?\b") else None


def _medical(heard: Heard) -> Reading | None:
    """Questions that belong to a doctor: what it is, what to take, whether to run with it."""
    hurts = heard.has(rf"{w.PAIN}|{w.ILLNESS}")
    deciding = heard.has(
        r"도\s?(?:돼|될|되|괜찮)|괜찮(?:을|아\?|나|겠)|해야|어떡|어떻게|왜|때문|가야|일까|인가|이야\?"
        r"|낫|나을|쉬어|가능|\bpossible\b|\bcan i\b|\bshould\b|\bwhy\b|\bsafe\b|\bok(?:ay)? to\b"
        r"|\bdo i have\b|\bis (?:it|this)\b|\bwhat(?:'s| is) wrong\b|\bhow (?:do"
        r"|can|long)\b|\bwill\b|\bhelp\b|\bcure\b"
    )
    if (hurts and deciding) or (heard.has(w.DIAGNOSES) and (heard.asks or deciding)):
        return guideline.of_the_body(heard)
    if heard.has(w.MEDICINE) and (heard.asks or deciding):
        return guideline.of_the_body(heard)
    return None


def _plan(heard: Heard) -> Reading | None:
    if heard.has(rf"{w.PLAN}|{w.INTENDS}") or heard.future:
        return reply("plan")
    if heard.has(r"(?:sub|서브)[- ]?\d|(?:sub|서브)\s?쓰리|목표") and heard.has(
        r"가능|하려면|어떻게|how|can i|possible"
    ):
        return reply("plan")
    return None


def _advice(heard: Heard) -> Reading | None:
    return (
        guideline.asked(heard)
        if heard.has(w.ADVICE) and (heard.asks or heard.has(r"줘|please|추천|\brecommend"))
        else None
    )


def _not_yet(heard: Heard) -> Reading | None:
    """What the coach is asked for and cannot do, told for what it is."""
    for key, pattern in (("erase", w.ERASE), ("bring_data", w.BRING_DATA), ("not_computed", w.NOT_COMPUTED)):
        if heard.has(pattern):
            return reply(key)
    return None


_FILLING = (
    r"기록|달리기|러닝|수영|자전거|(?:에는|에|은|는|엔|도|의|요)(?=\W|$)"
    r"|\b(?:and|my|runs?|rides?|swims?|the|for|in|on|of|please)\b|\W"
)


def bare(heard: Heard) -> Reading | None:
    """Nothing but a day, a period or "chart": what one would want to see of it."""
    rest = heard.low
    for start, end in sorted((span.at for span in heard.spans), reverse=True):
        rest = rest[:start] + rest[end:]
    if heard.spans and not re.sub(_FILLING, "", rest):
        span, sport = heard.spans[0], heard.sport.value if heard.sport else None
        if span.is_day:
            return call("activity_show", day=span.start, sport=sport)
        return call("totals", start=span.start, end=span.end, sport=sport)
    if heard.has(rf"^(?:{w.CHART})(?:로|을|를)?\s?(?:보여|그려|좀|줘|please|show)*\W*$"):
        return call("show_chart", chart="load_form")
    return None


def _small_talk(heard: Heard) -> Reading | None:
    if heard.spans and not heard.has(rf"^(?:{w.PRAISE[1:]}|{w.BYE})"):
        return reply("rest") if heard.has(w.RESTED) and not heard.asks else None
    if heard.has(w.RESTED) and not heard.asks:
        return reply("rest")
    for key, pattern in (("greeting", w.GREETING), ("thanks", w.THANKS), ("bye", w.BYE), ("who", w.WHO)):
        if heard.has(pattern) and len(heard.low) < 40:
            return reply(key)
    if heard.has(w.NO) or heard.has(w.YES):
        return reply("ok")
    if heard.has(w.PRAISE) and len(heard.low) < 20:
        return reply("ok")
    return None


_RULES: tuple[Rule, ...] = (
    connecting.connections,
    minding.asked,
    speaking_first.read,
    _help,
    _weather,
    guideline.in_general,
    planning.read,
    calculating.calculate,
    settings.read,
    _medical,
    journaling.correct,
    journaling.show,
    looking_back.insights,
    analysis.track_record,
    telling.change,
    telling.undo,
    _not_yet,
    telling.delete,
    _import,
    asking.journal,
    analysis.correlate,
    analysis.heatmap,
    analysis.same_route,
    analysis.compare_runs,
    analysis.mean_max,
    naming.called,
    _chart,
    telling.log,
    telling.journal,
    analysis.race_predictions,
    analysis.training_status,
    analysis.training_paces,
    asking.compare,
    asking.zones,
    analysis.fitness,
    analysis.readiness,
    analysis.sleep,
    analysis.changes,
    minding.told,
    _plan,
    asking.best_efforts,
    asking.condition,
    outing.activity,
    asking.find,
    asking.totals,
    _profile,
    naming.metric,
    _small_talk,
    _advice,
    guideline.at_last,
)
