"""One file of the guidelines: front matter that says what it rests on, and paragraphs that are passages.

A file is TOML between two lines of `+++`, then plain paragraphs. Nothing in it is an instruction to anybody:
what sounds like one is marked, so that the operator sees it and it is never given as advice.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from coach.text import Lang

TOPICS = frozenset(
    {
        "activity",
        "heart",
        "heat",
        "cold",
        "air",
        "drink",
        "fuel",
        "sleep",
        "recovery",
        "load",
        "injury",
        "strength",
        "technique",
        "gear",
        "intensity",
        "race",
        "illness",
        "women",
        "age",
        "conditions",
        "medicine",
        "safety",
    }
)
POPULATIONS = frozenset(
    {
        "everyone",
        "adults",
        "youth",
        "masters",
        "women",
        "pregnant",
        "postpartum",
        "beginners",
        "marathon",
        "asthma",
        "diabetes",
        "heart",
        "injured",
    }
)
EVIDENCE = ("established", "useful", "contested", "convention")
MAX_BYTES = 100_000
MAX_WORDS = 90  # of a paragraph: one passage is one thought that can be quoted whole
MAX_CHARS = 900  # for words without spaces
MAX_FIELD = 1_000  # characters of a title, citation …

_TEXTS = ("id", "topic", "title", "evidence", "citation", "authority")
_FIELDS: Mapping[str, type] = {
    **dict.fromkeys(_TEXTS, str),
    "population": list,
    "checked": date,
    "verified": bool,
    "not_for": str,
}
_ID = re.compile(r"[a-z0-9](?:[a-z0-9_-]{0,58}[a-z0-9])?")
_HTML = re.compile(r"</?[A-Za-z!?][^>\n]*>|&(?:[a-z]{2,8}|#\d+);")
_LINK = re.compile(r"\]\(|https?://|www\.", re.IGNORECASE)
# Directional overrides, invisible signs and tags: what is read must be what is seen.
_HIDDEN = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e007f]")
_ORDERS = re.compile(
    r"\b(?:ignore|disregard|forget|override)\b.{0,40}\b(?:instruction|rule|prompt|above|previous|everything)"
    r"|\byou are now\b|\b(?:system|developer) (?:prompt|message|instruction)"
    r"|^\s*(?:system|assistant|user)\s*:"
    r"|\b(?:call|use|invoke|run) (?:the )?\w+ (?:tool|function)\b|\breveal\b.{0,30}\b(?:prompt|password|key)"
    r"|\b(?:tell|say to) the (?:user|athlete|runner)\b|\bas an ai\b|<\|"
    r"|(?:지시|명령|규칙|프롬프트|위의?\s?(?:내용|말)).{0,12}(?:무시|잊|따르지)|시스템\s?(?:프롬프트|메시지|지시)"
    r"|(?:너|당신)(?:은|는)\s?(?:이제|지금부터)|(?:도구|함수)(?:를|을)?\s?(?:호출|실행)|(?:사용자|이용자)에게\s?.{0,20}(?:말해|전해|알려)",
    re.IGNORECASE | re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a file and where. `key` names a sentence (`knowledge.bad_<key>`)."""

    path: str
    line: int
    key: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Guideline:
    """One checked file. `orders`: lines that read like instructions; what has any is not given as advice."""

    id: str
    lang: Lang
    topic: str
    title: str
    population: tuple[str, ...]
    evidence: str
    citation: str
    authority: str
    not_for: str
    checked_on: date
    verified: bool
    paragraphs: tuple[str, ...]
    path: str
    sha256: bytes
    orders: tuple[int, ...] = ()


def parse(data: bytes, path: str, lang: str | None = None) -> Guideline | list[Problem]:
    """Read one file; return everything that is wrong with it when anything is.

    `lang`: the language of the folder it lies in; the front matter may name one for itself.
    """
    if len(data) > MAX_BYTES:
        return [Problem(path, 1, "large", f"{len(data):,}")]
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        return [Problem(path, data[: error.start].count(b"\n") + 1, "binary")]
    if problems := _signs(text, path):
        return problems
    lines = unicodedata.normalize("NFC", text).split("\n")
    fences = [n for n, line in enumerate(lines) if line.strip() == "+++"]
    if len(fences) < 2 or any(line.strip() for line in lines[: fences[0]]):
        return [Problem(path, 1, "no_front_matter")]
    first, last = fences[0], fences[1]
    try:
        front = tomllib.loads("\n".join(lines[first + 1 : last]))
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"line (\d+)", str(error))
        return [Problem(path, first + 1 + (int(at[1]) if at else 1), "toml", str(error))]
    reading = _Reading(path, lines, first, last, front)
    lang = front.get("lang", lang)
    reading.fields(lang)
    paragraphs = reading.paragraphs()
    if reading.problems or lang not in ("ko", "en"):
        return sorted(reading.problems, key=lambda p: p.line)
    return Guideline(
        **{name: front[name].strip() for name in _TEXTS},
        not_for=front["not_for"].strip(),
        lang="ko" if lang == "ko" else "en",
        population=tuple(dict.fromkeys(front["population"])),
        checked_on=front["checked"],
        verified=front["verified"],
        paragraphs=tuple(paragraphs),
        path=path,
        sha256=hashlib.sha256(data).digest(),
        orders=tuple(n for n, line in enumerate(lines, 1) if _ORDERS.search(line)),
    )


def _signs(text: str, path: str) -> list[Problem]:
    problems = []
    for number, line in enumerate(text.split("\n"), 1):
        if any(unicodedata.category(sign) == "Cc" and sign != "\t" for sign in line) or _HIDDEN.search(line):
            problems.append(Problem(path, number, "control"))
    return problems


class _Reading:
    """Looks through one file and collects what is wrong with it."""

    def __init__(self, path: str, lines: list[str], first: int, last: int, front: Mapping[str, Any]) -> None:
        self.path, self.lines, self.first, self.last, self.front = path, lines, first, last, front
        self.problems: list[Problem] = []

    def bad(self, line: int, key: str, detail: str = "") -> None:
        self.problems.append(Problem(self.path, line, key, detail))

    def _line_of(self, field: str) -> int:
        pattern = re.compile(rf"\s*{re.escape(field)}\s*=")
        for number in range(self.first + 1, self.last):
            if pattern.match(self.lines[number]):
                return number + 1
        return self.first + 1

    def fields(self, lang: object) -> None:
        """Check the front matter: every field there, of its kind, with a value that is known."""
        for name, kind in _FIELDS.items():
            if name not in self.front:
                self.bad(self.first + 1, "missing", name)
                continue
            value = self.front[name]
            if type(value) is not kind:  # a datetime is a date, and a bool an int: neither is meant
                self.bad(self._line_of(name), "type", name)
            elif isinstance(value, str):
                self._text(name, value)
        for name in self.front.keys() - _FIELDS.keys() - {"lang"}:
            self.bad(self._line_of(name), "unknown_field", name)
        self._known("topic", TOPICS)
        self._known("evidence", frozenset(EVIDENCE))
        given = self.front.get("id")
        if isinstance(given, str) and not _ID.fullmatch(given):
            self.bad(self._line_of("id"), "id", given[:60])
        people = self.front.get("population")
        if isinstance(people, list):
            if not people:
                self.bad(self._line_of("population"), "missing", "population")
            for name in people:
                if not isinstance(name, str) or name not in POPULATIONS:
                    self.bad(self._line_of("population"), "population", str(name)[:60])
        if lang not in ("ko", "en"):
            self.bad(self._line_of("lang"), "lang", str(lang)[:20])

    def _text(self, name: str, value: str) -> None:
        line = self._line_of(name)
        if not value.strip() and name != "not_for":
            self.bad(line, "missing", name)
        if len(value) > MAX_FIELD or "\n" in value.strip():
            self.bad(line, "field_long", name)
        self._plain(line, value)

    def _plain(self, line: int, text: str) -> None:
        if _HTML.search(text):
            self.bad(line, "html")
        if "{" in text or "}" in text:  # would be read as a reference to a fact
            self.bad(line, "braces")

    def _known(self, name: str, known: frozenset[str]) -> None:
        value = self.front.get(name)
        if isinstance(value, str) and value.strip() and value not in known:
            self.bad(self._line_of(name), name, value[:60])

    def paragraphs(self) -> list[str]:
        """Return the paragraphs of the body; headings are for whoever writes the file, and left out."""
        found: list[str] = []
        start, words = 0, list[str]()
        for number in range(self.last + 1, len(self.lines) + 1):
            line = self.lines[number].strip() if number < len(self.lines) else ""
            if line.startswith("#"):
                line = ""
            if line:
                start = start if words else number + 1
                words.append(line)
                self._plain(number + 1, line)
                if _LINK.search(line):
                    self.bad(number + 1, "link")
                continue
            if words:
                text = re.sub(r"\s+", " ", " ".join(words))
                if len(text.split()) > MAX_WORDS or len(text) > MAX_CHARS:
                    self.bad(start, "paragraph_long", str(len(text.split())))
                found.append(text)
                words = []
        if not found:
            self.bad(self.last + 1, "empty")
        return found
