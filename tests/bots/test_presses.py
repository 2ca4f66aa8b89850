"""Buttons pressed by the right one, too often, too late, and by whoever forges them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import time, timedelta

import pytest
from pipeline.plan_desk import MARATHON, NOW, PlanDesk, trained
from pressing import Kept, Presser, Recorder, presser

from bots.telegram import presses
from bots.telegram.buttons import Command, Effort, Pain, Quick, Setting, Undo, encode
from bots.telegram.deciding import close_cards
from bots.telegram.desk import SERVICE
from bots.telegram.message import Button, Out
from bots.telegram.tapping import Taps
from coach.domain.activity import Sport
from coach.domain.daily import DailyValue, Entry
from coach.domain.nudges import NudgeKind
from coach.domain.plan.model import Goal, GoalKind
from coach.domain.source import Source
from coach.pipeline import correcting, editing, journaling
from coach.pipeline.proposal_card import card_of
from coach.pipeline.revising import Edit
from coach.store import (
    activities,
    daily,
    edits,
    journal,
    messengers,
    nudge_settings,
    nudges,
    outbox,
    plan_holds,
    system,
    threads,
)
from coach.store.approvals import Approval
from coach.store.postgres import Embedded
from coach.store.session import Database
from coach.text import say

FITNESS = Goal(GoalKind.fitness)


@pytest.fixture
def sender() -> Recorder:
    return Recorder()


@pytest.fixture
def hana(db: Database, athlete_id: int, sender: Recorder) -> Presser:
    """An athlete with a watch and a linked chat."""
    found = presser(db, athlete_id, 501, sender)
    found.plans.connect()
    return found


@pytest.fixture
def duri(db: Database, sender: Recorder) -> Presser:
    return presser(db, system.create_athlete(db, name="두리").id, 502, sender)


def text(key: str, **params: object) -> str:
    return say("ko", key, **params)


def nothing_happened(who: Presser, asked: Approval) -> bool:
    return who.plans.asked(asked).state == "pending" and who.plans.parcels() == []


async def test_a_press_approves_and_says_what_follows(hana: Presser, sender: Recorder) -> None:
    asked = hana.plans.proposed()
    card = hana.show(asked)

    await hana.press(card, hana.data(card, "승인"))

    kept = hana.plans.asked(asked)
    assert (kept.state, kept.decided_by, kept.decided_in) == ("approved", hana.chat.account_id, "telegram")
    assert hana.plans.parcels()
    assert hana.said[-1] == text("plan_life.plan_approved_sent")
    assert sender.log[0] == "answer", "nothing spins while it is decided"
    assert sender.closed == [card]


async def test_a_rejection_sends_nothing(hana: Presser) -> None:
    asked = hana.plans.proposed()
    card = hana.show(asked)

    await hana.press(card, hana.data(card, "거절"))

    assert hana.plans.asked(asked).state == "rejected"
    assert hana.plans.parcels() == []
    assert hana.said[-1] == text("plan_life.plan_rejected")


async def test_forty_presses_at_once_decide_once(hana: Presser, sender: Recorder) -> None:
    asked = hana.plans.proposed()
    card = hana.show(asked)
    yes, no = hana.data(card, "승인"), hana.data(card, "거절")

    await asyncio.gather(*(hana.press(card, yes if n % 2 else no) for n in range(40)))

    kept = hana.plans.asked(asked)
    assert kept.state in ("approved", "rejected")
    counted = "plan_approved_sent" if kept.state == "approved" else "plan_rejected"
    assert sum(said == text(f"plan_life.{counted}") for said in hana.said) == 1
    assert hana.said.count(text(f"plan_life.was_{kept.state}")) == 39
    assert bool(hana.plans.parcels()) == (kept.state == "approved")
    with hana.desk.db.athlete_session(hana.chat.athlete.id) as s:
        receipt = nudges.named(s, NudgeKind.receipt, f"approval:{asked.id}")
        assert (receipt is not None) == (kept.state == "approved")
    assert len(sender.answers) == 40


@pytest.mark.parametrize("forged", ["a:{id}:y:00000000", "a:{id}:k:00000000", "a:{other}:y:{sha}"])
async def test_forged_data_decides_nothing(hana: Presser, forged: str) -> None:
    asked = hana.plans.proposed()
    card = hana.show(asked)
    data = forged.format(id=asked.id, other=asked.id + 1, sha=asked.sha256.hex()[:8])

    await hana.press(card, data)

    assert nothing_happened(hana, asked)
    assert hana.said[-1] in (text("plan_life.was_other_content"), text("telegram_cards.old"))


async def test_what_is_no_button_of_ours_is_told_above_the_chat(hana: Presser, sender: Recorder) -> None:
    asked = hana.plans.proposed()
    card = hana.show(asked)
    for data in ("", "a:1:y", "approve", "a:1:y:zzzzzzzz", "x:receipt", "\u0661" * 20):
        await hana.press(card, data)

    assert nothing_happened(hana, asked)
    assert [said for _, said in sender.answers] == [text("telegram_cards.old")] * 6
    assert len(hana.said) == 1, "nothing is posted"


async def test_only_the_post_that_showed_it_presses(hana: Presser, duri: Presser, sender: Recorder) -> None:
    asked = hana.plans.proposed()
    card = hana.show(asked)
    yes = hana.data(card, "승인")
    foreign = duri.plans.proposed(FITNESS)
    other = duri.show(foreign)

    await duri.press(card, yes)  # another athlete, with the very data, under the very number
    await duri.press(other, yes)  # under their own card
    await hana.press(other, yes)  # from a chat whose post it is not
    await hana.press(card + 900, yes)  # under a message that we never posted
    await hana.press(card, yes, chat_id=999)  # as if from another chat

    assert nothing_happened(hana, asked)
    assert nothing_happened(duri, foreign)
    assert [said for _, said in sender.answers if said] == [text("telegram_cards.old")]
    assert sender.closed == []


async def test_too_late_decides_nothing(hana: Presser, sender: Recorder) -> None:
    asked = hana.plans.proposed()
    card = hana.show(asked)
    late = hana.at(asked.expires_at)

    await late.press(card, hana.data(card, "승인"))

    assert hana.plans.asked(asked).state == "expired"
    assert hana.plans.parcels() == []
    assert hana.said[-1] == text("plan_life.was_expired")
    assert sender.closed == [card]


async def test_an_older_card_is_told_that_another_took_its_place(hana: Presser) -> None:
    old = hana.plans.proposed()
    card = hana.show(old)
    new = hana.plans.proposed(FITNESS)

    await hana.press(card, hana.data(card, "승인"))

    assert hana.plans.asked(old).state == "replaced"
    assert nothing_happened(hana, new)
    assert hana.said[-1] == text("plan_life.was_replaced")


async def test_on_hold_nothing_is_approved(hana: Presser) -> None:
    asked = hana.plans.proposed()
    card = hana.show(asked)
    with hana.desk.db.athlete_session(hana.chat.athlete.id) as s:
        plan_holds.raise_hold(s, "chest_pain", "emergency", "가슴", NOW)

    await hana.press(card, hana.data(card, "승인"))

    assert nothing_happened(hana, asked)
    assert hana.said[-1] == text("plan_life.was_held")


async def test_killed_after_it_counted_the_second_attempt_says_so(hana: Presser) -> None:
    asked = hana.plans.proposed()
    card = hana.show(asked)
    kept = Kept(dies_at="sent")
    with pytest.raises(asyncio.CancelledError):
        await hana.press(card, hana.data(card, "승인"), kept=kept)
    before = hana.plans.parcels()

    await hana.press(card, hana.data(card, "승인"), kept=Kept(kept.values))

    assert hana.plans.asked(asked).state == "approved"
    assert hana.plans.parcels() == before
    assert hana.said[-1] in (text("plan_life.plan_approved"), text("plan_life.plan_approved_sent"))


async def test_the_keyboard_goes_wherever_the_card_was_posted(hana: Presser, sender: Recorder) -> None:
    asked = hana.plans.proposed()
    first, second = hana.show(asked), hana.show(asked)
    hana.plans.decide(asked, "rejected")  # on the page

    with hana.desk.db.athlete_session(hana.chat.athlete.id) as s:
        parcels = [p for p in outbox.find(s, SERVICE) if "approval_id" in p.payload]
    assert [p.payload for p in parcels] == [{"approval_id": asked.id}]
    await close_cards(hana.desk, hana.chat.athlete.id, asked.id)
    await close_cards(hana.desk, hana.chat.athlete.id, asked.id)

    assert sender.closed == [first, second]
    with hana.desk.db.athlete_session(hana.chat.athlete.id) as s:
        assert messengers.posts_of_approval(s, SERVICE, asked.id, only_open=True) == []


async def test_a_question_that_waits_keeps_its_buttons(hana: Presser, sender: Recorder) -> None:
    asked = hana.plans.proposed()
    hana.show(asked)

    await close_cards(hana.desk, hana.chat.athlete.id, asked.id)

    assert sender.closed == []
    with hana.desk.db.athlete_session(hana.chat.athlete.id) as s:
        assert [p for p in outbox.find(s, SERVICE) if "approval_id" in p.payload] == []


async def test_decided_while_it_was_posted_the_card_is_closed_too(hana: Presser) -> None:
    asked = hana.plans.proposed()
    hana.plans.decide(asked, "rejected")

    with hana.desk.db.athlete_session(hana.chat.athlete.id) as s:
        messengers.keep_post(s, SERVICE, hana.chat.chat_id, 88, NOW, approval_id=asked.id)
        parcels = [p for p in outbox.find(s, SERVICE) if "approval_id" in p.payload]

    assert [p.payload for p in parcels] == [{"approval_id": asked.id}]


async def test_change_asks_what_and_the_card_is_now_before_the_athlete_here(hana: Presser) -> None:
    asked = hana.plans.proposed()
    card = hana.show(asked)

    await hana.press(card, hana.data(card, "바꿀 점"))

    assert nothing_happened(hana, asked)
    assert hana.plans.asked(asked).channel == "telegram"
    assert hana.said[-1] == text("plan_tools.which_change")


@pytest.mark.parametrize(
    ("words", "state"), [("승인", "approved"), ("approve", "approved"), ("거절", "rejected")]
)
async def test_words_that_reply_to_a_card_answer_that_card(hana: Presser, words: str, state: str) -> None:
    asked = hana.plans.proposed()
    card = hana.show(asked)

    assert await hana.reply(card, words)

    assert hana.plans.asked(asked).state == state


async def test_words_that_reply_to_an_older_card_approve_nothing_else(hana: Presser) -> None:
    old = hana.plans.proposed()
    card = hana.show(old)
    new = hana.plans.proposed(FITNESS)
    hana.show(new)

    for words in ("승인", "approve", "목요일은 더 짧게 해줘"):
        assert await hana.reply(card, words)
        assert hana.said[-1] == text("plan_life.was_replaced")

    assert nothing_happened(hana, new)
    assert not await hana.reply(card, "이번 주에 몇 km야?"), "a question goes to the coach"


async def test_words_that_reply_to_something_else_are_not_taken(hana: Presser) -> None:
    asked = hana.plans.proposed()
    hana.show(asked)

    assert not await hana.reply(7, "승인")
    assert nothing_happened(hana, asked)


# Warnings


@pytest.fixture
def warned(embedded: Embedded, template: str, sender: Recorder) -> Iterator[tuple[Presser, Approval]]:
    """An athlete who asked for a longer run than is advised."""
    for desk in trained(embedded.url, template):
        who = presser(desk.db, desk.athlete_id, 503, sender)
        yield who, with_warnings(desk)


def with_warnings(desk: PlanDesk) -> Approval:
    asked = desk.proposed(MARATHON)
    long = next(w for w in desk.revision(asked).plan.weeks[1].workouts if w.kind == "long")
    desk.revise(asked.plan_id or 0, Edit("resize", long.uid, distance_m=long.distance_m + 3000))
    return desk.waiting()


async def test_warnings_are_read_out_and_approved_knowing_them(
    warned: tuple[Presser, Approval], sender: Recorder
) -> None:
    who, asked = warned
    card = who.show(asked)
    yes = who.data(card, "승인")

    await who.press(card, yes)
    read = max(sender.posts)
    assert nothing_happened(who, asked)
    assert text("plan_tools.warned") in who.said[-1]
    knows = who.data(read, "알고 있어요")
    forged = knows[:-4] + ("0000" if not knows.endswith("0000") else "1111")
    await who.press(read, forged)
    assert nothing_happened(who, asked), "only what was read out is agreed to"
    await who.press(read, knows)

    assert who.plans.asked(asked).state == "approved"
    assert who.plans.revision(asked).acknowledged
    assert set(sender.closed) >= {card, read}


# How a run felt


def ran(who: Presser, *km: float) -> list[int]:
    with who.desk.db.athlete_session(who.chat.athlete.id) as s:
        rows = [
            activities.create(
                s,
                who.chat.athlete.id,
                sport=Sport.run,
                start_at=NOW - timedelta(hours=4 - n),
                tz="Asia/Seoul",
                local_date=NOW.date(),
                elapsed_s=360.0 * far,
                moving_s=360.0 * far,
                distance_m=1000 * far,
            )
            for n, far in enumerate(km)
        ]
    return [row.id for row in rows]


def note_after(who: Presser, ids: list[int]) -> tuple[int, int]:
    """Say something after a run; return the nudge and the number of its post."""
    number = next(who.sender.numbers)
    with who.desk.db.athlete_session(who.chat.athlete.id) as s:
        thread = threads.create(s, who.chat.athlete.id, channel="telegram").id
        message = threads.add_message(s, who.chat.athlete.id, thread, "assistant", "수고했어요.")
        key = f"outing:{ids[0]}"
        nudges.add(s, NudgeKind.after_run, key, NOW.date(), NOW, {"activity_ids": ids})
        nudge = nudges.named(s, NudgeKind.after_run, key)
        assert nudge is not None
        nudges.mark_said(s, [nudge.id], message, NOW, NOW.date())
        messengers.keep_post(s, SERVICE, who.chat.chat_id, number, NOW, message_id=message)
    return nudge.id, number


def entries_of(who: Presser, kind: str) -> list[tuple[float | None, int | None]]:
    with who.desk.db.athlete_session(who.chat.athlete.id) as s:
        return [(e.value, e.activity_id) for e in daily.list_entries(s, who.chat.athlete.id, kinds=[kind])]


async def test_the_effort_of_a_run_is_noted_once_and_corrected(hana: Presser, sender: Recorder) -> None:
    warm_up, race = ran(hana, 2.0, 10.0)
    nudge, post = note_after(hana, [warm_up, race])

    await hana.press(post, encode(Effort(nudge, 6)))
    await hana.press(post, encode(Effort(nudge, 6)))
    assert entries_of(hana, "rpe") == [(6.0, race)], "of the race, not of the warm-up"
    await hana.press(post, encode(Effort(nudge, 8)))

    assert entries_of(hana, "rpe") == [(8.0, race)]
    with hana.desk.db.athlete_session(hana.chat.athlete.id) as s:
        assert activities.get(s, hana.chat.athlete.id, race).rpe == 8
        answered = nudges.get(s, nudge)
    assert answered.answered_at is not None
    assert text("telegram_cards.pain_ask") in hana.said[0]
    assert hana.data(min(sender.posts), "없었어요") == encode(Pain(nudge, False))


async def test_an_effort_told_elsewhere_is_corrected_and_not_told_twice(hana: Presser) -> None:
    long, race = ran(hana, 6.0, 5.0)
    nudge, post = note_after(hana, [long, race])
    athlete = hana.chat.athlete
    with hana.desk.db.athlete_session(athlete.id) as s:
        editing.change(s, athlete, race, {"race": True})
        said = [Entry("rpe", NOW.date(), 7.0)]
        journaling.write(s, athlete, "", NOW, origin="page", activity_id=race, said=said)
    await hana.press(post, encode(Effort(nudge, 9)))
    assert entries_of(hana, "rpe") == [(9.0, race)], "of the race, though another was longer"


async def test_who_takes_it_back_may_say_it_again(hana: Presser) -> None:
    (run,) = ran(hana, 10.0)
    nudge, post = note_after(hana, [run])
    await hana.press(post, encode(Effort(nudge, 6)))
    with hana.desk.db.athlete_session(hana.chat.athlete.id) as s:
        (note,) = journal.find(s)
        correcting.delete(s, hana.chat.athlete, note.id)
    await hana.press(post, encode(Effort(nudge, 7)))
    assert entries_of(hana, "rpe") == [(7.0, run)]


async def test_pain_leaves_the_effort_to_be_told(hana: Presser) -> None:
    nudge, post = note_after(hana, ran(hana, 10.0))
    await hana.press(post, encode(Pain(nudge, False)))
    with hana.desk.db.athlete_session(hana.chat.athlete.id) as s:
        assert nudges.get(s, nudge).answered_at is None


async def test_pain_is_noted_or_asked_for_in_words(hana: Presser, sender: Recorder) -> None:
    (run,) = ran(hana, 10.0)
    nudge, post = note_after(hana, [run])

    await hana.press(post, encode(Pain(nudge, False)))
    await hana.press(post, encode(Pain(nudge, False)))
    assert entries_of(hana, "pain") == [(0.0, run)]
    await hana.press(post, encode(Effort(nudge, 4)))
    assert text("telegram_cards.pain_ask") not in hana.said[-1], "that was told"
    await hana.press(post, encode(Pain(nudge, True)))

    assert hana.said[-1] == text("telegram_cards.pain_where")
    assert entries_of(hana, "pain") == []
    with hana.desk.db.athlete_session(hana.chat.athlete.id) as s:
        link = messengers.link(s, SERVICE)
        assert link is not None
        (asked,) = threads.messages(s, link.thread_id or 0, limit=1)
    # What is written next answers it, in the conversation.
    assert asked.text == hana.said[-1]
    waits = asked.content["first"]["pending"]
    assert (waits["nudge_id"], waits["activity_id"], waits["asks"]) == (nudge, run, "pain")


async def test_nobody_else_says_how_a_run_felt(hana: Presser, duri: Presser) -> None:
    nudge, post = note_after(hana, ran(hana, 10.0))
    other, _ = note_after(duri, ran(duri, 5.0))

    await duri.press(post, encode(Effort(nudge, 9)))
    await hana.press(post, encode(Effort(other, 9)))
    await hana.press(post + 900, encode(Effort(nudge, 9)))

    assert entries_of(hana, "rpe") == entries_of(duri, "rpe") == []
    assert hana.said == [text("telegram_cards.old")] * 2
    assert duri.said == [text("telegram_cards.old")]
    with hana.desk.db.athlete_session(hana.chat.athlete.id) as s:
        assert journal.by_keys(s, [f"telegram:rpe:{nudge}"]) == {}


async def test_ten_efforts_at_once_leave_one(hana: Presser) -> None:
    (run,) = ran(hana, 10.0)
    nudge, post = note_after(hana, [run])

    await asyncio.gather(*(hana.press(post, encode(Effort(nudge, 1 + n % 10))) for n in range(10)))

    ((value, of),) = entries_of(hana, "rpe")
    assert value in range(1, 11)
    assert of == run


async def test_a_run_that_was_deleted_is_still_a_day(hana: Presser) -> None:
    (run,) = ran(hana, 10.0)
    nudge, post = note_after(hana, [run])
    with hana.desk.db.athlete_session(hana.chat.athlete.id) as s:
        activities.delete(s, hana.chat.athlete.id, run)

    await hana.press(post, encode(Effort(nudge, 5)))

    assert entries_of(hana, "rpe") == [(5.0, None)]


# Settings


def manners(who: Presser):  # type: ignore[no-untyped-def]
    with who.desk.db.athlete_session(who.chat.athlete.id) as s:
        return nudge_settings.get(s)


async def test_a_kind_is_switched_off_and_on_from_the_message(hana: Presser, sender: Recorder) -> None:
    await hana.press(1, "x:silence")

    assert not manners(hana).silence
    await hana.press(max(sender.posts), hana.data(max(sender.posts), "다시 받기"))
    assert manners(hana).silence


async def test_a_week_of_silence_and_its_end(hana: Presser, sender: Recorder) -> None:
    await hana.press(1, "z:7")

    assert manners(hana).paused_until == hana.plans.today + timedelta(days=7)
    await hana.press(max(sender.posts), hana.data(max(sender.posts), "다시 받기"))
    assert manners(hana).paused_until is None


async def test_settings(hana: Presser) -> None:
    for data in ("s:weekly_day:2", "s:weekly_at:07:30", "s:morning:on", "s:alert:off"):
        await hana.press(1, data)

    kept = manners(hana)
    assert (kept.weekly_day, kept.weekly_at, kept.morning, kept.alert) == (2, time(7, 30), True, False)


async def test_language_changes_what_is_said_from_then_on(hana: Presser) -> None:
    await hana.press(1, "s:lang:en")

    assert hana.said == [say("en", "telegram_cards.lang_set")]


async def test_nonsense_changes_no_setting(hana: Presser) -> None:
    before = manners(hana)
    wrong = [
        "s:weekly_day:7",
        "s:weekly_at:25:00",
        "s:lang:fr",
        "s:name:root",
        "s:quiet_from:x",
        "s:alert:maybe",
    ]

    for data in wrong:
        await hana.press(1, data)

    assert manners(hana) == before
    assert len(hana.said) == len(wrong), "each is told"


async def test_a_change_is_taken_back_once_and_by_its_owner(hana: Presser, duri: Presser) -> None:
    nudge, post = note_after(hana, ran(hana, 10.0))
    await hana.press(post, encode(Effort(nudge, 6)))
    with hana.desk.db.athlete_session(hana.chat.athlete.id) as s:
        edit = edits.last_undoable(s, hana.chat.athlete.id)
    assert edit is not None

    await duri.press(1, encode(Undo(edit.id)))
    assert entries_of(hana, "rpe") != []
    await hana.press(1, encode(Undo(edit.id)))
    await hana.press(1, encode(Undo(edit.id)))

    assert entries_of(hana, "rpe") == []
    assert hana.said[-2:] == [text("tools.undone_noted"), text("telegram_cards.undone_before")]


async def test_a_question_that_is_not_the_last_takes_no_answer(hana: Presser) -> None:
    question = {"text": "어느 것?", "choices": [{"label": "아침", "value": "1"}]}
    with hana.desk.db.athlete_session(hana.chat.athlete.id) as s:
        thread = threads.create(s, hana.chat.athlete.id, channel="telegram").id
        asked = threads.add_message(
            s, hana.chat.athlete.id, thread, "assistant", "어느 것?", content={"question": question}
        )
        threads.add_message(s, hana.chat.athlete.id, thread, "user", "됐어")
        messengers.keep_post(s, SERVICE, hana.chat.chat_id, 9, NOW, message_id=asked)
    here = replace(hana, chat=replace(hana.chat, thread_id=thread))

    await here.press(9, encode(Quick(asked, 0)))
    await here.press(8, encode(Quick(asked, 0)))

    assert here.said == [text("telegram_cards.question_over")] * 2


def test_what_was_asked_first_is_answered_for_days(hana: Presser) -> None:
    question = {"text": "이번 주 몸은 어땠어요?", "choices": [{"label": "괜찮았어요", "value": "fine"}]}
    content = {"question": question, "first": {"kind": "weekly"}}
    with hana.desk.db.athlete_session(hana.chat.athlete.id) as s:
        thread = threads.create(s, hana.chat.athlete.id, channel="telegram").id
        asked = threads.add_message(s, hana.chat.athlete.id, thread, "assistant", "한 주", content=content)
        threads.add_message(s, hana.chat.athlete.id, thread, "user", "안녕")
        messengers.keep_post(s, SERVICE, hana.chat.chat_id, 9, NOW, message_id=asked)
    chat, meant = replace(hana.chat, thread_id=thread), Quick(asked, 0)
    assert presses._choice(hana.desk, chat, meant, 9) == "괜찮았어요"
    late = hana.at(NOW + timedelta(days=4))
    assert presses._choice(late.desk, chat, meant, 9) is None


async def test_two_taps_at_once_are_one_message(hana: Presser, sender: Recorder) -> None:
    nudge, post = note_after(hana, ran(hana, 10.0))
    here = replace(hana, desk=replace(hana.desk, taps=Taps(1000)))

    await asyncio.gather(*(here.press(post, encode(Effort(nudge, 6))) for _ in range(3)))

    assert len(here.said) == 1
    assert [said for _, said in sender.answers].count(text("telegram_cards.tapped")) == 2


async def test_a_button_that_is_over_goes_and_the_others_stay(hana: Presser, sender: Recorder) -> None:
    off, quick = "x:weekly", encode(Quick(5, 0))
    sender.posts[9] = (
        hana.chat.chat_id,
        Out("한 주", rows=((Button("좋았어요", quick),), (Button("그만", off),))),
    )

    await hana.press(9, off)
    assert sender.left[9] == ["좋았어요"]
    await hana.press(9, quick)
    assert sender.left[9] == ["그만"], "a question that is over cannot be answered"


async def test_what_others_do_is_handed_on(hana: Presser) -> None:
    assert await hana.press(1, "m:week") == Command("week")
    assert await hana.press(1, "n:5") is None, "no post of this chat shows that message"
    assert encode(Setting("alert", "on")) == "s:alert:on"


async def test_figures_that_stay_here_are_on_no_card_and_nobody_agrees_to_them_unread(
    warned: tuple[Presser, Approval], sender: Recorder
) -> None:
    who, asked = warned
    with who.desk.db.athlete_session(who.chat.athlete.id) as s:
        whole = card_of(s, who.chat.athlete, asked)
        slept = DailyValue(NOW.date(), "sleep_s", 25_000.0, Source.strava)
        daily.save_values(s, who.chat.athlete.id, [slept])
    card = who.show(asked)
    shown = sender.posts[card][1].text

    await who.press(card, who.data(card, "승인"))
    stamp = asked.sha256.hex()[:4]
    for end in ("0000", asked.sha256.hex()[4:8]):
        await who.press(card, f"a:{asked.id}:k:{stamp}{end}")

    assert nothing_happened(who, asked)
    assert text("plan_tools.warned_on_page") in shown
    assert text("telegram_cards.reasons_on_page") in shown
    quoting = [*whole.why, whole.feasibility, *(row.said for row in whole.warnings)]
    assert whole.warnings
    assert not [said for said in quoting if said and said in shown + "".join(who.said)]
    assert who.said[1:] == [text("plan_tools.warned_on_page")] * 3
