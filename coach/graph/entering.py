"""What an athlete writes, before anything keeps or reads it: secrets are taken out."""

from __future__ import annotations

from datetime import datetime

from coach.domain.redaction import may_be_code
from coach.store import connections, threads
from coach.store.session import Database, Session
from coach.text.redacted import without_secrets

_ASKED_FOR_CODE = ("인증번호", "인증 코드", "보안 코드", "the code", "a code", "MFA")


def entered(db: Database, athlete_id: int, thread_id: int | None, message: str, now: datetime) -> str:
    """Return a message as it may be kept. Blocking where it is nothing but digits.

    Six digits alone are a one-time code where a login waits for one, or the coach just spoke of one.
    """
    expected = False
    if may_be_code(message):
        with db.athlete_session(athlete_id) as session:
            expected = _code_expected(session, thread_id, now)
    return without_secrets(message, code_expected=expected).text


def _code_expected(session: Session, thread_id: int | None, now: datetime) -> bool:
    for known in connections.every(session):
        if known.state == "pending" and (known.pending_until is None or known.pending_until > now):
            return True
    said = threads.messages(session, thread_id, limit=2) if thread_id is not None else []
    last = next((message.text for message in reversed(said) if message.role == "assistant"), "")
    return any(word in last for word in _ASKED_FOR_CODE)
