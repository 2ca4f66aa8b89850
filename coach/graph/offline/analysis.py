"""What an athlete asks about fitness, readiness, change, routes, and how right the coach was."""

from __future__ import annotations

from typing import Any

from coach.graph.offline import analysis_words as aw
from coach.graph.offline import words as w
from coach.graph.offline.amounts import MARATHON_M
from coach.graph.offline.heard import Heard
from coach.graph.offline.reading import Reading, call
from coach.graph.offline.telling import picked
from coach.graph.offline.when import Span

_ASK_PACE = (
    r"몇|얼마|어느|적정|추천|알려|보여|뭐|어떻게\s?(?:돼|되)|정해|뛰어야|달려야|\?"
    r"|\bwhat|\bhow (?:fast|slow)\b|\bshould\b|\bmy\b|\bshow\b|\btell\b"
)
SERIES = (
    ("rhr", w.REST_HR),
    ("hrv", w.HRV),
    ("weight", w.WEIGHT),
    ("stride", r"보폭|스트라이드|\bstrides?(?: length)?\b"),
    ("cadence", r"케이던스|발걸음 수|\bcadence\b"),
    ("efficiency", r"효율|같은\s?심박|\befficien|\bsame heart[- ]?rate\b"),
)
CAUSES = (
    ("sleep", rf"{w.SLEEP}|(?:잘|못)\s?자면"),
    (
        "temperature",
        r"기온|온도|더위|더우|더울|더운|추우|추운|추위|날씨|\btemperature\b|\bheat\b"
        r"|\bhot(?:ter)?\b|\bin the cold\b|\bcold(?:er)? (?:days?|weather)\b|\bweather\b",
    ),
    ("hrv", w.HRV),
    ("rhr", w.REST_HR),
    ("weight", w.WEIGHT),
    ("distance", r"주간\s?(?:거리|마일리지)|\bweekly (?:distance|mileage|km|miles)\b|\bkm (?:a|per) week\b"),
    (
        "load",
        r"훈련량|부하|훈련\s?강도|훈련(?:을)?\s?많이|많이\s?(?:뛰|달리|훈련)|\bload\b|\bvolume\b"
        r"|\bmileage\b|\btraining\b",
    ),
)
EFFECTS = (
    ("decoupling", w.DRIFT),
    (
        "rpe",
        r"체감|힘듦|힘든\s?정도|힘들|\brpe\b|\beffort\b|\bhow hard\b|\bfeels? (?:harder|easier|hard|easy)\b",
    ),
    ("pain", r"통증|아프|아픈|\bpain\b|\bhurts?\b"),
    ("mood", r"기분|\bmood\b"),
    ("fatigue", r"피로|피곤|\bfatigue\b|\btired(?:ness)?\b"),
    ("rhr", w.REST_HR),
    ("hrv", w.HRV),
    ("efficiency", r"페이스|효율|속도|기록|달리기|러닝|심박|\bpace\b|\befficien|\bspeed\b|\brun"),
)


LONG_DAYS = 14  # within fewer nothing has changed for good
BY_TIME = r"시간\s?(?:기준|대로|축)|\bby time\b|\bover time\b|\btime[- ]aligned\b"

BY_DISTANCE = r"거리\s?(?:기준|대로)|\bby distance\b"


def _dates(span: Span | None) -> dict[str, Any]:
    return {} if span is None else {"start": span.start, "end": span.end}


def named(heard: Heard, known: tuple[tuple[str, str], ...], but: str = "") -> str | None:
    """Return which of the known things was named."""
    return next((name for name, pattern in known if name != but and heard.has(pattern)), None)


def readiness(heard: Heard) -> Reading | None:
    """Whether to train today: 준비도, 오늘 뛰어도 돼?, am I ready to train."""
    if heard.has(rf"{w.PAIN}|{w.DIAGNOSES}|{aw.HOW_TO_RUN}") or heard.future or not heard.has(aw.READY):
        return None
    day = heard.day
    return call("readiness", day=day.start if day is not None and day.start <= heard.cal.today else None)


def sleep(heard: Heard) -> Reading | None:
    """How one slept over some nights; a single night is told with the rest of its day's recovery."""
    span = heard.period
    nights = span is not None and not span.is_day
    if heard.has(rf"{w.CHART}|{aw.RELATION}") or not heard.has(rf"{w.SLEEP}|{aw.BEDTIME}"):
        return None
    if not (nights or heard.has(rf"{aw.NIGHTS}|{aw.BEDTIME}")):
        return None
    return call("sleep", **(_dates(span) if nights else {}))


def training_status(heard: Heard) -> Reading | None:
    return call("training_status") if heard.has(aw.TRAINING_STATUS) else None


def fitness(heard: Heard) -> Reading | None:
    return call("fitness") if heard.has(aw.FITNESS_LEVEL) else None


def race_predictions(heard: Heard) -> Reading | None:
    """What one could run today: 예상 기록, what could I run a half in."""
    distances = list(dict.fromkeys(heard.values("distance_m")))
    if heard.has(aw.WAS_RIGHT) or heard.has(r"훈련|연습|\btrain|\bhow (?:do|should|can) i\b"):
        return None
    target = heard.has(aw.SUB) and heard.has(aw.POSSIBLE)
    if target and not distances and not heard.amounts:
        distances = [MARATHON_M]  # "sub 4" without a distance is the marathon's
    if not (target or heard.has(aw.PREDICTED) or (distances and heard.has(aw.TO_BREAK))):
        return None
    return call("race_predictions", distances_m=distances or None)


def training_paces(heard: Heard) -> Reading | None:
    """At which pace to train; how fast an easy run was is another question."""
    if heard.has(w.ZONES):
        return None
    if heard.has(r"훈련\s?페이스|\btraining paces?\b|\bpaces? (?:to|should i) train\b"):
        return call("training_paces")
    told = heard.has(r"어땠|이었|였|\bwas\b|\bdid\b") or bool(heard.spans) or picked(heard)
    # "Tempo pace" alone asks for it.
    asked = heard.has(_ASK_PACE) or len(heard.low.split()) <= 3
    return call("training_paces") if heard.has(aw.EASY_OR_HARD) and asked and not told else None


def mean_max(heard: Heard) -> Reading | None:
    if not heard.has(aw.MEAN_MAX) or heard.has(w.BEST):
        return None
    channel = channel_of(heard)
    if channel is None and heard.has(w.DRAWN):
        return None
    return call("mean_max", channel=channel, **_dates(heard.period))


def channel_of(heard: Heard) -> str | None:
    """Return which curve was named."""
    named = (("power", w.POWER), ("hr", w.HR), ("pace", w.PACE))
    return next((channel for channel, pattern in named if heard.has(pattern)), None)


def changes(heard: Heard) -> Reading | None:
    """What changed for good: 보폭이 줄었어?, what has changed since my last race."""
    if heard.has(r"신발|러닝화|\bshoes?\b") and not heard.asks:
        return None
    what = named(heard, SERIES)
    since_race = heard.has(aw.SINCE_RACE)
    span = heard.period
    long = what != "weight" and span is not None and (span.end - span.start).days >= LONG_DAYS
    said = since_race or long or heard.has(r"부터|이후|\bsince\b")
    if what in ("rhr", "hrv", "weight") and not said:
        return None  # against what is usual: that is the day's recovery
    if what is None and heard.has(w.LOAD):
        return None
    if not (heard.has(aw.ODD) or (heard.has(aw.CHANGED) and (what or not heard.sport or heard.has(aw.BODY)))):
        return None
    if (heard.has(w.COMPARE) and not what) or heard.has(aw.RELATION):
        return None
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
    if heard.day is not None and (heard.sport is not None or heard.has(w.SESSION)):
        return None  # what one day's heat did is told with that run
    cause = _cause(heard)
    if cause is None:
        return None
    if cause == "sleep" and heard.has(aw.SHORT_NIGHT):
        cause = "short_sleep"
    # "주간 거리" is what is compared, not a span of two weeks.
    dates = {} if cause == "distance" else _dates(heard.period)
    return call("correlate", a=cause, b=named(heard, EFFECTS, cause) or "efficiency", **dates)


def _cause(heard: Heard) -> str | None:
    """Return what may lie behind the other: what stands after "when", else what is named first."""
    condition = heard.search(r"\b(?:when|if|after|because of|with)\b(.*)")
    if condition and (cause := named(heard.saying(condition[1]), CAUSES)):
        return cause
    found = [(m.start(), name) for name, pattern in CAUSES if (m := heard.search(pattern))]
    return min(found)[1] if found else None


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
    align = "time" if heard.has(BY_TIME) else None
    outing = heard.has(
        rf"{w.LAST}|{aw.SAME_ROUTE}|두\s?(?:번|개|달리기|러닝|런|운동)|\blast two (?:runs|rides"
        rf"|workouts)\b|\btwo runs\b|\brun before\b"
    )
    if heard.spans and days != list(heard.spans):
        return None
    if outing or (days and heard.has(rf"{w.SESSION}|달리기|\brun\b")):
        return call("compare_runs", a_day=days[0].start if days else None, align=align)
    return None


def same_route(heard: Heard) -> Reading | None:
    if not heard.has(aw.ROUTE_BEFORE) and (not heard.has(aw.SAME_ROUTE) or heard.has(w.COMPARE)):
        return None
    return call("same_route", day=heard.day.start if heard.day else None)


def heatmap(heard: Heard) -> Reading | None:
    if not heard.has(aw.HEATMAP):
        return None
    return call("heatmap", sport=heard.sport.value if heard.sport else None, **_dates(heard.period))


def track_record(heard: Heard) -> Reading | None:
    if not heard.has(aw.WAS_RIGHT) or heard.has(w.DRAWN):
        return None
    return call("track_record", model=model_of(heard))


def model_of(heard: Heard) -> str | None:
    """Return whose record is asked for."""
    known = (
        ("readiness", r"준비도|\breadiness\b"),
        ("race_predictions", rf"{w.RACE}|기록\s?예|예상\s?기록"),
        ("changes", r"변화|달라졌|\bchanges?\b|\balarms?\b"),
    )
    return named(heard, known)
