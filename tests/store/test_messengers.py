"""Chats of messengers: whose they are, codes that count once, strangers, and what was posted."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, insert, select

from coach.errors import Conflict, NotFound
from coach.store import (
    approvals,
    leaving,
    messenger_system,
    messengers,
    models,
    outbox,
    system,
    threads,
)
from coach.store.messenger_system import ALPHABET, STRANGERS_A_MINUTE, Used, by_chat, claim, use_code
from coach.store.session import Database, Session

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
T = "telegram"
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Person:
    id: int
    account_id: int


@pytest.fixture
def people(db: Database) -> list[Person]:
    """Two athletes who can log in."""
    found = []
    for name in ("하나", "두리"):
        athlete_id = system.create_athlete(db, name=name).id
        with db.system_session() as s:
            account_id = s.scalars(
                insert(models.accounts)
                .values(athlete_id=athlete_id, role="athlete")
                .returning(models.accounts.c.id)
            ).one()
        found.append(Person(athlete_id, account_id))
    return found


def code_of(db: Database, who: Person, now: datetime = NOW) -> str:
    with db.athlete_session(who.id) as s:
        return messengers.new_code(s, T, who.account_id, now).code


def told(db: Database, who: Person) -> list[tuple[int, str]]:
    """What chats are told, the newest last."""
    with db.athlete_session(who.id) as s:
        return [(p.payload["chat_id"], p.payload["link"]) for p in reversed(outbox.find(s, T))]


def link_of(db: Database, who: Person) -> messengers.Link | None:
    with db.athlete_session(who.id) as s:
        return messengers.link(s, T)


def test_a_code_links_a_chat_once(db: Database, people: list[Person]) -> None:
    one, other = people
    assert link_of(db, one) is None
    assert by_chat(db, T, 77) is None
    code = code_of(db, one)
    used = use_code(db, T, code, 77, NOW)
    assert used.outcome == "linked"
    assert used.linked == by_chat(db, T, 77)
    assert used.linked is not None
    assert (used.linked.athlete_id, used.linked.account_id, used.linked.state) == (
        one.id,
        one.account_id,
        "on",
    )
    assert told(db, one) == [(77, "linked")]
    assert use_code(db, T, code, 77, NOW) == Used("again", used.linked), "the same message once more"
    assert use_code(db, T, code, 78, NOW) == Used("used"), "forwarded, or photographed"
    assert by_chat(db, T, 78) is None
    assert told(db, one) == [(77, "linked")]
    assert link_of(db, other) is None


def test_codes_that_are_old_replaced_or_nobodys_do_nothing(db: Database, people: list[Person]) -> None:
    one, other = people
    old = code_of(db, one)
    assert use_code(db, T, old, 77, NOW + messengers.CODE_VALID) == Used("expired")
    replaced, theirs = code_of(db, one), code_of(db, other)
    newest = code_of(db, one)
    assert use_code(db, T, replaced, 77, NOW) == Used("unknown")
    for odd in ("", "x" * 10_000, "한글\u202e", "' OR 1=1 --", newest.swapcase(), newest[:-1], "\x00"):
        assert use_code(db, T, odd, 77, NOW) == Used("unknown")
    assert by_chat(db, T, 77) is None
    assert use_code(db, T, theirs, 77, NOW).linked is not None, "another's new code leaves mine good"
    with db.athlete_session(one.id) as s:
        assert not messengers.use_code(s, T, theirs, NOW), "another athlete's code"


def test_of_twenty_chats_with_one_code_one_is_linked(db: Database, people: list[Person]) -> None:
    code = code_of(db, people[0])
    with ThreadPoolExecutor(8) as pool:
        came = list(pool.map(lambda chat: use_code(db, T, code, chat, NOW), range(100, 120)))
    assert sorted(used.outcome for used in came) == ["linked"] + ["used"] * 19
    won = next(used.linked for used in came if used.linked)
    link = link_of(db, people[0])
    assert link is not None
    assert link.chat_id == won.chat_id
    assert told(db, people[0]) == [(won.chat_id, "linked")]


def test_a_chat_is_one_athletes_until_they_unlink_it(db: Database, people: list[Person]) -> None:
    one, other = people
    use_code(db, T, code_of(db, one), 77, NOW)
    code = code_of(db, other)
    assert use_code(db, T, code, 77, NOW) == Used("taken")
    found = by_chat(db, T, 77)
    assert found is not None
    assert found.athlete_id == one.id
    with db.athlete_session(one.id) as s:
        assert messengers.set_state(s, T, "blocked", NOW)
    assert use_code(db, T, code, 77, NOW) == Used("taken"), "blocked is not given back"
    with db.athlete_session(one.id) as s:
        messengers.set_state(s, T, "on", NOW)
        messengers.keep_post(s, T, 77, 5, NOW)
        assert messengers.unlink(s, T, NOW)
        assert not messengers.unlink(s, T, NOW)
    assert told(db, one) == [(77, "linked"), (77, "unlinked")]
    assert use_code(db, T, code, 77, NOW).outcome == "linked", "being refused used nothing up"
    with db.athlete_session(one.id) as s:
        assert not messengers.set_state(s, T, "on", NOW), "what ended does not begin by itself"
        assert messengers.link(s, T) is None
    with db.athlete_session(other.id) as s:
        assert messengers.post(s, T, 77, 5) is None, "what the one before was shown is not theirs"
    assert use_code(db, T, code_of(db, one), 77, NOW) == Used("taken")


def test_of_two_athletes_at_once_one_gets_the_chat(db: Database, people: list[Person]) -> None:
    codes = [code_of(db, who) for who in people]
    with ThreadPoolExecutor(2) as pool:
        came = list(pool.map(lambda code: use_code(db, T, code, 77, NOW).outcome, codes))
    assert sorted(came) == ["linked", "taken"]


def test_a_new_chat_takes_the_place_of_the_old_and_goes_on(db: Database, people: list[Person]) -> None:
    one = people[0]
    use_code(db, T, code_of(db, one), 77, NOW)
    with db.athlete_session(one.id) as s:
        thread_id = threads.create(s, one.id, "텔레그램").id
        messengers.set_thread(s, T, thread_id)
    linked = use_code(db, T, code_of(db, one), 78, NOW + MINUTE).linked
    assert linked is not None
    assert linked.thread_id == thread_id
    assert by_chat(db, T, 77) is None
    assert told(db, one) == [(77, "linked"), (77, "unlinked"), (78, "linked")]
    with db.athlete_session(one.id) as s:
        assert messengers.chats(s) == {(T, 78)}


def test_who_blocks_and_comes_back(db: Database, people: list[Person]) -> None:
    one = people[0]
    with db.athlete_session(one.id) as s:
        assert not messengers.set_state(s, T, "blocked", NOW), "nothing is linked"
    use_code(db, T, code_of(db, one), 77, NOW)
    with db.athlete_session(one.id) as s:
        assert messengers.set_state(s, T, "blocked", NOW)
        assert not messengers.set_state(s, T, "blocked", NOW)
    found = by_chat(db, T, 77)
    assert found is not None
    assert found.state == "blocked"
    again = use_code(db, T, code_of(db, one), 77, NOW)
    assert again.linked is not None
    assert again.linked.state == "on"
    with db.athlete_session(one.id) as s:
        messengers.set_state(s, T, "blocked", NOW)
        assert messengers.unlink(s, T, NOW)
    assert told(db, one) == [(77, "linked")], "who blocked the bot is not written to"


def test_a_stranger_is_greeted_once_an_hour(db: Database) -> None:
    assert messenger_system.greet(db, T, 9, NOW)
    assert not messenger_system.greet(db, T, 9, NOW + 59 * MINUTE)
    assert messenger_system.greet(db, T, 9, NOW + 60 * MINUTE)


def test_a_stranger_types_their_code_into_the_page(db: Database, people: list[Person]) -> None:
    one, other = people
    assert messenger_system.greet(db, T, 9, NOW)
    code = messenger_system.stranger_code(db, T, 9, NOW)
    assert code is not None, "greeted or not"
    assert len(code) == 8
    assert set(code) <= set(ALPHABET)
    assert messenger_system.stranger_code(db, T, 9, NOW + MINUTE / 2) is None
    late, wrong = NOW + 10 * MINUTE, "".join(reversed(ALPHABET))[:8]
    for typed, now in ((code, late), (wrong, NOW), (code + "A", NOW), (code[:7], NOW), ("", NOW)):
        with pytest.raises(NotFound):
            claim(db, T, typed, athlete_id=one.id, account_id=one.account_id, now=now)
    assert by_chat(db, T, 9) is None
    claim(db, T, f" {code[:4].lower()}-{code[4:]} ", athlete_id=one.id, account_id=one.account_id, now=NOW)
    found = by_chat(db, T, 9)
    assert found is not None
    assert (found.athlete_id, found.account_id) == (one.id, one.account_id)
    assert told(db, one) == [(9, "linked")]
    with pytest.raises(NotFound):
        claim(db, T, code, athlete_id=other.id, account_id=other.account_id, now=NOW)


def test_only_a_chats_newest_code_is_good(db: Database, people: list[Person]) -> None:
    one = people[0]
    old = messenger_system.stranger_code(db, T, 9, NOW)
    new = messenger_system.stranger_code(db, T, 9, NOW + MINUTE)
    assert old is not None
    assert new is not None
    with pytest.raises(NotFound):
        claim(db, T, old, athlete_id=one.id, account_id=one.account_id, now=NOW + MINUTE)
    # Linked by the page's code meanwhile: what the stranger was given is good no more.
    use_code(db, T, code_of(db, one), 9, NOW + MINUTE)
    with pytest.raises(NotFound):
        claim(db, T, new, athlete_id=people[1].id, account_id=people[1].account_id, now=NOW + MINUTE)


def test_a_claim_of_anothers_chat_is_refused(db: Database, people: list[Person]) -> None:
    one, other = people
    use_code(db, T, code_of(db, one), 9, NOW)
    code = messenger_system.stranger_code(db, T, 9, NOW)  # asked for before it was linked, answered after
    assert code is not None
    with pytest.raises(Conflict):
        claim(db, T, code, athlete_id=other.id, account_id=other.account_id, now=NOW)
    assert link_of(db, other) is None


def test_a_flood_of_strangers_is_neither_answered_nor_kept(db: Database, people: list[Person]) -> None:
    def rows(s: Session) -> int:
        return s.scalars(select(func.count()).select_from(models.bot_strangers)).one()

    with ThreadPoolExecutor(4) as pool:
        greeted = list(pool.map(lambda chat: messenger_system.greet(db, T, chat, NOW), range(60)))
    assert sum(greeted) == STRANGERS_A_MINUTE
    assert messenger_system.stranger_code(db, T, 1000, NOW) is None
    assert use_code(db, T, code_of(db, people[0]), 1001, NOW).outcome == "linked", (
        "whoever has a code gets in"
    )
    with db.system_session() as s:
        assert rows(s) == STRANGERS_A_MINUTE
    assert messenger_system.stranger_code(db, T, 1000, NOW + 2 * MINUTE) is not None
    messenger_system.greet(db, T, 2000, NOW + timedelta(hours=2))
    with db.system_session() as s:
        assert rows(s) == 1, "who wrote long ago is forgotten"


def test_posts_are_found_by_what_they_show(db: Database, people: list[Person]) -> None:
    one, other = people
    with db.athlete_session(one.id) as s:
        thread_id = threads.create(s, one.id, "텔레그램").id
        message = threads.add_message(s, one.id, thread_id, "assistant", "안녕하세요")
        approval = approvals.ask(s, "clearance", b"x" * 32, expires_at=NOW).id
        messengers.keep_post(s, T, 77, 5, NOW, message_id=message)
        messengers.keep_post(s, T, 77, 6, NOW + MINUTE, message_id=message, approval_id=approval)
        messengers.keep_post(s, T, 77, 5, NOW, message_id=message)
        assert [p.remote_id for p in messengers.posts_of_message(s, T, message)] == [5, 6]
        (shown,) = messengers.posts_of_approval(s, T, approval, only_open=True)
        assert (shown.chat_id, shown.remote_id, shown.posted_at) == (77, 6, NOW + MINUTE)
        assert messengers.close_post(s, T, 77, 6, NOW)
        assert not messengers.close_post(s, T, 77, 6, NOW)
        assert not messengers.posts_of_approval(s, T, approval, only_open=True)
        assert messengers.posts_of_approval(s, T, approval)[0].closed_at == NOW
        assert messengers.post(s, T, 78, 6) is None, "the number of another chat"
    with db.athlete_session(other.id) as s:
        assert messengers.post(s, T, 77, 6) is None
        assert not messengers.close_post(s, T, 77, 5, NOW)


def test_who_leaves_takes_their_chats_along(db: Database, people: list[Person]) -> None:
    one, other = people
    use_code(db, T, code_of(db, one), 77, NOW)
    with db.athlete_session(one.id) as s:
        messengers.keep_post(s, T, 77, 1, NOW)
    use_code(db, T, code_of(db, one), 78, NOW + MINUTE)
    use_code(db, T, code_of(db, other), 79, NOW)
    open_code = code_of(db, one)
    with db.system_session() as s:
        for i, chat in enumerate((77, 78, 79, 80)):
            s.execute(insert(models.bot_updates).values(service=T, update_id=i, chat_id=chat))
            s.execute(insert(models.bot_strangers).values(service=T, chat_id=chat))
    with db.athlete_session(one.id) as s:
        leaving.shut(s, NOW)
    assert by_chat(db, T, 78) is None, "from then on they are a stranger to the bot"
    assert use_code(db, T, open_code, 78, NOW) == Used("unknown")
    assert system.delete_athlete(db, one.id)
    with db.system_session() as s:
        for table in (models.bot_updates, models.bot_strangers):
            assert sorted(s.scalars(select(table.c.chat_id))) == [79, 80]


def test_a_chat_that_is_anothers_by_now_is_not_deleted_from(db: Database, people: list[Person]) -> None:
    one, other = people
    use_code(db, T, code_of(db, one), 77, NOW)
    with db.athlete_session(one.id) as s:
        messengers.unlink(s, T, NOW)
    use_code(db, T, code_of(db, other), 77, NOW)
    with db.system_session() as s:
        s.execute(insert(models.bot_updates).values(service=T, update_id=1, chat_id=77))
    assert system.delete_athlete(db, one.id)
    with db.system_session() as s:
        assert list(s.scalars(select(models.bot_updates.c.chat_id))) == [77]
