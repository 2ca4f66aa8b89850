"""What a text says of who and where somebody is, replaced by marks before it leaves, and put back in a reply.

Pure and deterministic: the same texts in the same order get the same marks. Figures of runners (paces, times,
dates, distances) are never touched; a word that only might be a name is left alone, the athlete's own name
never is.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Literal, get_args

from coach.domain import name_words

Kind = Literal["full_name", "name", "email", "phone", "address", "position", "place", "account"]
KINDS: tuple[Kind, ...] = get_args(Kind)
LEAST_HANDLE = 3  # characters of an account's name that can be told from any word

# Its last part begins with a letter: "10km@5.30" is a pace.
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@(?:[\w-]{1,63}\.)+[A-Za-z][\w-]{1,62}", re.ASCII)
# In another script; whatever particle follows is covered with it, and comes back with it.
_EMAIL_ABROAD = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}[@＠](?:[\w-]{1,63}[.．])+[^\W\d_][\w-]{1,62}")
_PHONE = re.compile(
    r"""(?<![\d.,:+\-'"])(?:
        (?:\+82[-\s.]?\(?0?\)?1[016789]|01[016789])[-\s.]?\d{3,4}[-\s.]?\d{4}
      | 0(?:2|[3-6]\d|70)[-\s.)]\s?\d{3,4}[-\s.]\d{4}
      | \+\d{1,3}[\s.-]?\(?\d{1,4}\)?(?:[\s.-]\d{2,4}){2,3}
      | \(?\d{3}\)?[-.\s]\d{3}[-.]\d{4}
    )(?!\d|[.,:'"]\d)""",
    re.VERBOSE | re.ASCII,
)
# Degrees with at least three decimals: a hundred metres.
_POSITION = re.compile(r"(?<![\d.])-?\d{1,3}\.\d{3,12}\s?°?\s?[NS]?\s?[,/ ]\s?-?\d{1,3}\.\d{3,12}(?![\d.])")
_UNIT = (
    r"(?!\d|\s*(?:km|킬로|키로|m\b|미터|분|초|시|시간|회|바퀴|세트|번(?!길|지)|%|일|월|년|개|명|[:'/.]\d))"
)
_ADDRESSES = (
    # A road with a number, after the district it is in.
    re.compile(
        r"(?:[가-힣]{1,6}(?:특별자치시|특별자치도|특별시|광역시|시|도)\s+)?(?<![가-힣])(?!친구)[가-힣]{1,5}(?:시|군|구)\s+"
        r"(?:[가-힣\d]{1,6}(?:읍|면|동)\s+)?[가-힣\d]{1,10}(?<!으)(?:로|길)\s?"
        rf"(?:\d{{1,4}}번?길\s?)?\d{{1,4}}(?:-\d{{1,4}})?{_UNIT}(?:\s*,?\s*\d{{1,4}}동)?(?:\s*\d{{1,5}}호)?"
    ),
    re.compile(r"[가-힣\d]{1,8}(?:동|리)\s?\d{1,4}(?:-\d{1,4})?번지"),
    re.compile(r"(?:[가-힣A-Za-z0-9]{2,15}\s*)?(?<!\d)\d{2,4}동\s*\d{2,5}호"),
    re.compile(
        r"(?<![\d.:])\d{1,5}\s+(?:[A-Z][A-Za-z']{1,20}\s+){1,3}"
        r"(?:Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Ct|Terrace|Close|Crescent)\b\.?"
        r"(?:,?\s+(?:Apt|Apartment|Unit|Flat|#)\.?\s?\w{1,6})?"
    ),
)
_LETTERS = "BCDEFGHIJKLMNOPQRSTUVWXYZ"


class Disguise:
    """Marks for the words of one athlete.

    `names` are what they are called, `places` and `accounts` what they named their places and are called at
    services. `marks` gives the mark of each kind, in square brackets: "[name]".
    """

    def __init__(
        self,
        marks: Mapping[Kind, str],
        *,
        names: Sequence[str] = (),
        places: Sequence[str] = (),
        accounts: Sequence[str] = (),
    ) -> None:
        self.removed: Counter[str] = Counter()
        self._marks = marks
        self._given: dict[str, tuple[Kind, str]] = {}  # mark → what it stands for
        self._words: list[tuple[Kind, re.Pattern[str]]] = []
        own = list(dict.fromkeys(name.strip() for name in names if name.strip()))
        parts = [part for name in own for part in name_words.parts_of(name)]
        self._know(
            "account", [a for a in accounts if len(a.strip()) >= LEAST_HANDLE and not a.isdigit()], own
        )
        self._know("place", [p for p in places if len(p.strip()) >= 2], own)
        for name in sorted(own, key=len, reverse=True):
            kind: Kind = "full_name" if name_words.parts_of(name) else "name"
            self._words.append((kind, name_words.always(name)))
        self._know("name", parts, own)

    def _know(self, kind: Kind, words: Collection[str], own: Collection[str]) -> None:
        for word in sorted(dict.fromkeys(w.strip() for w in words), key=len, reverse=True):
            if word in own:
                continue
            if kind == "place" and word.lower() in name_words.PLACES:
                continue  # tells nobody where it is
            found = name_words.as_a_name if name_words.is_word(word) else name_words.always
            self._words.append((kind, found(word)))

    def cover(self, text: str) -> str:
        """Return a text with marks in place of what says who and where."""
        text = _EMAIL.sub(lambda m: self._mark("email", m.group()), text)
        text = _EMAIL_ABROAD.sub(lambda m: self._mark("email", m.group()), text)
        text = _POSITION.sub(lambda m: self._mark("position", m.group()), text)
        text = _PHONE.sub(lambda m: self._mark("phone", m.group()), text)
        for address in _ADDRESSES:
            text = address.sub(lambda m: self._mark("address", m.group()), text)
        for kind, pattern in self._words:
            text = pattern.sub(lambda m, kind=kind: self._mark(kind, m.group()), text)  # type: ignore[misc]
        return text

    def cover_data(self, value: Any, untouched: Collection[str] = ()) -> Any:
        """Return plain data with every text in it covered, but those under the keys `untouched`."""
        if isinstance(value, str):
            return self.cover(value)
        if isinstance(value, Mapping):
            return {k: v if k in untouched else self.cover_data(v, untouched) for k, v in value.items()}
        return [self.cover_data(item, untouched) for item in value] if isinstance(value, list) else value

    def uncover(self, text: str) -> str:
        """Return a text with what its marks stand for."""
        reading = self.reading()
        return reading.feed(text) + reading.finish()

    def uncover_data(self, value: Any) -> Any:
        """Return plain data with every text in it uncovered."""
        if isinstance(value, str):
            return self.uncover(value)
        if isinstance(value, Mapping):
            return {k: self.uncover_data(v) for k, v in value.items()}
        return [self.uncover_data(item) for item in value] if isinstance(value, list) else value

    def reading(self) -> Uncovering:
        """Return what uncovers a reply that comes in pieces."""
        return Uncovering({mark: word for mark, (_, word) in self._given.items()})

    def _mark(self, kind: Kind, word: str) -> str:
        self.removed["name" if kind == "full_name" else kind] += 1
        base = self._marks[kind]
        # Words of another case are the same name.
        for mark, given in self._given.items():
            if given[0] == kind and given[1].casefold() == word.casefold():
                return mark
        taken = sum(1 for known, _ in self._given.values() if known == kind)
        if taken > len(_LETTERS):
            return base  # more than anybody names: they share the first one's mark
        mark = base if taken == 0 else f"{base[:-1]} {_LETTERS[taken - 1]}]"
        self._given[mark] = (kind, word)
        return mark


class Uncovering:
    """Puts back what marks stand for, in a text that comes in pieces: a mark may be cut anywhere."""

    def __init__(self, given: Mapping[str, str]) -> None:
        self._given = {mark.lower(): word for mark, word in given.items()}
        self._held = ""

    def feed(self, piece: str) -> str:
        """Return what can be told of the text so far."""
        self._held += piece
        return self._tell(final=False)

    def finish(self) -> str:
        """Return the rest."""
        return self._tell(final=True)

    def _tell(self, *, final: bool) -> str:
        told: list[str] = []
        text = self._held
        while (at := text.find("[")) >= 0:
            told.append(text[:at])
            text = text[at:]
            mark, closed, after = text.partition("]")
            word = self._given.get(f"{mark}]".lower()) if closed else None
            if word is not None:
                # A Korean particle goes by the name's last sound, which the model did not know.
                if len(after) < 2 and not final:
                    self._held = text
                    return "".join(told)
                told.append(word)
                text = _fitting(word, after)
            elif not closed and not final and any(known.startswith(mark.lower()) for known in self._given):
                self._held = text
                return "".join(told)
            else:
                told.append("[")
                text = text[1:]
        self._held = ""
        return "".join([*told, text])


_AFTER_CONSONANT = {"는": "은", "를": "을", "와": "과", "야": "아", "가": "이"}
_AFTER_VOWEL = {long: short for short, long in _AFTER_CONSONANT.items()}


def _fitting(word: str, after: str) -> str:
    """Return what follows a word with the particle it begins with in the shape that the word asks for."""
    last = word[-1]
    if not "가" <= last <= "힣" or not after or "가" <= after[1:2] <= "힣":
        return after
    shapes = _AFTER_CONSONANT if (ord(last) - ord("가")) % 28 else _AFTER_VOWEL
    return shapes.get(after[0], after[0]) + after[1:]
