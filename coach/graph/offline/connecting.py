"""What is said about connections and synchronising: connect, sync now, how far it is, why it is withheld."""

from __future__ import annotations

from coach.graph.offline import connection_words as cw
from coach.graph.offline import words as w
from coach.graph.offline.heard import Heard
from coach.graph.offline.reading import Call, Reading, call, make_call, reply

ON_DEMAND = ("garmin", "strava")  # the others send by themselves
TOOLS = ("connect_source", "sync_now", "sync_status", "why_withheld")
FEW = 6  # words of a message that may be about the synchronisation without naming it


def service(heard: Heard) -> str | None:
    """Return which service was named: of several the one named first."""
    found = [(m.start(), name) for name, pattern in cw.SERVICES if (m := heard.search(pattern))]
    return min(found)[1] if found else None


def connections(heard: Heard) -> Reading | None:
    """Read what is about a service, a connection or the synchronisation; None where it is about neither."""
    name = service(heard)
    if heard.has(cw.OTHERS) or (
        heard.has(r"파일|압축|\bfiles?\b|\bzip\b|\bupload\b(?!.*strava)") and not name
    ):
        return None
    if heard.has(r"파일|\bfiles?\b") and not heard.has(cw.CONNECT):
        return None
    for rule in (_typed_in, _withheld, _left_alone, _disconnect, _state, _connect, _sync):
        if (found := rule(heard, name)) is not None:
            return found
    return None


def follow(heard: Heard, last: Call) -> Reading | None:
    """Return the same question about another service, or about the synchronisation just spoken of."""
    if last.tool not in TOOLS:
        return None
    name = service(heard)
    if name is not None and len(heard.low.split()) <= FEW and connections(heard) is None:
        tool = last.tool if last.tool != "why_withheld" else "sync_status"
        if tool == "sync_now" and name not in ON_DEMAND:
            tool = "sync_status"
        return call(tool, provider=name)
    if (name is None and heard.has(cw.FAR)) or heard.has(r"언제\s?(?:끝|다)|\bwhen will (?:that|it) be\b"):
        return call("sync_status", provider=last.args.get("provider"))
    return None


def asked_service(heard: Heard) -> Reading | None:
    """Read the answer to the question which service to connect."""
    name = service(heard)
    return call("connect_source", provider=name) if name else None


def _typed_in(heard: Heard, name: str | None) -> Reading | None:
    """A password or a code in the message: it belongs into the form."""
    removed = heard.has(cw.REMOVED)
    if (heard.has(cw.CODE) and (removed or heard.has(r"\d{6}"))) or heard.has(r"\[지움: 인증번호\]"):
        return call("connect_source", provider=name or "garmin")
    if not removed and not (heard.has(cw.CREDENTIALS) and (name or heard.has(r"어디|where"))):
        return None
    return call("connect_source", provider=name) if name else reply("ask_service")


def _withheld(heard: Heard, name: str | None) -> Reading | None:
    if heard.has(cw.KEPT) and (name in (None, "strava")):
        return call("why_withheld")
    hidden = heard.has(cw.CLEARLY_HIDDEN) or (heard.has(cw.HIDDEN) and heard.has(cw.HIDDEN_FROM))
    if hidden and heard.has(cw.WHY):
        return call("why_withheld")
    return None


def _left_alone(heard: Heard, name: str | None) -> Reading | None:
    """Told not to: nothing begins."""
    if heard.has(cw.INSTEAD) and (heard.spans or heard.has(w.QUANTITY)):
        return None
    about = (
        heard.has(rf"{cw.SYNC}|{cw.REFRESH}") or (name and heard.has(cw.CONNECT)) or heard.has(r"가져오지")
    )
    if not about or not heard.has(cw.DONT) or (heard.has(cw.DISCONNECT) and name):
        return None
    return reply("left_alone")


def _disconnect(heard: Heard, name: str | None) -> Reading | None:
    if name and heard.has(cw.DISCONNECT) and not heard.has(r"왜|\bwhy\b"):
        return call("connect_source", provider=name)
    return None


def _state(heard: Heard, name: str | None) -> Reading | None:
    """How a connection is doing, how far it is, why something is not here."""
    asked = call("sync_status", provider=name)
    if heard.has(rf"{cw.CONNECTED_WITH}") or (heard.has(cw.FAR) and (name or heard.sport is None)):
        return asked
    if heard.has(cw.NOT_HERE) and heard.has(cw.NOT_HERE_OF) and not heard.has(_ORDER):
        return asked
    syncing = heard.has(cw.SYNC)
    if syncing and heard.has(cw.INSTEAD) and heard.spans:
        return None
    if (syncing or name) and heard.has(_WANTED):
        return None
    if syncing and heard.has(cw.ASKS_STATE) and not heard.has(r"\bcan you\b") and not heard.has(w.PAIN):
        return asked if not heard.has(_BODY) else None
    if name and heard.has(_STATE_OF_IT):
        return asked
    return None


# "Sync it, please" also holds words of questions.
_ORDER = r"동기화\s?(?:한번\s?)?(?:해|좀|부탁)|\bplease sync\b|\bsync (?:it|now)\b|\bfetch\b"
_WANTED = (
    r"(?:동기화|싱크|새로\s?고침)\s?(?:를\s?|한번\s?|좀\s?)*(?:해\s?줘|돌려|부탁|맞춰|해줄|시켜)"
    r"|어떻게\s?(?:연결|연동|붙|로그인|이어)"
    r"|\bhow (?:do|can) (?:i|you) connect\b"
    r"|수\s?있|\bcan (?:you|i)\b|하려면|방법|어떻게\s?해요"
)
_BODY = r"\barms?\b|\blegs?\b|\bout of sync\b"
_STATE_OF_IT = (
    r"상태|연결\s?(?:은\s?)?(?:됐|돼|되어|되었|된)|연동\s?(?:됐|돼|되어)|잘\s?(?:되|돼|들어)|들어오고"
    r"|안\s?(?:들어|돼|되)"
    r"|언제\s?(?:마지막|왔|동기)|마지막으로\s?언제"
    r"|왜\s?(?:끊|안|실패|멈)|얼마나\s?(?:남|가져|들어)"
    r"|\bis (?:my )?(?:\w+ )?(?:\w+ )?(?:connected|working|ok|okay|up|fine|linked|on)\b"
    r"|\bis connected\b|\bstatus\b|\bhas\b.*\b(?:sent|synced|sync)\b"
    r"|\bwhy (?:is|did|does|isn't|doesn't)\b.*\b(?:disconnected|fail\w*|sync\w*|work\w*"
    r"|connect\w*|stop\w*)\b|\bhow far back\b|\bwhen did\b.*\b(?:last|sync)\b|\bleft to\b"
)


def _connect(heard: Heard, name: str | None) -> Reading | None:
    if name is None:
        alone = heard.has(r"^(?:연결|연동)\s?(?:해\s?줘|할래|하고\s?싶어|좀)?[.!?~ ]*$|^connect[.!?~ ]*$")
        some = heard.has(r"연결|연동|\bconnect\b|\blink\b") and heard.has(cw.A_SERVICE)
        return reply("ask_service") if alone or (some and not heard.has(w.RACE)) else None
    if heard.has(rf"{cw.CONNECT}|{cw.UPLOAD}") and not heard.has(_NOT_CONNECT):
        return call("connect_source", provider=name)
    if heard.has(cw.COULD):
        return call("connect_source", provider=name)
    return None


_NOT_CONNECT = r"\blink between\b|세그먼트|\bsegment\b"


def _sync(heard: Heard, name: str | None) -> Reading | None:
    named = make_call("sync_now", provider=name)
    if name is not None and name not in ON_DEMAND:
        named = make_call("sync_status", provider=name)
    short = len(heard.low.split()) <= FEW + 4
    if heard.has(_BODY) or not short:
        return None
    if heard.has(rf"{cw.SYNC}|{cw.CHECK_NEW}") or heard.has(
        rf"^(?:please )?(?:{cw.REFRESH})|{cw.REFRESH}\s*(?:해|$)"
    ):
        if heard.has(cw.INSTEAD):
            return None
        return Reading((named,))
    # "Bring me October" asks to be shown it.
    shown = heard.value("distance_m") is not None or (
        heard.period and not heard.period.end >= heard.cal.today
    )
    if heard.has(cw.FETCH) and (name or heard.has(cw.NEW)) and not shown:
        return Reading((named,))
    return None
