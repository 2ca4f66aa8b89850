"""Whether a written number is a fact's value, and whether its sentence says so of the right thing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from coach.domain.fact import Fact
from coach.graph import scopes
from coach.graph.cues import OWN, traits
from coach.graph.mark import Mark, Named, Weekday
from coach.graph.marks import Names, course_of, fits, identity, squeezed
from coach.graph.numbers import Reading, Token
from coach.graph.spoken import Spoken
from coach.graph.values import Values, states

# What need not be said, because the unit or the day says it.
_UNSAID = {"cadence", "weight", "power"}
LONG_DAYS = 31
_PLACE = {"best", "predicted", "target"}  # of the athlete, whatever run it comes from
_MORE = re.compile(
    r"[*_]*(?:나|이나)?\s?(?:정도|쯤|가량)?\s?(?:더|덜|늘|줄|많|적|길|짧|빨|느|높|낮|차이|증가|감소"
    r"|more|less|fewer|longer|shorter|faster|slower|further|higher|lower|fitter)"
)
_MORE_BEFORE = re.compile(
    r"\b(?:up|down|by|rose|fell|grew|dropped|gained|lost)\s(?:about\s|by\s|roughly\s)?$", re.I
)
_LESS = re.compile(r"덜|줄|적|짧|낮|감소|less|fewer|shorter|lower|\bdown|fell|dropped|lost", re.I)
_ABOUT = re.compile(r"(?:약|대략|거의|about|around|roughly|nearly|almost|some|~)\s?[*_]*$", re.I)
_ABOUT_AFTER = re.compile(r"[*_]*\s?(?:정도|쯤|가량|안팎|남짓|or so|가까이)")
_JOINED = re.compile(r"[*_]*\s?(?:[–~—∼-]|에서|부터|to|and)\s?[*_]*$")
_JOINED_AFTER = re.compile(r"[*_]*\s?(?:[–~—∼-]|에서|부터|to|and)\s?[*_]*\d")
_SPLITS = re.compile(r"구간|랩|스플릿|\bsplits?\b|\blaps?\b", re.I)
_MOST = {
    "longest": re.compile(r"긴|길|먼|멀|오래|최장|long|furth|farth", re.I),
    "best": re.compile(r"기록|최고|빠|빨|최단|fast|quick|best|PB|PR", re.I),
    "max": re.compile(r"높|high", re.I),
}


class Matcher:
    """Finds the fact that a number states, among those of one turn."""

    def __init__(self, facts: Sequence[Fact], today: date) -> None:
        self.facts = facts
        self.names = Names(facts, today)
        self._values = Values(facts)
        self._nth = _numbered(facts)
        self._splits = set(self._nth.values())
        self._courses = {course_of(f) for f in facts if _PLACE & traits(f)}

    def text(
        self, words: str, tokens: Sequence[Token], question: str, asked: Sequence[Token], begin: int = 0
    ) -> Spoken:
        """Return words of an answer, ready to be asked what their numbers are about.

        `begin`: where the words begin in the text that `tokens` count from.
        """
        return Spoken(words, tokens, question, asked, self.names, max(self._splits, default=0), begin)

    def only_names(self, token: Token, text: Spoken) -> bool:
        """Whether a number belongs to a name: a split that there is, 10 km best, a run's title."""
        at, end = text.at(token)
        split = next(text.nths.over(at, end, slack=1), None)
        if split is not None and split.what in self._splits:
            return True
        course = next(text.courses.over(at, end, slack=1), None)
        if course is not None and course.what in self._courses:
            return True
        return any(isinstance(m.what, Named) for m in text.subjects.over(at, end))

    def find(self, token: Token, text: Spoken) -> Fact | None:
        """Return the fact that the text states with this number, or None."""
        fact = self._one(token, token.readings, text)
        if fact is None or not token.upper:
            return fact
        return fact if self._one(token, token.upper, text) else None

    def most(self, token: Token, text: Spoken) -> Fact | None:
        """Return the fact that proves a superlative, or None."""
        sense = next((name for name, pattern in _MOST.items() if pattern.search(token.text)), "")
        scope = text.scopes.scope(*text.at(token))
        group = scopes.governing(text.subjects, text.numbers, scope)
        sentence = text.scopes.sentence(*text.at(token))
        runs = [m for m in text.subjects.within(*sentence) if isinstance(m.what, Named)]
        courses = scopes.governing(text.courses, text.numbers, scope, carried=False)
        for fact in self.facts:
            if sense not in traits(fact) or not isinstance(fact.value, int | float):
                continue
            if sense == "best":
                named = any(m.what == course_of(fact) for m in courses)
                if named and all(fits(m, fact, group) for m in text.subjects.within(*scope.own[0])):
                    return fact
            elif any(fits(m, fact, group) for m in group if not isinstance(m.what, Named | Weekday)) and all(
                self._has(m, float(fact.value), fact.unit) for m in runs
            ):
                return fact
        return None

    def _has(self, run: Mark, value: float, unit: str) -> bool:
        """Whether a named run has that value, or is no run."""
        of = [f for f in self.facts if f.subject.kind == "activity" and fits(run, f, [run])]
        return not of or any(f.unit == unit and f.value == value for f in of)

    def _one(self, token: Token, readings: Sequence[Reading], text: Spoken) -> Fact | None:
        near = self._values.near(readings)
        if not near:
            return None
        at, end = text.at(token)
        whole, scope = text.whole, text.scopes.scope(at, end)
        group = scopes.governing(text.subjects, text.numbers, scope)
        own = {str(m.what) for m in scopes.governing(text.cues, text.numbers, scope, carried=False)}
        said = own | {str(m.what) for m in scopes.governing(text.cues, text.numbers, scope)}
        start, stop = text.scopes.sentence(at, end)
        said |= {str(m.what) for m in text.cues.within(start, at)} & {"plan", "hr", "sleep"}
        changed = bool(_MORE.match(whole, end) or _MORE_BEFORE.search(whole[max(0, at - 20) : at]))
        less = _LESS.search(whole[max(0, at - 12) : at] + " " + whole[end : end + 12]) is not None
        joined = bool(_JOINED.search(whole[max(0, at - 8) : at]) or _JOINED_AFTER.match(whole, end))
        nths = scopes.governing(text.nths, text.numbers, scope)
        own_nth = scopes.governing(text.nths, text.numbers, scope, carried=False)
        courses = scopes.governing(text.courses, text.numbers, scope)
        wide = bool(_ABOUT.search(whole[max(0, at - 10) : at]) or _ABOUT_AFTER.match(whole, end))
        sentence = whole[start:stop]
        found: list[Fact] = []
        for fact in near:
            if not states(readings, fact, said, wide=wide, less=less if changed else None):
                continue
            if not self._of_metric(fact, own, said, changed, readings):
                continue
            nth = self._nth.get(fact.ref)
            edge = joined and _SPLITS.search(sentence) is not None and self._is_edge(fact)
            if nth is not None and not edge and not any(m.what == nth for m in nths):
                continue
            if nth is None and own_nth and fact.subject.kind == "activity":
                continue
            if _PLACE & traits(fact):
                course = course_of(fact)
                if course is not None and not any(m.what == course for m in courses):
                    continue
                if not all(fits(m, fact, group) for m in text.subjects.within(*scope.own[0])):
                    continue
            elif fact.subject.kind != "athlete" and not _about(fact, group):
                continue
            found.append(fact)
        exact = [f for f in found if all(fits(m, f, group) for m in group)] or found
        subjects = {identity(f.subject) for f in exact}
        return exact[0] if len(subjects) == 1 else None

    def _is_edge(self, fact: Fact) -> bool:
        """Whether a fact is the lowest or the highest of its row."""
        values = [
            f.value
            for f in self.facts
            if f.ref in self._nth
            and isinstance(f.value, int | float)
            and f.metric == fact.metric
            and f.subject == fact.subject
        ]
        return bool(values) and fact.value in (min(values), max(values))

    def _of_metric(
        self, fact: Fact, own: set[str], said: set[str], changed: bool, readings: Sequence[Reading]
    ) -> bool:
        """Whether what is said to be measured is what the fact measures."""
        has = traits(fact)
        dimensions = {dimension for dimension, _, _ in readings}
        if changed != ("change" in has) and "times" not in dimensions:
            return False
        if fact.unit == "steps":
            return True
        must = has - _UNSAID - {"change"}
        if fact.unit in ("s_per_km", "mps", "s_per_100m", "spm", "W"):
            must -= {"mean"}
        if "plan" in must and _ahead(fact, self.names.today):
            must -= {"plan"}
        if "best" in must and "predicted" not in own:
            must = (must - {"best"}) | ({"best"} if not own & {"best"} and "best" not in said else set())
        if must - said:
            return False
        strange = (own & OWN) - has - {"ctl", "atl", "tsb", "load", "sleep", "weight", "vdot"}
        if fact.unit in ("s_per_km", "mps", "s_per_100m"):
            strange -= {"mean"}
        if has & {"plan", "target"}:
            strange -= {"plan", "target"}
        if has & {"best", "predicted", "target"}:
            strange -= {"best", "target", "predicted"} if "best" not in has else {"max"}
        if fact.subject.kind == "activity":
            strange -= {"longest"}
        if fact.unit == "AU" or fact.unit in ("kg", "VDOT"):
            strange |= (own & {"ctl", "atl", "tsb", "load", "vdot", "weight"}) - has
        if fact.unit == "count":
            strange -= {"max", "best"}
        return not strange


def _about(fact: Fact, group: Sequence[Mark]) -> bool:
    """Whether what governs a number is what the fact is about."""
    if not group:  # a plan needs no name: there is one
        start, end = fact.subject.start, fact.subject.end
        return (
            bool({"plan", "target"} & traits(fact))
            and start is not None
            and end is not None
            and (end - start).days > LONG_DAYS
        )
    if all(fits(m, fact, group) for m in group):
        return True
    # "지난주에 가장 길었던 러닝은 한강 롱런": the longest of the week is said of both.
    return "longest" in traits(fact) and any(fits(m, fact, group) for m in group)


def _ahead(fact: Fact, today: date) -> bool:
    return fact.subject.start is not None and fact.subject.start > today


def _numbered(facts: Sequence[Fact]) -> dict[str, int]:
    """Return the number of every fact that is one of a row: splits and laps (reference → number)."""
    rows: dict[tuple[object, ...], list[Fact]] = {}
    for fact in facts:
        if fact.subject.activity_id is not None and not _PLACE & traits(fact):
            rows.setdefault((fact.metric, fact.subject.activity_id), []).append(fact)
    found = {}
    for row in rows.values():
        labels = {squeezed(f.label) for f in row}
        if len(labels) < 2:
            continue
        for fact in row:
            if number := re.search(r"\d+", fact.label):
                found[fact.ref] = int(number.group())
    return found
