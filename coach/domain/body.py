"""Parts of the body a runner speaks of, and how they are called in Korean and English.

The names are keys of the text area `body`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from coach.domain.utterance.reading import fold

Side = Literal["", "left", "right", "both"]


@dataclass(frozen=True)
class BodyPart:
    """A part and, when said, its side."""

    name: str
    side: Side = ""


# The more special name first: the first that matches a place in the text keeps it.
_NAMES: dict[str, tuple[str, str]] = {
    "quadriceps": (r"앞\s?허벅지|대퇴\s?사두근?|허벅지\s?앞", r"quad(?:ricep)?s?"),
    "adductor": (r"허벅지\s?안쪽|내전근", r"inner thighs?|adductors?"),
    "hamstring": (r"햄스트링|햄스|허벅지\s?뒤", r"hamstrings?|hammies|hammy"),
    "it_band": (r"장경\s?인대", r"it bands?|itb"),
    "thigh": (r"허벅지|대퇴", r"thighs?"),
    "knee": (r"무릎|슬개골|도가니", r"knees?|kneecaps?"),
    "calf": (r"종아리|장딴지", r"cal(?:f|ves)"),
    "shin": (r"정강이", r"shins?|shin splints?"),
    "achilles": (r"아킬레스(?:건)?", r"achilles"),
    "ankle": (r"발목", r"ankles?"),
    "heel": (r"(?:발\s?)?뒤꿈치", r"heels?"),
    "sole": (r"발바닥|족저", r"soles?|plantar\w*(?: fascia)?|arch(?:es)?|bottom of (?:my|the) f(?:oo|ee)t"),
    "instep": (r"발등", r"instep|top of (?:my|the) f(?:oo|ee)t"),
    "toe": (r"엄지\s?발가락|발가락|발톱", r"(?:big )?toes?|toenails?"),
    "elbow": (r"팔꿈치", r"elbows?"),
    "wrist": (r"손목", r"wrists?"),
    "lower_back": (r"허리", r"(?:lower )?backs?(?! to)"),
    "upper_back": (r"등(?=이|은|도|쪽|에|\s?아)", r"upper back"),
    "hip": (r"고관절", r"hips?(?: flexors?)?"),
    "buttock": (r"엉덩이|둔근", r"glutes?|buttocks?|butt"),
    "groin": (r"사타구니|서혜부", r"groin"),
    "pelvis": (r"골반", r"pelvis"),
    "side": (r"옆구리", r"side(?= (?:stitch|hurt|ach|cramp))|stitch"),
    "ribs": (r"갈비(?:뼈)?", r"ribs?"),
    "chest": (r"가슴", r"chest"),
    "stomach": (r"배(?=가|이|는|도|에|\s?아)|복부|복통", r"stomach|belly|tummy|stomach ?ache"),
    "shoulder": (r"어깨", r"shoulders?"),
    "neck": (r"목(?=이|은|도|에|\s)|뒷목", r"neck"),
    "head": (r"머리|두통", r"head(?:ache)?"),
    "whole_body": (r"온\s?몸|전신|몸\s?전체", r"whole body|all over|entire body"),
    "arm": (r"팔(?!꿈|월|십|백|\s?키|\d)", r"arms?"),
    "hand": (r"손(?!목|\s?님)", r"hands?"),
    "foot": (r"발(?!목|바|등|가|톱|뒤|꿈|열|표)", r"foot|feet"),
    "leg": (r"다리|하체", r"legs?"),
}

# Names of the parts, as texts `body.<name>` say them, head to toe.
PLACES: tuple[str, ...] = tuple(_NAMES)

_KO = re.compile("|".join(f"(?<![가-힣])(?P<{name}>{fold(ko)})" for name, (ko, _) in _NAMES.items()))
_EN = re.compile("|".join(rf"\b(?P<{name}>{en})\b" for name, (_, en) in _NAMES.items()))
_SIDES: tuple[tuple[Side, re.Pattern[str]], ...] = (
    ("both", re.compile(fold(r"(?:양쪽|양|두)\s*$|\b(?:both|both of my)\s(?:my\s|the\s)?$"))),
    ("left", re.compile(fold(r"(?:왼쪽?|왼편|좌측)\s*$|\bleft\s(?:lower\s|inner\s|outer\s)?$"))),
    ("right", re.compile(fold(r"(?:오른쪽?|오른편|우측)\s*$|\bright\s(?:lower\s|inner\s|outer\s)?$"))),
)
_BESIDE = 40  # characters before a part in which its side stands
_GLUED_SIDE = re.compile(fold(r"(?<=왼쪽)|(?<=오른쪽)|(?<=오른)(?!쪽|편)|(?<=왼)(?!쪽|편)|(?<=양쪽)"))


def body_parts(plain: str) -> list[BodyPart]:
    """Return the parts named in a text in normal form (`utterance.read`), in order, each once."""
    spaced = _GLUED_SIDE.sub(" ", plain)
    found = [(m.start(), m.lastgroup or "") for pattern in (_KO, _EN) for m in pattern.finditer(spaced)]
    parts = [BodyPart(name, _side(spaced[max(0, start - _BESIDE) : start])) for start, name in sorted(found)]
    return list(dict.fromkeys(parts))


def _side(before: str) -> Side:
    return next((side for side, pattern in _SIDES if pattern.search(before)), "")
