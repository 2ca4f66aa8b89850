"""One form for a text, whatever the spacing, spelling slips, emoji or letter widths."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

_FIRST, _LAST = 0xAC00, 0xD7A3
# Vowels and final consonants that sound alike and are mistyped for each other (네/내, 됐/됬, 않/안,
# 없/업, 싶/십). Both texts and patterns are folded, so either spelling matches.
_VOWELS = {3: 1, 5: 1, 7: 1, 10: 11, 15: 11}
_FINALS = {2: 1, 6: 4, 15: 8, 18: 17, 20: 19, 26: 17}

_LAUGHS = re.compile(r"[ㅋㅎ]{2,}|\b(?:lol|lmao|haha\w*|rofl)\b|[😂🤣😆😅😜😝]")
_SPELLED_OUT = re.compile(r"(?<![가-힣])[가-힣](?: [가-힣]){3,}(?![가-힣])")
_SENTENCE_END = re.compile(r"(?:(?<!\d)\.|\.(?!\d)|[!?;。])\s*|\n\s*")


def fold(text: str) -> str:
    """Return `text` with Hangul syllables that sound alike made equal; the length stays."""
    return text.translate(_Folding())


class _Folding(dict[int, int]):
    def __missing__(self, code: int) -> int:
        return _fold_syllable(code) if _FIRST <= code <= _LAST else code


@lru_cache(maxsize=12_000)
def _fold_syllable(code: int) -> int:
    lead, rest = divmod(code - _FIRST, 588)
    vowel, final = divmod(rest, 28)
    return _FIRST + lead * 588 + _VOWELS.get(vowel, vowel) * 28 + _FINALS.get(final, final)


@dataclass(frozen=True)
class Text:
    """A text in normal form. `ends` are the positions where sentences end."""

    plain: str
    laughing: bool
    korean: bool
    english: bool
    ends: tuple[int, ...]

    def sentence(self, position: int) -> tuple[int, int]:
        """Return start and end of the sentence around `position`."""
        start = 0
        for end in self.ends:
            if end > position:
                return start, end
            start = end
        return start, len(self.plain)

    def following(self, position: int) -> tuple[int, int]:
        """Return start of the sentence around `position` and the end of the one after it."""
        start, end = self.sentence(position)
        return start, self.sentence(end)[1] if end < len(self.plain) else end


@dataclass(frozen=True)
class Mention:
    """Where a pattern was found in a text's normal form."""

    start: int
    end: int
    words: str
    denies: bool = False  # the phrase itself contains a denial ("can't breathe"), which then is its meaning


def read(text: str, misspelt: Mapping[str, str] | None = None) -> Text:
    """Return the normal form of any text; never fails.

    `misspelt` maps slips of English words to the word (see `slips`).
    """
    laughing = _LAUGHS.search(text.lower()) is not None
    text = unicodedata.normalize("NFC", text).lower()
    text = "".join(_plain_character(c) for c in text)
    text = re.sub(r"([^\W\d_])\1{2,}", r"\1", text)
    text = re.sub(r"\.{2,}|…|~", ", ", text)
    text = re.sub(r"[^\S\n]+", " ", text)
    text = _SPELLED_OUT.sub(lambda m: m.group().replace(" ", ""), text)
    if misspelt:
        text = re.sub(r"[a-z]{4,}", lambda m: misspelt.get(m.group(), m.group()), text)
    text = fold(text).strip()
    return Text(
        plain=text,
        laughing=laughing,
        korean=re.search(r"[가-힣]", text) is not None,
        english=re.search(r"[a-z]{2}", text) is not None,
        ends=tuple(m.end() for m in _SENTENCE_END.finditer(text)),
    )


def _plain_character(c: str) -> str:
    code = ord(c)
    if code < 0x80:
        return c if c in "\n" or c.isprintable() else " "
    if 0xFF01 <= code <= 0xFF5E:  # full-width forms of ASCII
        return chr(code - 0xFEE0).lower()
    if c in "’‘ʼ`´":
        return "'"
    if 0x3131 <= code <= 0x318E:  # single letters: ㅋㅋ, ㅠㅠ, ㅜㅜ
        return " "
    category = unicodedata.category(c)
    if category in ("Cf", "Mn", "Me", "Cs", "Cc", "Cn", "Co"):  # joiners, variation selectors, broken halves
        return ""
    if category.startswith("L") or category.startswith("N") or c in "。…":
        return c
    return " "


def slips(words: Iterable[str], real: frozenset[str]) -> dict[str, str]:
    """Return the usual slips of each word → the word: two letters swapped, one dropped, one doubled.

    `real` are words that exist and are therefore never taken for a slip. Words under five letters
    are left alone: their slips are other words.
    """
    words = tuple(words)
    found: dict[str, str] = {}
    for word in words:
        if len(word) < 5:
            continue
        for i in range(1, len(word)):
            swapped = word[:i] + word[i + 1 : i + 2] + word[i] + word[i + 2 :]
            dropped = word[:i] + word[i + 1 :]
            doubled = word[:i] + word[i] + word[i:]
            for slip in (swapped, dropped, doubled):
                if slip != word and slip not in real and slip not in words:
                    found.setdefault(slip, word)
    return found


_PARTICLE = (
    r"(?:\s?(?:한가운데|가운데|정중앙|중앙|부근|팍|언저리|깊숙한 ?곳|안쪽|바깥쪽|왼쪽|오른쪽|앞쪽|"
    r"뒤쪽|근처|주변|부분|부위|전체|쪽|뼈|색깔?|근육))?"
    r"(?:이랑|에서|으로|까지|에도|이|가|은|는|도|을|를|에|의)?"
)
_ADVERB = (
    r"(?:너무나?|넘|좀|조금|많이|마니|계속|자꾸|막|엄청나?게?|진짜|정말|살짝|약간|또|갑자기|갑작스레|"
    r"지금|오늘|어제|아까|방금|"
    r"아직도?|더|매우|굉장히|되게|완전|개|존나|졸라|은근|요즘|한번씩|가끔|왜|다|같이|제일|거의|완전히|"
    r"하루종일|하나도|전혀|"
    r"별로|이제|점점|몹시|꽤|상당히|무지|안|잘|한번|두번|뭔가|뭐가|어제부터|간헐적으로|그냥|심하게|연달아|연거푸|"
    r"깊숙이|깊이|유독|아주|꽉|콱|팍|턱|탁|뚝|쿡|확|훅|꾹|딱|슬슬|묘하게|"
    r"찌릿찌릿|"
    r"[가-힣a-z0-9.]{1,8}?\s?(?:때마다|때부터|때는|때도|때|마다|부터|내내|째|동안|중에|중|처럼|듯이|"
    r"듯|만큼|으로|로|까지|에서|하게|히|시|면|다가|자마자|"
    r"고 나서|고 나니|고나면))"
)
_KO_GAP = rf"{_PARTICLE}[\s,]*(?:{_ADVERB}[\s,]*){{0,3}}"
_EN_GAP = r"(?:[\s,'-]+(?!(?:but|because|if|although|though|while|or)\b)[\w'-]+){0,4}?[\s,-]+"
_DENIAL_KO = re.compile("안|않|없|못")
_DENIAL_EN = re.compile(r"n'\?t|\bno\b|\bnot\b|cannot|never|without|unable")


class Phrases:
    """Patterns, compiled when they are first looked for: a second of work that not every process needs.

    Those that contain a denial themselves are kept apart.
    """

    def __init__(self, plain: list[str], denying: list[str]) -> None:
        self._plain, self._denying = plain, denying

    @cached_property
    def plain(self) -> re.Pattern[str] | None:
        return _union(self._plain)

    @cached_property
    def denying(self) -> re.Pattern[str] | None:
        return _union(self._denying)

    def find(self, text: str) -> list[Mention]:
        """Return every mention, in order of appearance."""
        found = [
            Mention(m.start(), m.end(), m.group(), denies)
            for pattern, denies in ((self.plain, False), (self.denying, True))
            if pattern is not None
            for m in pattern.finditer(text)
        ]
        return sorted(found, key=lambda mention: mention.start)


def compile_korean(patterns: Iterable[str]) -> Phrases:
    """Compile Korean patterns: a space is optional, `_` allows a particle and up to three adverbs."""
    return _phrases([fold(_expand(p, r"[\s,]*", _KO_GAP)) for p in patterns], [*patterns], _DENIAL_KO)


def compile_english(patterns: Iterable[str]) -> Phrases:
    """Compile English patterns: a space is a space or hyphen, `_` allows up to four words between."""
    bounded = [rf"\b(?:{_expand(p.replace(' ?', r'[\s-]*'), r'[\s-]+', _EN_GAP)})(?![a-z])" for p in patterns]
    return _phrases(bounded, [*patterns], _DENIAL_EN)


def _expand(pattern: str, space: str, gap: str) -> str:
    return pattern.replace(" ", space).replace("_", gap)


def _phrases(compiled: list[str], sources: list[str], denial: re.Pattern[str]) -> Phrases:
    denies = [denial.search(source) is not None for source in sources]
    return Phrases(
        [c for c, d in zip(compiled, denies, strict=True) if not d],
        [c for c, d in zip(compiled, denies, strict=True) if d],
    )


def _union(patterns: list[str]) -> re.Pattern[str] | None:
    return re.compile("|".join(f"(?:{p})" for p in patterns)) if patterns else None
