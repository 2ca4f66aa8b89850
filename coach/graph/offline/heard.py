"""What was said, taken apart once: words, dates, amounts, sport, and whether it asks or tells."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from functools import cached_property

from coach.domain.activity import Sport
from coach.domain.body import BodyPart, body_parts
from coach.domain.utterance import read
from coach.graph.offline import amounts, dates_en, dates_ko, when
from coach.graph.offline.amounts import Amount, AmountKind
from coach.graph.offline.calendar import Calendar
from coach.graph.offline.when import Span
from coach.text.formats import M_PER_MILE, Units

LONGEST = 2000  # characters that are read; ordinary questions have fewer than a hundred

_DATES = dates_ko.RULES + dates_en.RULES

_SPORTS: tuple[tuple[Sport, str], ...] = (
    (Sport.swim, r"수영|접영|배영|평영|\bsw[iau]m(?:s|ming)?\b"),
    (
        Sport.ride,
        (
            r"자전거|라이딩|사이클|따릉이|즈위프트|\brid(?:e|es|ing)\b|\brode\b|\bbik(?:e|es"
            r"|ed|ing)\b|\bcycl(?:e|es|ed|ing)\b"
        ),
    ),
    (Sport.hike, r"등산|하이킹|산행|\bhik(?:e|es|ed|ing)\b"),
    (Sport.walk, r"걸었|걷기|걷는|걸은|산책|워킹|\bwalk(?:s|ed|ing)?\b"),
    (
        Sport.strength,
        (
            r"근력|웨이트|헬스(?!장)|\bstrength\b|\bweights\b|\bweight training\b|\blift(?:ed"
            r"|ing)\b|\bgym\b"
        ),
    ),
    (Sport.ski, r"스키|\bski(?:s|ed|ing)?\b"),
    (Sport.row, r"로잉|조정(?=\s*(?:운동|훈련))|\brow(?:s|ed|ing)\b"),
    (
        Sport.run,
        (
            r"달리|달림|달릴|달렸|달린|달려|러닝|런닝|뛰|뛴|뛸|조깅|(?<![가-힣])런(?![가-힣])|[가-힣]런(?=\s|$"
            r"|[은을이])|\brun(?:s|ning)?\b|\bran\b|\bjog(?:s|ged|ging)?\b"
        ),
    ),
)
_SPORT_RULES = tuple((sport, re.compile(pattern, re.ASCII)) for sport, pattern in _SPORTS)

_ASKS = re.compile(
    r"\?|몇\s?(?!번째)|얼마|언제|어때|어땠|어떤|어떻|어디|뭐|무엇|뭘|누구|왜|알려|보여|찾아|비교|나요|[가-힣]나\s*$|까요?\s*$|던가|더라"
    r"|(?:었|였|했|렸)지\s*$|목록|분석|평가|궁금"
    r"|^(?:so\s+|and\s+|but\s+)?(?:how|what|when|which|where|who|why"
    r"|did (?:i|you|my|we)|do|does|am|is|are|was|were|have|has|can"
    r"|could"
    r"|should|will|would|show|list|find|tell|give|compare)\b",
    re.ASCII,
)


_PLAIN = str.maketrans("’‘“”′″？", "''\"\"'\"?")


def normalise(text: str) -> str:
    """Return text as the rules read it: composed, lower case, plain quotes and spaces."""
    text = unicodedata.normalize("NFC", text[:LONGEST]).lower()
    text = text.translate(_PLAIN)
    return re.sub(r"\s+", " ", text).strip()


@dataclass(frozen=True)
class Heard:
    """One message of the athlete on one day."""

    text: str
    cal: Calendar
    units: Units = "metric"

    def saying(self, text: str) -> Heard:
        """Return other words of the same athlete on the same day."""
        return Heard(text, self.cal, self.units)

    @cached_property
    def low(self) -> str:
        return normalise(self.text)

    @cached_property
    def spans(self) -> tuple[Span, ...]:
        return when.find(self.low, self.cal, _DATES)

    @cached_property
    def amounts(self) -> tuple[Amount, ...]:
        found = amounts.find(self.low, [span.at for span in self.spans])
        if self.units == "metric":
            return found
        return tuple(
            replace(a, value=a.value / (M_PER_MILE / 1000), per="mi")
            if a.kind == "pace_s_per_km" and not a.per
            else a
            for a in found
        )

    @cached_property
    def body(self) -> tuple[BodyPart, ...]:
        """The parts of the body that were named."""
        return tuple(body_parts(read(self.text[:LONGEST]).plain))

    @cached_property
    def sport(self) -> Sport | None:
        """The sport that was named: of several the one named last ("달리기 아니고 자전거")."""
        named = [
            (match.start(), sport) for sport, pattern in _SPORT_RULES for match in pattern.finditer(self.low)
        ]
        return max(named)[1] if named else None

    @cached_property
    def asks(self) -> bool:
        return bool(_ASKS.search(self.low))

    @property
    def span(self) -> Span | None:
        return self.spans[0] if self.spans else None

    @property
    def period(self) -> Span | None:
        """The first day or period that was named; "lately" is none."""
        return next((span for span in self.spans if span.kind != "recent"), None)

    @property
    def day(self) -> Span | None:
        """The single day that was named."""
        return next((span for span in self.spans if span.is_day and span.kind == "day"), None)

    @property
    def future(self) -> bool:
        return any(span.start > self.cal.today for span in self.spans)

    def has(self, pattern: str) -> bool:
        return self.search(pattern) is not None

    def search(self, pattern: str) -> re.Match[str] | None:
        """Search the normalised text. ASCII: a Latin word ends where a Korean particle begins (PB를)."""
        return re.search(pattern, self.low, re.ASCII)

    def values(self, kind: AmountKind) -> list[float]:
        return [amount.value for amount in self.amounts if amount.kind == kind]

    def value(self, kind: AmountKind) -> float | None:
        values = self.values(kind)
        return values[0] if values else None
