"""The same question about something else: 하프는? after a prediction, and my stride? after a change."""

from __future__ import annotations

from coach.graph.offline import analysis, calculating
from coach.graph.offline import words as w
from coach.graph.offline.heard import Heard
from coach.graph.offline.reading import Call, Reading, make_call

_CAUSES_ONLY = frozenset({"sleep", "temperature", "load", "weight"})


def swap(heard: Heard, last: Call) -> Reading | None:
    """Return the call before with what a short message names instead, or None."""
    if heard.has(rf"{w.DID}|{w.BEST}|{w.DRAWN}|{w.COMPARE}|{w.PAIN}"):
        return None
    rule = {
        "race_predictions": _distances,
        "calculate": _inputs,
        "mean_max": _channel,
        "changes": _series,
        "correlate": _link,
        "compare_runs": _alignment,
        "track_record": _model,
        "zones": _kind,
        "show_chart": _curve,
    }.get(last.tool)
    return rule(heard, last) if rule and not heard.spans else None


def _with(last: Call, **args: object) -> Reading:
    return Reading((make_call(last.tool, **{**last.args, **args}),))


def _distances(heard: Heard, last: Call) -> Reading | None:
    distances = heard.values("distance_m")
    return _with(last, distances_m=distances) if distances and not heard.values("duration_s") else None


def _inputs(heard: Heard, last: Call) -> Reading | None:
    return calculating.again(heard, last.args)


def _channel(heard: Heard, last: Call) -> Reading | None:
    channel = analysis.channel_of(heard)
    return _with(last, channel=channel) if channel else None


def _curve(heard: Heard, last: Call) -> Reading | None:
    if last.args.get("chart") != "mean_max":
        return None
    channel = analysis.channel_of(heard)
    return Reading((make_call("mean_max", channel=channel),)) if channel else None


def _series(heard: Heard, last: Call) -> Reading | None:
    what = analysis.named(heard, analysis.SERIES)
    return _with(last, what=what) if what else None


def _link(heard: Heard, last: Call) -> Reading | None:
    cause = analysis.named(heard, analysis.CAUSES)
    if cause in _CAUSES_ONLY:
        return _with(last, a=cause)
    effect = analysis.named(heard, analysis.EFFECTS)
    return _with(last, b=effect) if effect else None


def _alignment(heard: Heard, last: Call) -> Reading | None:
    by = "time" if heard.has(analysis.BY_TIME) else "distance" if heard.has(analysis.BY_DISTANCE) else None
    return _with(last, align=by) if by else None


def _model(heard: Heard, last: Call) -> Reading | None:
    model = analysis.model_of(heard)
    return _with(last, model=model) if model else None


def _kind(heard: Heard, last: Call) -> Reading | None:
    kind = next((k for k, p in (("power", w.POWER), ("pace", w.PACE), ("hr", w.HR)) if heard.has(p)), None)
    return _with(last, kind=kind) if kind else None
