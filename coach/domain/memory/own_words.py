"""The athlete's own sentences: without quotes, forwarded text, and what claims to be the system."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from coach.domain.utterance import english, korean
from coach.domain.utterance import read as read_utterance

LONGEST_READ = 2000  # characters of a message
LONGEST_SENTENCE = 200  # longer ones are no plain statement

# Whoever writes like this wants to be taken for somebody else: then nothing of the message is kept.
_SYSTEM = re.compile(
    r"^[^\w\n]*(?:system|시스템|assistant|어시스턴트|developer|admin|관리자|root|instruction|명령|지시)"
    r"(?:\s+(?:message|notice|prompt|note|update|알림|메시지|공지|프롬프트|지시))?\s*(?:[\])>}】]|[::])"
    r"|<\|?\s*/?\s*(?:system|assistant|im_start|inst)|\[/?inst\]|^#+\s*(?:system|instruction)"
    r"|(?:the|this) user(?:'s| is| has| had| wants| prefers)\b|사용자(?:는|가|의|를|에게)"
    r"|ignore (?:all|any|the|previous)|(?:이전|앞의|위의|모든) (?:지시|명령|규칙)",
    re.IGNORECASE | re.MULTILINE,
)
# From here on somebody else speaks: a forwarded mail, an exported chat.
_FORWARDED = re.compile(
    r"^[^\S\n]*(?:-{2,}.*(?:original|forwarded|원본|전달).*|(?:fwd?|fw|전달|forwarded)\b.*[::]?.*"
    r"|from\s*:.*|보낸\s?사람\s*[::].*"
    r"|on .{6,80} wrote:.*|.{0,30}(?:전달받은|전달된|퍼온|복사한|복붙).*)$"
    r"|^[^\S\n]*\[[^\]\n]{1,30}\]\s*\[(?:오전|오후|am|pm)?\s?\d{1,2}:\d\d.*$",
    re.IGNORECASE | re.MULTILINE,
)
_FENCED = re.compile(r"```.*?(?:```|\Z)|^[^\S\n]*(?:>|》).*$", re.DOTALL | re.MULTILINE)
_QUOTED = re.compile(
    r"\"[^\"\n]*\"?|“[^”\n]*”?|「[^」\n]*」?|『[^』\n]*』?|«[^»\n]*»?|‘[^’\n]*’"
    r"|(?<![A-Za-z0-9])'(?=\S)[^'\n]{2,}?(?:'(?:s|t|m|re|ve|d|ll)\b[^'\n]*)*'(?![A-Za-z])"
)
_ENDS = re.compile(r"(?<=[.!?。！？~…])\s+|\n+")
_QUOTE_LEFT = "\N{HORIZONTAL ELLIPSIS}"  # where a quote stood: the sentence around it tells of others' words


@dataclass(frozen=True)
class Sentence:
    """One sentence: as typed, in lower case, in the normal form of utterances, and what speaks against it.

    `against` holds names of what makes it no standing statement about the speaker (see `_KO`, `_EN`,
    "other" for somebody else's state, "quote" for words that are not the speaker's).
    """

    text: str
    low: str
    plain: str
    korean: bool
    against: frozenset[str]

    def search(self, pattern: str) -> re.Match[str] | None:
        """Search the lower-case sentence; Latin words end where a Korean particle begins."""
        return re.search(pattern, self.low, re.ASCII)


_KO: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern, re.ASCII))
    for name, pattern in (
        (
            "question",
            r"\?\s*$|(?:까|까요|(?<![어만떠끝])나요|는지|은지|을지|던가|는가|은가요|냐|니|래요?\?|어때"
            r"|어때요)[\s.!?~,]*$"
            r"|뭐(?!든)|무엇|뭘|어떻게|어떤|얼마|언제(?!든|나)|어디(?!든)|(?<![가-힣])왜(?![가-힣])"
            r"|누구(?!나)"
            r"|몇",
        ),
        (
            "order",
            r"(?:알려|보여|추천해|찾아|설명해|가르쳐|비교해|연결해|분석해|짜|바꿔|지워|잊어|옮겨)\s?(?:줘|주"
            r"|봐|달라|줄)",
        ),
        (
            "if",
            r"만약|만일|혹시|[가-힣]면(?=[\s,]|$)|(?:할|갈|될|올|을|를까)까|까\s?봐|고민|지도\s?몰|것\s?같"
            r"|거\s?같"
            r"|생각\s?중|(?:할|갈|릴)\s?수도",
        ),
        ("wish", r"고\s?싶|(?:으)?면\s?좋겠|했으면|바라|부럽"),
        (
            "past",
            r"(?<!게)(?<!게\s)(?:[았었였했됐갔왔봤샀썼쳤졌렸켰컸탔뒀줬냈])(?:어|다|음|지|는데|거든|네|던|습니|슴|기|으|고|을"
            r"|죠|구)"
            r"|예전|옛날|한때|왕년|과거|(?:어릴|학창|학생|학교|군대|고딩)\S*\s?(?:때|시절)|던\s?(?:때|시절)",
        ),
        (
            "denied",
            r"(?:^|\s)안\s?(?!쪽|전)[가-힣]|지\s?(?:는|도)?\s?않|없|아니(?!고|라)|아닌(?!데)|(?:^"
            r"|\s)못\s?[가-힣]"
            r"|지\s?마|지\s?말|취소",
        ),
        (
            "hearsay",
            r"(?:다|자|라|냐|란다)고\s?(?!불러|부르|해\s?줘)(?:해|했|하|함|그|나와|나오|들었|말|써|쓰|적"
            r"|생각)"
            r"|(?:[가-힣]대|[가-힣]래)(?:요)?[\s.!?~,]*$|더라|(?:라|다)며[\s.!?~,]*$",
        ),
        ("once", r"오늘|어제|그제|내일|모레|이번|지난|다음|방금|아까|지금(?!은|부터)|당분간"),
    )
)
_EN: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern, re.ASCII))
    for name, pattern in (
        (
            "question",
            r"\?\s*$|^(?:so |and |but |hey |ok |okay )*(?:how|what|when|which|where|who|why|did|do|does|am"
            r"|is|are|was|were|have i|has|can i|could|should|will|would|may i|shall)\b",
        ),
        (
            "order",
            r"^(?:please )?(?:show|tell|give|explain|list|find|compare|connect|analy[sz]e|make|plan|forget"
            r"|delete"
            r"|move|change|describe|suggest|recommend)\b",
        ),
        (
            "if",
            r"\bif\b|\bunless\b|\bmight\b|\bmaybe\b|\bperhaps\b|\bwould\b(?! like)|\bsuppose\b|\bwhether\b"
            r"|\bthinking (?:about|of)\b|\bconsidering\b|\bin case\b|\bnot sure\b|\bcould (?:be|have)\b",
        ),
        (
            "wish",
            r"\bwish\b|\bwant(?:ed)? to\b|\bi'd (?:like|love) to\b|\bhoping\b|\bhope to\b|\bwould like to\b",
        ),
        (
            "past",
            r"\bused to\b|\bback (?:in|when)\b|\bwhen i was\b|\bi (?:was|had|ran|wore|went|did|got|felt|took"
            r"|couldn't|didn't|hurt|bought|tried|tore|broke|moved|worked|lived|loved|hated)\b|\bwe (?:went"
            r"|had"
            r"|were)\b"
            r"|\bi've been to\b|\bi'd been\b|\bwas\b|\bwere\b",
        ),
        ("denied", r"\bnot\b|n't\b|\bno\b|\bnever\b|\bwithout\b|\bno longer\b|\bnone\b|\bstopped\b|\bquit\b"),
        ("hearsay", r"\b(?:said|says|told|reads?|heard|according|thinks|wrote|recommended|claims?)\b"),
        (
            "once",
            r"\btoday\b|\byesterday\b|\btomorrow\b|\bthis (?:morning|week|evening|month|afternoon)\b"
            r"|\bnext (?:week|month|year)\b|\blast (?:week|month|year|night)\b|\bright now\b|\btonight\b",
        ),
    )
)


def claims_to_be_system(text: str) -> bool:
    """Whether a text speaks in the name of the system, or of the user as somebody else."""
    return _SYSTEM.search(_composed(text)) is not None


def sentences(message: str) -> Iterator[Sentence]:
    """Yield the athlete's own sentences; none at all where the message claims to be from the system."""
    text = _composed(message)[:LONGEST_READ]
    if _SYSTEM.search(text):
        return
    forwarded = _FORWARDED.search(text)
    if forwarded is not None:
        text = text[: forwarded.start()]
    text = _FENCED.sub("\n", text)
    text = _QUOTED.sub(_QUOTE_LEFT, text)
    for part in _ENDS.split(text):
        said = re.sub(r"[^\S\n]+", " ", part).strip(" \t-*•·")
        if not re.search(r"[^\W\d_]", said) or len(said) > LONGEST_SENTENCE:
            continue
        yield sentence(said)


def sentence(said: str) -> Sentence:
    """Take one sentence apart."""
    low = said.lower().translate(_PLAIN)
    plain = read_utterance(said).plain
    is_korean = re.search("[가-힣]", low) is not None
    against = {name for name, pattern in (_KO if is_korean else _EN) if pattern.search(low)}
    if _QUOTE_LEFT in said:
        against.add("quote")
    other = korean.of_someone_else(plain) if is_korean else _en_other(low)
    if other:
        against.add("other")
    return Sentence(said, low, plain, is_korean, frozenset(against))


def _en_other(low: str) -> bool:
    """Whether an English sentence has somebody else for its subject."""
    if english.of_someone_else(low):
        return True
    found = english.SOMEONE.search(low)
    return found is not None and not re.search(r"\b(?:i|i'm|i've|i'd|me|we|we're)\b", low)


_PLAIN = str.maketrans("’‘“”′″？！：", "''\"\"'\"?!:")


def _composed(text: str) -> str:
    """Return a text composed and without what cannot be seen."""
    text = unicodedata.normalize("NFC", text)
    return "".join(c for c in text if c == "\n" or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co"))
