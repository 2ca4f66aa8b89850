"""Secrets in what a person types: found and replaced, before the words are kept or sent anywhere.

Passwords by the words around them, one-time codes likewise, keys and tokens by their form. Pure and
deterministic; figures of runners (paces, times, dates, numbers of activities) stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from coach.domain import passwords

Kind = Literal["password", "code", "token", "email"]
_COVER = "\ue000"  # no letter, no digit, no space
KINDS: tuple[Kind, ...] = ("password", "code", "token", "email")
Found = tuple[int, int, Kind]

# Keys that show what they are by their first letters, and forms that nothing else has.
_TOKENS = re.compile(
    r"""-----BEGIN[ A-Z]*PRIVATE\ KEY-----.*?(?:-----END[ A-Z]*PRIVATE\ KEY-----|\Z)
    | (?<![A-Za-z0-9])(?:
        sk-[A-Za-z0-9_-]{16,} | [sr]k_(?:live|test)_[A-Za-z0-9]{16,}
      | gh[pousr]_[A-Za-z0-9]{20,} | github_pat_[A-Za-z0-9_]{20,} | glpat-[A-Za-z0-9_-]{16,}
      | xox[abeoprs]-[A-Za-z0-9-]{10,} | hf_[A-Za-z0-9]{20,} | npm_[A-Za-z0-9]{30,} | pypi-[A-Za-z0-9_-]{30,}
      | ya29\.[A-Za-z0-9_-]{20,} | SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}
      | A(?:KIA|SIA)[0-9A-Z]{16} | AIza[0-9A-Za-z_-]{30,}
      | eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)?
      | \d{6,12}:[A-Za-z0-9_-]{30,}
      )""",
    re.DOTALL | re.VERBOSE,
)
_NAMED_TOKENS = (
    re.compile(r"\bbearer\s+([A-Za-z0-9_\-.~+/]{16,}=*)", re.IGNORECASE),
    re.compile(r"[?&;](?:access_?token|token|api_?key|key|secret|client_secret|code)=([^&\s#]{8,})", re.I),
    # Named by its owner: long, with letters and digits.
    re.compile(
        r"(?:api[ _-]?key|(?:access|refresh|bot)[ _-]?token|client[ _-]?secret|secret(?:[ _-]?key)?|token"
        r"|api\s?키|비밀\s?키|시크릿(?:\s?키)?|토큰)[\"']?(?:은요?|는요?|이|가|을|를"
        r"|\s+is)?\s*[:=→]?\s*[\"'“‘]?"
        # Looked for within the key itself: a line of such words is not read to its end from each of them.
        r"((?=[0-9_\-.+/=~]{0,80}[A-Za-z])(?=(?:[A-Za-z_\-.+/=~]{0,80}\d){2})[A-Za-z0-9_\-.+/=~]{12,})",
        re.IGNORECASE,
    ),
)
_IN_ADDRESS = re.compile(
    r"(?<![a-z0-9+.-])[a-z][a-z0-9+.-]{1,20}://[^\s/:@]{0,100}:([^\s/@]+)@", re.IGNORECASE
)
_LONG = re.compile(r"(?<![A-Za-z0-9_+-])[A-Za-z0-9_+-]{32,}={0,2}")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)

_DIGITS = (
    r"(?<![\d.,:'-])(\d{3}[ -]\d{3}|\d{4,8})(?![\d:'\"]|[.,-]\d|\s?(?:km|m|bpm|년|월|일|개|명|원"
    r"|보)(?![a-z]))"
)
_SIX = r"(?<![\d.,:'-])(\d{3}[ -]\d{3}|\d{6})(?![\d:'\"]|[.,-]\d)"
_SENT = (
    r"(?:인증\s?(?:번호|코드)|보안\s?(?:번호|코드)|확인\s?코드|일회용\s?(?:번호|코드|비밀번호)"
    r"|[2이]\s?단계\s?인증"
    r"|\b(?:otp|mfa|2fa)\b|\b(?:verification|security|authentication|auth|log-?in|one[- ]time"
    r"|confirmation|mfa|2fa|sms)\s"
    r"(?:pass)?code\b|\bpasscode\b|\bpin(?:\scode)?(?=\s*(?:is\b|[:=])))"
)
_ANY_CODE = (
    r"(?<!에러 )(?<!에러)(?<!오류 )(?<!오류)(?<!바)코드"
    r"|(?<!error )(?<!zip )(?<!postal )(?<!area )(?<!promo )(?<!discount )(?<!country )(?<!status )\bcode"
)
_BETWEEN = (
    r"(?:\s?(?:번호|코드|code))?(?:은요?|는요?|이|가|를)?(?:\s+(?:they|garmin|you|it|i)\s+\w+(?:\s+me)?)?"
    r"(?:\s+(?:is|was)\b|'s)?\s*[:=→-]?\s*"
)
_CODES = tuple(
    re.compile(pattern, re.IGNORECASE | re.ASCII)
    for pattern in (
        rf"{_SENT}{_BETWEEN}{_DIGITS}",
        rf"(?:{_ANY_CODE}){_BETWEEN}{_SIX}",
        rf"{_SIX}(?:이|가)?\s*(?:이게\s*)?(?:내\s*|제\s*)?(?:인증\s?(?:번호|코드)|보안\s?코드|코드(?:야"
        rf"|예|입|래|임))",
        rf"{_SIX}\s+(?:is|as)\s+(?:the|my|a)\s+(?:\w+\s+){{0,2}}code\b",
    )
)
# Nothing but a code, a word or two around it; "run 123456" is another number.
_BARE_CODE = re.compile(rf"^[^\d]{{0,10}}{_SIX}[^\d]{{0,10}}$", re.ASCII)
_OTHER_NUMBER = re.compile(
    r"기록|활동|배번|번째|달리기|러닝|\b(?:run|activity|record|bib|ride|id)\b", re.IGNORECASE
)


@dataclass(frozen=True)
class Redacted:
    """A text without secrets, and the kinds of what was removed, each once."""

    text: str
    found: tuple[Kind, ...] = ()


def redact(
    text: str, marks: Mapping[Kind, str], *, code_expected: bool = False, known: Collection[str] = ()
) -> Redacted:
    """Replace every secret in `text` by the mark of its kind.

    `code_expected`: a message that is nothing but six digits is a code. `known` are marks that may stand in
    the text already, besides `marks`. What was redacted once stays as it is.
    """
    found: list[Kind] = []
    protected = {*marks.values(), *known}
    # What stands beside a secret may be seen as one only when that is gone; each round removes something.
    while spans := _spans(_hidden(text, protected), marks["password"] in text, code_expected):
        parts, at = [], 0
        for start, end, kind in spans:
            parts += [text[at:start], marks[kind]]
            at = end
            found.append(kind)
        text = "".join([*parts, text[at:]])
    return Redacted(text, tuple(kind for kind in KINDS if kind in found))


def may_be_code(text: str) -> bool:
    """Whether a message is nothing but what could be a one-time code."""
    return _BARE_CODE.search(text.strip()) is not None and not _OTHER_NUMBER.search(text)


def find(text: str, beside_password: bool = False, code_expected: bool = False) -> Iterator[Found]:
    """Yield where secrets stand, in no order. `beside_password`: one was removed here before."""
    for match in _TOKENS.finditer(text):
        yield *match.span(), "token"
    for pattern in _NAMED_TOKENS:
        for match in pattern.finditer(text):
            yield *match.span(1), "token"
    for match in _LONG.finditer(text):
        if _is_random(match[0]):
            yield *match.span(), "token"
    for pattern in _CODES:
        for match in pattern.finditer(text):
            yield *match.span(1), "code"
    if code_expected and may_be_code(text):
        for match in re.finditer(_SIX, text, re.ASCII):
            yield *match.span(1), "code"
    typed = [match.span(1) for match in _IN_ADDRESS.finditer(text)]
    typed += passwords.find(text)
    for start, end in typed:
        yield start, end, "password"
    if typed or beside_password:
        for match in passwords.EMAIL.finditer(text):
            if not any(start <= match.start() < end for start, end in typed):
                yield *match.span(), "email"


def _hidden(text: str, marks: Collection[str]) -> str:
    """Return the text with earlier marks covered, of the same length, by what no rule reads."""
    for mark in sorted(marks, key=len, reverse=True):
        text = text.replace(mark, _COVER * len(mark))
    return text


def _spans(text: str, beside_password: bool, code_expected: bool) -> list[Found]:
    """Return what is to be replaced, in order; of two that overlap the earlier, stretched over both."""
    merged: list[Found] = []
    found = set(find(text, beside_password, code_expected))
    for start, end, kind in sorted(found, key=lambda s: (s[0], -s[1], KINDS.index(s[2]))):
        if not text[start:end].strip(_COVER):
            continue
        if merged and start < merged[-1][1]:
            before = merged[-1]
            merged[-1] = (before[0], max(end, before[1]), before[2])
        else:
            merged.append((start, end, kind))
    return merged


def _is_random(word: str) -> bool:
    """Whether a long word looks drawn by lot: hexadecimal, or letters and digits ever changing."""
    if _UUID.search(word):
        return False
    if re.fullmatch(r"[0-9a-f]{32,}|[0-9A-F]{32,}", word):
        return len(set(word)) >= 8 and any(c.isalpha() for c in word) and any(c.isdigit() for c in word)
    kinds = ["d" if c.isdigit() else "u" if c.isupper() else "l" for c in word if c.isalnum()]
    changes = sum(a != b for a, b in pairwise(kinds))
    with_digits = sum((a == "d") != (b == "d") for a, b in pairwise(kinds))
    return with_digits >= 4 and changes >= 0.35 * len(kinds)
