"""Find red flags in what a person typed, without any model, network or clock."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field

from coach.domain.redflags import english, korean
from coach.domain.redflags.model import SEVERITY, RedFlag, Severity, Trigger
from coach.domain.redflags.rules import REACH, RULES, Rule
from coach.domain.utterance import Mention, Text, read
from coach.domain.utterance import english as english_grammar
from coach.domain.utterance import korean as korean_grammar
from coach.domain.utterance.reading import Phrases, fold

# After a named condition: it is felt, not asked about.
_FELT_KO = tuple(
    fold(words)
    for words in ("있는데", "있어", "나는데", "느껴", "것 같", "거 같", "심해", "왔어", "했는데", "했어")
)
_ORDER = {severity: i for i, severity in enumerate(Severity)}
_RANK = {trigger: i for i, trigger in enumerate(Trigger)}


def check(text: str) -> RedFlag | None:
    """Return the most urgent red flag in `text`, or None.

    Pure and deterministic: the same text gives the same answer, and no text raises.
    """
    flags = check_all(text)
    return flags[0] if flags else None


def check_all(text: str) -> tuple[RedFlag, ...]:
    """Return every red flag in `text`, the most urgent first, one per trigger."""
    reading = _Reading(_without_figures(read(text, english.MISSPELT)))
    found: dict[Trigger, RedFlag] = {}
    for rule in RULES:
        if rule.trigger not in found and (flag := reading.apply(rule)) is not None:
            found[rule.trigger] = flag
    return tuple(sorted(found.values(), key=lambda f: (_ORDER[f.severity], _RANK[f.trigger])))


def _without_figures(text: Text) -> Text:
    """Blank out figures of speech, devices and names, keeping every position."""
    plain = text.plain
    for phrases, present in ((korean.FIGURES, text.korean), (english.FIGURES, text.english)):
        if present:
            for m in phrases.find(plain):
                plain = plain[: m.start] + "^" * (m.end - m.start) + plain[m.end :]
    return Text(plain, text.laughing, text.korean, text.english, text.ends)


@dataclass(frozen=True)
class _Claim:
    """A mention that is claimed, of whom, and whether it lies in the past."""

    mention: Mention
    other: bool
    hearsay: bool
    old: bool
    resolved: bool


@dataclass
class _Reading:
    """One text with its claims and cues, each looked for once."""

    text: Text
    _claims: dict[str, list[_Claim]] = field(default_factory=dict)
    _cues: dict[str, list[Mention]] = field(default_factory=dict)

    def apply(self, rule: Rule) -> RedFlag | None:
        """Return the flag that `rule` finds, of the athlete before one of someone else."""
        groups = []
        for names in rule.signs:
            claims = [claim for name in names for claim in self.claims(name) if self._counts(rule, claim)]
            if not claims:
                return None
            groups.append(claims)
        for claims_together in itertools.islice(itertools.product(*groups), 64):
            start = min(c.mention.start for c in claims_together)
            end = max(c.mention.end for c in claims_together)
            if end - start > REACH or not self._surrounded(rule, start, end):
                continue
            other = any(c.other for c in claims_together)
            if rule.trigger is Trigger.collapse and not other:
                continue
            words = tuple(c.mention.words.strip() for c in claims_together)
            return RedFlag(rule.trigger, SEVERITY[rule.trigger], "other" if other else "athlete", words)
        return None

    def claims(self, name: str) -> list[_Claim]:
        """Return the mentions of a sign that are claimed (not denied, imagined or general)."""
        if name not in self._claims:
            self._claims[name] = [
                claim
                for mention in _find(self.text, name, korean.SIGNS, english.SIGNS)
                if (claim := self._claim(name, mention)) is not None
            ]
        return self._claims[name]

    def cues(self, name: str) -> list[Mention]:
        """Return where a cue appears."""
        if name not in self._cues:
            self._cues[name] = _find(self.text, name, korean.CUES, english.CUES)
        return self._cues[name]

    def _claim(self, name: str, mention: Mention) -> _Claim | None:
        plain, (start, end) = self.text.plain, self.text.sentence(mention.start)
        state = name in _STATES
        verdicts = []
        if self.text.korean:
            verdicts.append(korean_grammar.claim(plain, mention, end, state=state))
        if self.text.english:
            verdicts.append(english_grammar.claim(plain, mention, start))
        # A wish ("if only I did not wake up") is what someone in a crisis says.
        if "denied" in verdicts or ("imagined" in verdicts and name != "self_harm"):
            return None
        if self._general(mention, start, end):
            return None
        sentence = plain[start:end]
        own = "" if name == "no_period" else mention.words  # "periods are gone" is no recovery
        around = (
            plain[start : mention.start] + own + plain[mention.end : self.text.following(mention.start)[1]]
        )
        still = korean_grammar.STILL.search(sentence) or english_grammar.STILL.search(sentence)
        old = korean_grammar.OLD.search(sentence) or english_grammar.OLD.search(sentence)
        return _Claim(
            mention,
            other=self._of_someone_else(mention, start),
            hearsay=korean_grammar.HEARSAY.search(plain[mention.end - 1 : end]) is not None,
            old=bool(old) and not still,
            resolved=bool(korean_grammar.RESOLVED.search(around) or english_grammar.RESOLVED.search(around)),
        )

    def _general(self, mention: Mention, start: int, end: int) -> bool:
        """Whether the mention is a question of knowledge, a title or a cause, not something felt."""
        plain = self.text.plain
        if korean.NAMED.search(mention.words) and korean.KNOWLEDGE.search(plain[mention.end : end]):
            after = plain[mention.end : end]
            return not any(felt in after for felt in _FELT_KO)
        if english.NAMED.search(mention.words):
            before = list(english.KNOWLEDGE.finditer(plain[start : mention.start]))
            if before:
                between = plain[start + before[-1].end() : end]
                return english.ASSERTED.search(between) is None
            return english.KNOWLEDGE.search(plain[mention.end : end]) is not None and (
                english.ASSERTED.search(plain[start:end]) is None
            )
        return False

    def _of_someone_else(self, mention: Mention, start: int) -> bool:
        before, words = self.text.plain[start : mention.start + 1], mention.words[1:]
        return korean_grammar.of_someone_else(before, words) or english_grammar.of_someone_else(before, words)

    def _counts(self, rule: Rule, claim: _Claim) -> bool:
        """Whether a claim may serve a rule: past and other people's troubles mostly do not."""
        if rule.ends and claim.resolved:
            return False
        if claim.old and (claim.resolved or not rule.history):
            return False
        if not claim.other:
            return True
        if rule.trigger is Trigger.self_harm:
            return not claim.old
        if SEVERITY[rule.trigger] is not Severity.emergency:
            return False
        start, end = self.text.following(claim.mention.start)
        now = any(start <= cue.start < end for cue in self.cues("now"))
        past = any(start <= cue.start < end for cue in self.cues("past_day"))
        if claim.old or (past and not _any_now(self, start, end)):
            return False
        return now or (rule.trigger is Trigger.collapse and not claim.hearsay and not past)

    def _surrounded(self, rule: Rule, start: int, end: int) -> bool:
        if any(self._near(cue, start, end) for cue in rule.unless):
            return False
        return all(self._near(cue, start, end) for cue in rule.near)

    def _near(self, cue: str, start: int, end: int) -> bool:
        return any(start - REACH < c.start < end + REACH for c in self.cues(cue))


# Signs that are lasting states rather than something felt.
_STATES = frozenset({"pregnant", "disease"})


def _any_now(reading: _Reading, start: int, end: int) -> bool:
    return any(
        start <= cue.start < end and cue.words not in ("just", "help", "here") for cue in reading.cues("now")
    )


def _find(text: Text, name: str, ko: Mapping[str, Phrases], en: Mapping[str, Phrases]) -> list[Mention]:
    found: list[Mention] = []
    if text.korean and name in ko:
        found += ko[name].find(text.plain)
    if text.english and name in en:
        found += en[name].find(text.plain)
    return found
