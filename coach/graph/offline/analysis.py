"""What an athlete asks about fitness, readiness, change, routes, and how right the coach was."""

from __future__ import annotations

from typing import Any

from coach.graph.offline import analysis_words as aw
from coach.graph.offline import words as w
from coach.graph.offline.heard import Heard
from coach.graph.offline.reading import Reading, call
from coach.graph.offline.telling import picked
from coach.graph.offline.when import Span

_ASK_PACE = (
    r"몇|얼마|어느|적정|추천|알려|보여|뭐|어떻게\s?(?:돼|되)|정해|뛰어야|달려야|\?"
    r"|\bwhat|\bhow (?:fast|slow)\b|\bshould\b|\bmy\b|\bshow\b|\btell\b"
)
_SERIES = (
    ("rhr", w.REST_HR),
    ("hrv", w.HRV),
    ("weight", w.WEIGHT),
    ("stride", r"보폭|스트라이드|\bstrides?(?: length)?\b"),
    ("cadence", r"케이던스|발걸음 수|\bcadence\b"),
    ("efficiency", r"효율|같은\s?심박|\befficien|\bsame heart[- ]?rate\b"),
)
_CAUSES = (
    ("sleep", w.SLEEP),
    ("temperature", r"기온|온도|더위|더울|더운|날씨|\btemperature\b|\bheat\b|\bhot(?:ter)?\b|\bweather\b"),
    ("hrv", w.HRV),
    ("rhr", w.REST_HR),
    ("weight", w.WEIGHT),
    ("load", r"훈련량|부하|훈련\s?강도|\bload\b|\bvolume\b|\bmileage\b|\btraining\b"),
)
_EFFECTS = (
    ("decoupling", w.DRIFT),
    ("rpe", r"체감|힘듦|힘든\s?정도|\brpe\b|\beffort\b|\bhow hard\b"),
    ("rhr", w.REST_HR),
    ("hrv", w.HRV),
    ("efficiency", r"페이스|효율|속도|기록|달리기|러닝|심박|\bpace\b|\befficien|\bspeed\b|\brun"),
)


def _dates(span: Span | None) -> dict[str, Any]:
    return {} if span is None else {"start": span.start, "end": span.end}


def _period(heard: Heard) -> Span | None:
    return next((span for span in heard.spans if span.kind != "recent"), None)


def _named(heard: Heard, known: tuple[tuple[str, str], ...], but: str = "") -> str | None:
    return next((name for name, pattern in known if name != but and heard.has(pattern)), None)


def readiness(heard: Heard) -> Reading | None:
    """Whether to train today: 준비도, 오늘 뛰어도 돼?, am I ready to train."""
    if heard.has(w.PAIN) or heard.future or not heard.has(aw.READY):
        return None
    day = heard.day
    return call("readiness", day=day.start if day is not None and day.start <= heard.cal.today else None)


def sleep(heard: Heard) -> Reading | None:
    """How one slept over some nights; a single night is told with the rest of its day's recovery."""
    span = _period(heard)
    nights = span is not None and not span.is_day
    if (
        not heard.has(w.SLEEP)
        or heard.has(rf"{w.CHART}|{aw.RELATION}")
        or not (heard.has(aw.NIGHTS) or nights)
    ):
        return None
    return call("sleep", **(_dates(span) if nights else {}))


def training_status(heard: Heard) -> Reading | None:
    return call("training_status") if heard.has(aw.TRAINING_STATUS) else None


def fitness(heard: Heard) -> Reading | None:
    return call("fitness") if heard.has(aw.FITNESS_LEVEL) else None


def race_predictions(heard: Heard) -> Reading | None:
    """What one could run today: 예상 기록, what could I run a half in."""
    if not heard.has(aw.PREDICTED) or heard.has(aw.WAS_RIGHT):
        return None
    return call("race_predictions", distances_m=list(dict.fromkeys(heard.values("distance_m"))) or None)


def training_paces(heard: Heard) -> Reading | None:
    """At which pace to train; how fast an easy run was is another question."""
    if heard.has(w.ZONES):
        return None
    if heard.has(r"훈련\s?페이스|\btraining paces?\b|\bpaces? (?:to|should i) train\b"):
        return call("training_paces")
    kind = heard.has(
        r"(?:이지|조깅|회복|템포|역치|인터벌|반복|마라톤|레이스)\s?(?:런|주)?\s?페이스"
        r"|\b(?:easy|tempo|threshold|interval|recovery|rep|marathon)(?:[- ]run)?s?\s+pace\b"
        r"|\bpace\b.*\b(?:easy|tempo|threshold|interval|recovery)\b"
    )
    told = heard.has(r"어땠|이었|였|\bwas\b|\bdid\b") or bool(heard.spans) or picked(heard)
    return call("training_paces") if kind and heard.has(_ASK_PACE) and not told else None


def mean_max(heard: Heard) -> Reading | None:
    if not heard.has(aw.MEAN_MAX) or heard.has(w.BEST):
        return None
    channel = "power" if heard.has(r"파워|\bpower\b") else "hr" if heard.has(w.HR) else None
    return call("mean_max", channel=channel, **_dates(_period(heard)))


def changes(heard: Heard) -> Reading | None:
    """What changed for good: 보폭이 줄었어?, what has changed since my last race."""
    what = _named(heard, _SERIES)
    since_race = heard.has(r"대회\s?(?:이후|부터|뒤|후)|\bsince (?:my |the )?(?:last )?race\b")
    if what in ("rhr", "hrv", "weight") and not (since_race or heard.has(r"부터|이후|\bsince\b")):
        return None  # against what is usual: that is the day's recovery
    if what is None and heard.has(w.LOAD):
        return None
    if not (heard.has(aw.ODD) or (heard.has(aw.CHANGED) and (what or not heard.sport or heard.has(aw.BODY)))):
        return None
    if heard.has(w.COMPARE) and not what:
        return None
    span = _period(heard)
    return call(
        "changes",
        what=what,
        since_last_race=True if since_race else None,
        since=span.start if span is not None and not since_race else None,
    )


def correlate(heard: Heard) -> Reading | None:
    """Whether one thing goes with another: 잠이 페이스에 영향을 줘?, does heat slow me down."""
    if not heard.has(aw.RELATION):
        return None
    cause = _named(heard, _CAUSES)
    if cause is None:
        return None
    return call(
        "correlate", a=cause, b=_named(heard, _EFFECTS, cause) or "efficiency", **_dates(_period(heard))
    )


def compare_runs(heard: Heard) -> Reading | None:
    """Two outings side by side; spans of days are compared elsewhere."""
    if not heard.has(w.COMPARE) or heard.values("distance_m"):
        return None
    days = [span for span in heard.spans if span.is_day and span.kind == "day"]
    if len(days) >= 2 and len(days) == len(heard.spans):
        later, earlier = sorted((day.start for day in days[:2]), reverse=True)
        if heard.sport is not None or heard.has(w.SESSION):
            return call("compare_runs", a_day=later, b_day=earlier)
        return None
    outing = heard.has(rf"{w.LAST}|{aw.SAME_ROUTE}|두\s?(?:번|개)|\btwo runs\b|\brun before\b")
    if heard.spans and days != list(heard.spans):
        return None
    if outing or (days and heard.has(rf"{w.SESSION}|달리기|\brun\b")):
        return call("compare_runs", a_day=days[0].start if days else None)
    return None


def same_route(heard: Heard) -> Reading | None:
    if not heard.has(aw.SAME_ROUTE):
        return None
    return call("same_route", day=heard.day.start if heard.day else None)


def heatmap(heard: Heard) -> Reading | None:
    if not heard.has(aw.HEATMAP):
        return None
    return call("heatmap", sport=heard.sport.value if heard.sport else None, **_dates(_period(heard)))


def track_record(heard: Heard) -> Reading | None:
    if not heard.has(aw.WAS_RIGHT):
        return None
    model = (
        "race_predictions"
        if heard.has(w.RACE) or heard.has(r"기록\s?예|예상\s?기록")
        else "readiness"
        if heard.has(r"준비도|\breadiness\b")
        else None
    )
    return call("track_record", model=model)
