"""What is measured, as texts name it and as facts have it: mean, longest, planned, sleep …"""

from __future__ import annotations

import re
from functools import lru_cache

from coach.domain.fact import Fact
from coach.graph.mark import Mark, stems

# Names of what is measured, in text and (by metric or label) in facts. Of those in OWN a number may have
# none that its fact has not.
_CUES = {
    "best": r"최고 ?기록|베스트|개인 ?최고|\bPBs?\b|\bPRs?\b|\bbests?\b|\brecord\b",
    "max": r"최고(?! ?기록)|최대(?!산소)|\bmax(?:imum)?\b|\bpeak(?:ed)?\b|\bhighest\b",
    "mean": r"평균|\baverage[ds]?\b|\bavg\b|\bmean\b",
    "resting": r"안정|\bresting\b",
    "threshold": r"역치|\bthreshold\b|\blthr\b",
    "longest": r"가장 (?:긴|길|멀|먼)|제일 (?:긴|길|멀|먼)|최장|\blongest\b|\bfurthest\b",
    "ascent": r"오르막|상승|오른 |올랐|올라|\bclimb\w*|\bascent\b|\belevation\b|\buphill\b",
    "descent": r"내리막|하강|\bdescent\b|\bdownhill\b",
    "target": r"목표|\btarget\b|\bgoal\b",
    "plan": r"계획|플랜|예정|잡혀|\bplan(?:s|ned)?\b|\bscheduled\b",
    "predicted": r"예상|예측|\bpredict\w*",
    "sleep": r"수면|잤|잠을|\bsleep\b|\bslept\b",
    "weight": r"체중|몸무게|\bweigh\w*",
    "graded": r"경사 ?보정|\bgraded\b",
    "cadence": r"케이던스|\bcadence\b",
    "power": r"파워|\bpower\b",
    "load": r"부하|\bload\b",
    "ctl": r"체력|\bCTL\b|\bfitness\b",
    "atl": r"피로|\bATL\b|\bfatigue\b",
    "tsb": r"컨디션|\bTSB\b|\bform\b",
    "vdot": r"VDOT",
    "hr": r"심박|맥박|heart[ -]rate|\bHR\b",
}


def _words(pattern: str) -> str:
    """Let Latin words end before Hangul: TSB는."""
    return re.sub(r"\\b(?=[A-Za-z(])", "(?<![A-Za-z])", pattern).replace(r"\b", "(?![A-Za-z])")


_CUE = [(name, stems(pattern), re.compile(_words(pattern), re.IGNORECASE)) for name, pattern in _CUES.items()]
_TRAITS = {
    "best": r"^best_", "max": r"max", "mean": r"avg|mean|average", "resting": r"rhr|rest_",
    "longest": r"longest", "threshold": r"threshold|lthr|critical_", "ascent": r"ascent",
    "descent": r"descent", "target": r"target",
    "plan": r"^plan_(?!target)", "predicted": r"predict", "sleep": r"sleep", "weight": r"weight",
    "graded": r"graded", "cadence": r"cadence", "power": r"power", "load": r"load$", "ctl": r"^ctl$",
    "atl": r"^atl$", "tsb": r"^tsb$", "vdot": r"vdot", "change": r"change|_gap|ramp",
}  # fmt: skip
OWN = frozenset(_TRAITS) - {"power"}
_CHANGE_LABEL = re.compile(r"차이|difference|변화|change")


@lru_cache(maxsize=1024)
def cues(sentence: str) -> tuple[Mark, ...]:
    """Return what a sentence says is measured. Where names overlap, the first in the table counts."""
    low = sentence.casefold()
    found = [
        Mark(m.start(), m.end(), name)
        for name, begins, pattern in _CUE
        if any(begin in low for begin in begins)
        for m in pattern.finditer(sentence)
    ]
    found.sort(key=lambda m: m.start)
    apart: list[Mark] = []
    for mark in found:
        if not apart or mark.start >= apart[-1].end:
            apart.append(mark)
    return tuple(apart)


def traits(fact: Fact) -> frozenset[str]:
    """Return what tells a fact's metric apart from others of its unit."""
    return _traits(fact.metric, fact.label)


@lru_cache(maxsize=4096)
def _traits(metric: str, label: str) -> frozenset[str]:
    found = {name for name, pattern in _TRAITS.items() if re.search(pattern, metric)}
    return frozenset(found | {"change"} if _CHANGE_LABEL.search(label) else found)
