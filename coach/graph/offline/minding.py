"""What is said about remembering: keep this, what do you know of me, forget that; and plain statements."""

from __future__ import annotations

import re

from coach.domain.memory import read as statements
from coach.graph.offline.heard import Heard
from coach.graph.offline.reading import Call, Reading, call

_ME = r"나에\s?대해서?|나에\s?관해|저에\s?대해서?|내\s?얘기|나를|날|저를|\babout me\b|\bof me\b"
_KNOW = (
    r"(?:알고\s?있(?:어|는|니|나|지)|알아(?:요)?\s*$|알아(?:요)?\?|아는\s?(?:거|게|것)|기억(?:해[^\w가-힣]*\?"
    r"|하고\s?있|하는\s?(?:거|게|것)|나\?)"
    r"|기억\s?(?:목록|보여)|\b(?:know|remember(?:ed)?)\b)"
)
_MEMORIES = (
    r"기억하는\s?(?:거|것|게)|기억\s?목록|(?:내|제|나의)\s?기억\s?(?:을|좀)?\s?(?:보여|알려)"
    r"|기억해\s?둔\s?(?:거|것|게)|뭘?\s?기억하고\s?있"
    r"|\bwhat do you remember\b|\b(?:show|list) (?:me )?(?:my |your |what you )?(?:memor|remember)"
)
_KEEP = (
    r"기억해\s?(?:줘|둬|주세요|두세요|놔|줄래)|^기억해\s?[::]|기억하고\s?있어\s?줘|잊지\s?(?:마|말아)"
    r"|^(?:please |can you |could you |hey,? )*(?:remember|keep in mind)(?! when| how| what| my last|ing\b)\b"
    r"|\bdon't forget (?:that )?i\b|[.!,;]\s*(?:please )?remember (?:that|this|it)\b(?: please)?[^\w가-힣]*$"
)
_FORGET = (
    r"잊어\s?(?:줘|버려|주세요|줄래|라)|잊으(?:세요|라)|까먹어\s?줘|기억에서\s?(?:지워|빼"
    r"|삭제해?)(?:\s?줘)?|기억하지\s?마"
    r"|기억(?:을|한\s?(?:거|것)|하는\s?(?:거|것)(?:을)?)?\s?(?:다\s?|모두\s?|전부\s?|싹\s?)?(?:지워"
    r"|삭제해?|없애)(?:\s?줘)?"
    r"|^(?:please |can you |could you |just )*forget\b(?! it[^\w가-힣]*$)|\b(?:stop|don't) remember\w*\b"
    r"|\b(?:delete|erase|remove) (?:my |your |the |all |that )*memor"
)
_NOT_NOW = (
    r"잊어\s?버렸|잊었|\bforgot\b|\bforgotten\b|\bi (?:can't|don't) remember\b"
    r"|(?<!what )\bdo you remember\b(?! (?:about|of) me)"
)
_SELF = r"(?:뭘|뭐를?|무엇을|어떤\s?(?:걸|것)|얼마나|\bwhat\b|\bhow much\b|\beverything\b|\btell\b|\bshow\b)"
_KINDS = (
    ("injury", r"부상|다친|수술|\binjur"), ("gear", r"신발|장비|시계|\bshoes?\b|\bgear\b"),
    ("schedule", r"일정|시간|\bschedule\b"), ("goal", r"목표|\bgoals?\b"),
    ("preference", r"취향|좋아하는|싫어하는|\bpreferences?\b|\blikes?\b"), ("manner", r"말투|\btone\b"),
)  # fmt: skip


def asked(heard: Heard) -> Reading | None:
    """An order to remember or forget, or the question what is known."""
    if heard.has(_NOT_NOW):
        return None
    if heard.has(_FORGET) and not _asks(heard):
        return call("memory_forget", what=_what(heard) or None)
    if heard.has(_MEMORIES) or (heard.has(_ME) and heard.has(_KNOW) and heard.has(_SELF)):
        kind = next((name for name, pattern in _KINDS if heard.has(pattern)), None)
        return call("memory_show", kind=kind)
    if heard.has(_KEEP) and not _asks(heard):
        return call("remember", text=heard.text.strip())
    return None


def told(heard: Heard) -> Reading | None:
    """A plain statement about oneself that is worth remembering."""
    if heard.asks and heard.low.endswith("?"):
        return None
    found = statements(heard.text, heard.cal.today)
    return call("remember", text=heard.text.strip()) if found else None


def follow(heard: Heard, last: Call) -> Reading | None:
    """What was told just before was not meant: 농담이야, just kidding."""
    if last.tool not in ("remember", "journal_add") or len(heard.low.split()) > 5:
        return None
    return call("undo") if heard.has(_JOKE) and not heard.asks else None


_JOKE = (
    r"농담(?:이야|이었|인데|이에요|예요|임)|장난(?:이야|이었|인데)"
    r"|\b(?:just|only) (?:kidding|joking)\b|\bi was joking\b"
)


def _asks(heard: Heard) -> bool:
    return heard.low.endswith("?") and not heard.has(r"줄래|줄\s?수|\bcan you\b|\bcould you\b|\bwould you\b")


def _what(heard: Heard) -> str:
    """Return what is to be forgotten: the words without the order."""
    if heard.has(
        r"(?:다|전부|모두|싹)\s?(?:잊|지워|삭제|까먹)|(?:전부|모두|모든\s?(?:거|것|기억))|\b(?:everything"
        r"|all)\b"
    ):
        return "all"
    rest = re.sub(_FORGET, " ", heard.low)
    rest = re.sub(
        r"(?<![가-힣])(?:그거|그건|그것|이거|방금|아까|말한|얘기한|기억|좀|이제|제발|라는|하는|한다는"
r"|있다는|했다는|다는)(?:\s?(?:거|것|걸|말))?(?:는|은|을|를|도)?"
        r"|(?<![가-힣])(?:거|것|걸|건)(?:는|은|을|를)?(?![가-힣])"
        r"|\b(?:that|it|this|about|what|i|said|told|you|the|fact|please|my|me|just|now)\b|[^\w가-힣' ]",
        " ", rest,
    )  # fmt: skip
    return " ".join(rest.split())[:200]
