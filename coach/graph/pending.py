"""Reading a short answer to a question that is open: by its number, its words, or its place in the list."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

_ORDINALS: tuple[tuple[str, int], ...] = (
    (r"첫\s*(번\s*째|째)?|1\s*번(째)?|the\s+first|first|1st", 0),
    (r"두\s*번\s*째|둘\s*째|2\s*번(째)?|the\s+second|second|2nd", 1),
    (r"세\s*번\s*째|셋\s*째|3\s*번(째)?|the\s+third|third|3rd", 2),
    (r"네\s*번\s*째|넷\s*째|4\s*번(째)?|the\s+fourth|fourth|4th", 3),
    (r"다섯\s*번\s*째|5\s*번(째)?|the\s+fifth|fifth|5th", 4),
    (r"마지막|맨\s*끝|the\s+last|last", -1),
)
# What people put around the choice itself: "1번이요", "아침 거로 해줘", "the first one please".
_TRAILING = (
    r"\s*(거|것|걸|게)?\s*(으로|로|을|를)?\s*(이?요|이에요|예요|입니다|할게(요)?|해줘(요)?|해\s*주세요|부탁해(요)?)?"
    r"\s*(one|please|run)?\s*[.!~]*\s*$"
)
_YES = re.compile(
    r"^\s*(네|넵|넹|예|응|어|웅|그래(요)?|좋아(요)?|좋습니다|동의(해|해요|합니다|할게요?)?|허용(해|해요|할게요?)?|ㅇㅇ|오케이|"
    r"ok(ay)?|yes|yep|yeah|sure|i\s+agree|agree(d)?|allow|fine)\s*[.!~]*\s*$",
    re.IGNORECASE,
)
_NO = re.compile(
    r"^\s*(아니(요|오)?|아뇨|싫어(요)?|안\s*돼(요)?|거절(해요|합니다)?|ㄴㄴ|괜찮아(요)?|"
    r"no|nope|no\s+thanks?( you)?|disagree|decline|stay\s+offline)\s*[.!~]*\s*$",
    re.IGNORECASE,
)
_EXTRA = 8  # characters that may stand around a choice's own words


def choose(message: str, choices: Sequence[Mapping[str, str]]) -> str | None:
    """Return the value of the one choice that `message` means, or None when it means something else."""
    said = _squeeze(message)
    if not said:
        return None
    labels = [_squeeze(choice["label"]) for choice in choices]
    for i, choice in enumerate(choices):
        if said in (labels[i], _squeeze(choice["value"])):
            return choice["value"]
    if said.isascii() and said.isdigit():
        at = int(said) - 1
        return choices[at]["value"] if 0 <= at < len(choices) else None
    for pattern, at in _ORDINALS:
        if re.match(rf"^\s*({pattern}){_TRAILING}", message, re.IGNORECASE) and at < len(choices):
            return choices[at]["value"]
    core = _squeeze(re.sub(_TRAILING, "", message, flags=re.IGNORECASE)) or said
    if len(core) > 1:
        parts = [i for i, label in enumerate(labels) if core in label]
        if len(parts) == 1:
            return choices[parts[0]]["value"]
    around = [i for i, label in enumerate(labels) if label in said and len(said) <= len(label) + _EXTRA]
    return choices[around[0]]["value"] if len(around) == 1 else None


def plain(message: str, choices: Sequence[Mapping[str, str]]) -> str | None:
    """Return the value that a bare yes or no means, where the choices are a yes and a no."""
    agreed = agrees(message)
    values = {choice["value"] for choice in choices}
    if agreed is None or "yes" not in values or len(values) != 2:
        return None
    return "yes" if agreed else next(iter(values - {"yes"}))


def agrees(message: str) -> bool | None:
    """Return True for a plain yes, False for a plain no, None for anything else."""
    if _YES.match(message):
        return True
    return False if _NO.match(message) else None


def _squeeze(text: str) -> str:
    return re.sub(r"[\s()·,.!?~]+", "", text).casefold()
