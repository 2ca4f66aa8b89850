"""What a text is searched by: English stems, Korean words without particles, Hangul pairs, and concepts.

Postgres' parser knows no Korean, so the words are cut here and stored as a tsvector. A concept (`@heat`)
stands for the words of both languages that `glossary.toml` lists for it; through it a question in one
language meets a text in the other, and other words for the same thing meet each other.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources

VERSION = 1  # of the way texts are cut: what is stored is cut anew when it changes
MAX_CHARS = 4_000  # of a text; a passage has fewer than 900, and of a longer question the beginning counts
MAX_WORD = 40

_VERBAL = re.compile(
    r"(?:[어아여해야면고지니나까요다려던러워와려져쳐켜겨]|(?<!에)[서게]|라고|더니|는데|은데|으려)$"
)
_WORD = re.compile(r"[가-힣]+|[a-z][a-z0-9]*(?:'[a-z]+)?|\d+(?:\.\d+)?")


def _file(name: str) -> bytes:
    return (resources.files("coach.knowledge") / name).read_bytes()


@dataclass(frozen=True, slots=True)
class _Cutting:
    endings: tuple[str, ...]  # the longest first
    idle_en: frozenset[str]
    idle_ko: re.Pattern[str]
    not_idle_ko: re.Pattern[str]


@cache
def _cutting() -> _Cutting:
    lists = {name: text.split() for name, text in tomllib.loads(_file("cutting.toml").decode()).items()}
    return _Cutting(
        tuple(sorted(lists["endings"], key=len, reverse=True)),
        frozenset(lists["idle_en"]),
        re.compile(rf"(?:{'|'.join(lists['idle_ko'])})[가-힣]{{0,4}}"),
        re.compile(rf"(?:{'|'.join(lists['not_idle_ko'])})[가-힣]*"),
    )


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a text: as it is found again, its pairs of syllables, and the concepts it stands for."""

    stem: str
    pairs: tuple[str, ...] = ()
    concepts: tuple[str, ...] = ()
    verbal: bool = False  # looks like a form of a Korean verb, or a counter: too many to be known


@dataclass(frozen=True, slots=True)
class Lexicon:
    english: dict[tuple[str, ...], tuple[str, ...]]  # stems of a term → concepts
    korean: dict[str, tuple[str, ...]]  # a term of two syllables or more, found anywhere in a word
    whole: dict[str, tuple[str, ...]]  # a term of one syllable, which must be the whole word
    begins: dict[str, tuple[str, ...]]  # a stem of one syllable that a word begins with: 뛰-
    longest: int  # words of the longest English term
    longest_ko: int  # syllables of the longest Korean term
    digest: bytes


@cache
def lexicon() -> Lexicon:
    """Return the glossary, ready to be looked up."""
    raw = _file("glossary.toml")
    english: dict[tuple[str, ...], list[str]] = {}
    korean: dict[str, list[str]] = {}
    begins: dict[str, list[str]] = {}
    for concept, terms in tomllib.loads(raw.decode())["concepts"].items():
        for term in terms["en"]:
            stems = tuple(stem(w) for w in _WORD.findall(term.lower().replace("-", " ")))
            english.setdefault(stems, []).append(concept)
        for term in terms["ko"]:
            of = begins if term.endswith("-") else korean
            of.setdefault(term.rstrip("-"), []).append(concept)
    return Lexicon(
        {k: tuple(v) for k, v in english.items()},
        {k: tuple(v) for k, v in korean.items() if len(k) > 1},
        {k: tuple(v) for k, v in korean.items() if len(k) == 1},
        {k: tuple(v) for k, v in begins.items()},
        max(map(len, english)),
        max(map(len, korean)),
        hashlib.sha256(raw + _file("cutting.toml")).digest(),
    )


@cache
def version() -> bytes:
    """Return what changes when stored texts must be cut anew."""
    return bytes([VERSION]) + lexicon().digest


def normalise(text: str) -> str:
    """Return a text as it is cut: composed, lower case, hyphens as spaces."""
    text = unicodedata.normalize("NFKC", text[:MAX_CHARS]).lower().replace("’", "'")
    return re.sub(r"[-‐-―/]", " ", text)


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """Return an English word without its usual endings: running and runs are run."""
    word = word.removesuffix("'s").replace("'", "")
    if len(word) <= 3 or word[0].isdigit():
        return word
    if word.endswith("ies") and len(word) > 4:
        word = word[:-3] + "y"
    elif word.endswith(("sses", "shes", "ches", "xes")):
        word = word[:-2]
    elif word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    for ending in ("ing", "ed"):
        rest = word.removesuffix(ending)
        if rest != word and len(rest) >= 3 and re.search(r"[aeiouy]", rest):
            word = rest[:-1] if rest[-1] == rest[-2] and rest[-1] not in "lsz" else rest
            break
    if word.endswith("ly") and len(word) > 5:
        word = word[:-2]
    return word[:-1] if word.endswith("e") and len(word) > 3 else word


@lru_cache(maxsize=50_000)
def bare(word: str) -> str:
    """Return a Korean word without its particle or usual ending."""
    for ending in _cutting().endings:
        if word.endswith(ending):
            rest = word[: -len(ending)]
            if len(rest) >= 2 or (rest and rest in lexicon().whole):
                return rest
    return word


def words(text: str, *, asking: bool = False) -> list[Word]:
    """Return the words of a text with what else they can be found by.

    `asking`: leave out words that only make the sentence a question.
    """
    raw = [w[:MAX_WORD] for w in _WORD.findall(normalise(text))]
    stems = [w if "가" <= w[0] <= "힣" else stem(w) for w in raw]
    of_phrases = _phrases(raw, stems)
    found = []
    for at, (word, form) in enumerate(zip(raw, stems, strict=True)):
        if "가" <= word[0] <= "힣":
            known = _korean(word)
            if asking and not (known or of_phrases.get(at)) and _idle(word):
                continue
            rest = bare(word)
            pairs = tuple(rest[i : i + 2] for i in range(len(rest) - 1)) if len(rest) > 2 else ()
            concepts = tuple(dict.fromkeys((*known, *of_phrases.get(at, ()))))
            counted = at > 0 and raw[at - 1][0].isdigit()  # what a number counts: 15 도, 4 분씩
            found.append(Word(rest, pairs, concepts, counted or _verbal(word, rest)))
        else:
            concepts = tuple(dict.fromkeys(of_phrases.get(at, ())))
            if (asking and word in _cutting().idle_en and not concepts) or len(form) < 2:
                continue
            found.append(Word(form, (), concepts))
    return found


def _verbal(word: str, rest: str) -> bool:
    """Whether a word is a verb's form. `rest` before 하다 is a noun: 염색하고."""
    if len(rest) == 1:
        return True
    return bool(_VERBAL.search(word)) and word[len(rest) : len(rest) + 1] not in ("하", "해", "했", "할")


def _idle(word: str) -> bool:
    return bool(_cutting().idle_ko.fullmatch(word)) and not _cutting().not_idle_ko.fullmatch(word)


@lru_cache(maxsize=50_000)
def _korean(word: str) -> tuple[str, ...]:
    known = lexicon()
    found: list[str] = []
    for start in range(len(word)):
        for end in range(start + 2, min(len(word), start + known.longest_ko) + 1):
            found += known.korean.get(word[start:end], ())
    found += known.begins.get(word[0], ()) if len(word) > 1 else ()
    if (rest := bare(word)) in known.whole:
        found += known.whole[rest]
    return tuple(dict.fromkeys(found))


def _phrases(raw: list[str], stems: list[str]) -> dict[int, list[str]]:
    """Return place of a word → concepts of the terms that it is part of."""
    known, found = lexicon(), dict[int, list[str]]()
    for start in range(len(stems)):
        for length in range(1, min(known.longest, len(stems) - start) + 1):
            for concept in known.english.get(tuple(stems[start : start + length]), ()):
                for at in range(start, start + length):
                    found.setdefault(at, []).append(concept)
        # A Korean term may be written apart: 심방 세동.
        if start + 1 < len(raw) and "가" <= raw[start][0] <= "힣":
            joined = raw[start] + bare(raw[start + 1])
            for begin in range(max(0, len(joined) - known.longest_ko), len(raw[start])):
                # A term too long to be met by chance may have any ending: 덜 먹으면서.
                ends = range(max(begin + 3, len(raw[start]) + 1), min(len(joined), begin + known.longest_ko))
                for end in (*ends, len(joined)):
                    for concept in known.korean.get(joined[begin:end], ()):
                        found.setdefault(start, []).append(concept)
                        found.setdefault(start + 1, []).append(concept)
    return found


def lexemes(title: str, text: str) -> list[str]:
    """Return what a passage is stored with; of the title twice, with `^` before it as well."""
    heading = set(_lexemes(title))
    return sorted(heading | set(_lexemes(text)) | {f"^{lexeme}" for lexeme in heading})


def _lexemes(text: str) -> Iterator[str]:
    for word in words(text):
        yield word.stem
        yield from word.pairs
        yield from (f"@{concept}" for concept in word.concepts)
