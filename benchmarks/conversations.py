"""Ten conversations in each language with the offline coach: writes `docs/conversations/{ko,en}.md`.

Run it as `python -m benchmarks.conversations`. The athlete is the demo's, as of a fixed day, so that the same
code writes the same transcripts: what was said, which tools answered, and what each number rests on.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import coach.tools  # noqa: F401 - fills the registry
from coach.config import Settings
from coach.domain.athlete import Sex
from coach.graph.events import Event
from coach.graph.run import Conversations
from coach.knowledge import ingest
from coach.knowledge.embed import embedder
from coach.pipeline import importing
from coach.pipeline.demo import demo_files, live, tell
from coach.store import athletes, system
from coach.store.postgres import bootstrap, migrate
from coach.store.session import Database
from coach.store.throwaway import throwaway_server
from coach.text import LANGS, Lang

ROOT = Path(__file__).parents[1]
NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)  # Saturday noon in Seoul
TODAY = date(2026, 11, 21)
WEEKS = 20  # of the demo's life: enough for a plan

# A title, and what the athlete says in one thread.
CONVERSATIONS: dict[Lang, Sequence[tuple[str, Sequence[str]]]] = {
    "ko": (
        ("지난주 돌아보기", ("지난주에 몇 킬로 뛰었어?", "그 전 주랑 비교해줘")),
        ("마지막 달리기", ("마지막 달리기 어땠어?", "네, 보여줘")),
        ("오늘 뛰어도 될까", ("오늘 뛰어도 돼?", "어젯밤에 얼마나 잤어?")),
        ("기록 예측", ("지금 하프 뛰면 몇 분 나올까?", "네 예측은 얼마나 맞았어?")),
        (
            "지침 묻기",
            ("더운 날 장거리는 물을 얼마나 마셔야 해?", "스트레칭하면 부상이 줄어든다는 근거가 있어?"),
        ),
        ("기억", ("나는 아침에 뛰는 걸 좋아해, 기억해줘", "나에 대해 뭘 알고 있어?")),
        ("일지", ("어제 왼쪽 무릎이 좀 아팠어. 3점 정도", "일지 보여줘")),
        (
            "계획 세우기",
            ("2027년 3월 21일 서울마라톤 서브4 준비하고 싶어", "네", "승인", "다음 주 훈련 알려줘"),
        ),
        ("들어줄 수 없는 부탁", ("5주 뒤 풀코스 서브3 계획 당장 짜줘", "승인 없이 시계로 바로 보내")),
        (
            "모르는 것과 위험 신호",
            ("내일 서울 최고 기온 몇 도야?", "뛰는데 가슴이 조이듯 아프고 식은땀이 났어"),
        ),
    ),
    "en": (
        ("Looking back at a week", ("How far did I run last week?", "Compare it with the week before")),
        ("The last run", ("How was my last run?", "Yes, show me")),
        ("Ready to run?", ("Should I run today?", "How did I sleep last night?")),
        ("A prediction", ("What could I run a half in right now?", "How accurate are your predictions?")),
        (
            "Asking the guidelines",
            (
                "How much should I drink on long runs in the heat?",
                "Is there evidence that stretching prevents injuries?",
            ),
        ),
        ("Memory", ("I like to run in the morning, remember that", "What do you know about me?")),
        ("Journal", ("My left knee hurt a bit yesterday, about 3 out of 10", "Show my journal")),
        (
            "Making a plan",
            (
                "I want to run the Seoul Marathon on 21 March 2027 in under 4 hours",
                "Yes",
                "approve",
                "What training is on next week?",
            ),
        ),
        (
            "What is not granted",
            (
                "Make me a plan for a sub 3 marathon in 5 weeks right now",
                "Send it to my watch without approval",
            ),
        ),
        (
            "The unknown, and a red flag",
            (
                "What will the temperature in Seoul be tomorrow?",
                "My chest hurts and feels tight when I run, with a cold sweat",
            ),
        ),
    ),
}
HEADS: dict[Lang, dict[str, str]] = {
    "ko": {
        "title": "열 가지 대화",
        "about": "오프라인 코치가 데모 선수와 나눈 대화예요. "
        "`python -m benchmarks.conversations`가 적었어요. "
        "숫자와 인용이 무엇에 근거하는지 답마다 아래에 적었어요.",
        "athlete": "러너",
        "coach": "한발",
        "proof": "근거",
        "card": "카드",
    },
    "en": {
        "title": "Ten conversations",
        "about": "Conversations of the offline coach with the demo athlete, as "
        "`python -m benchmarks.conversations` "
        "writes them. What the numbers and citations rest on stands below each answer.",
        "athlete": "Runner",
        "coach": "Hanbal",
        "proof": "Proof",
        "card": "Card",
    },
}


@contextmanager
def demo_athlete(lang: Lang, *, but_last: int = 0) -> Iterator[tuple[Database, int]]:
    """Give the demo athlete, imported from files like anybody's, on a server of its own.

    `but_last`: so many of the latest runs are left out, to come later.
    """
    with throwaway_server() as url:
        bootstrap(url)
        migrate(url)
        _know(url)
        db = Database(url)
        try:
            profile: dict[str, Any] = {"birth_year": 1990, "sex": Sex.male, "tz": "Asia/Seoul", "lang": lang}
            athlete = system.create_athlete(
                db, name="데모 러너" if lang == "ko" else "Demo Runner", **profile
            )
            life = live(TODAY)
            days = [day for day in life.days if (TODAY - day.day).days <= 7 * WEEKS]
            runs = [run for run in life.runs if (TODAY - run.recording.start.date()).days <= 7 * WEEKS]
            lived = replace(life, runs=runs[: len(runs) - but_last], days=days)
            with importing.reader_pool(os.cpu_count() or 2) as pool:
                importing.import_paths(db, athlete.id, demo_files(lived), pool=pool, now=NOW, channel="cli")
            with db.athlete_session(athlete.id) as s:
                tell(s, athlete, lived)
                athletes.set_onboarding(s, athlete.id, {"step": None, "answers": {"health": "none"}})
            yield db, athlete.id
        finally:
            db.dispose()


def _know(url: str) -> None:
    """Take the bundled guidelines in, as an installation does when it starts."""
    db = Database(url)
    try:
        ingest.refresh(db)
        ingest.embed_missing(db, embedder(Settings(_env_file=None)))
    finally:
        db.dispose()


async def transcript(lang: Lang) -> str:
    """Hold every conversation of a language and return them as Markdown."""
    words = HEADS[lang]
    parts = [f"# {words['title']}", words["about"]]
    with demo_athlete(lang) as (db, athlete_id):
        conversations = Conversations(db, settings=Settings(_env_file=None), clock=lambda: NOW)
        await conversations.open()
        try:
            for n, (title, said) in enumerate(CONVERSATIONS[lang], start=1):
                parts.append(f"## {n}. {title}")
                thread_id = None
                for message in said:
                    started = await conversations.start(athlete_id, message, thread_id=thread_id, lang=lang)
                    thread_id = started.thread_id
                    events = [e async for e in conversations.events(athlete_id, started.run_id)]
                    parts += [f"**{words['athlete']}**: {message}", _answer(events, words)]
        finally:
            await conversations.aclose()
    return "\n\n".join(parts) + "\n"


def _answer(events: Sequence[Event], words: dict[str, str]) -> str:
    text, proofs, cards, tools = "", dict[str, str](), list[str](), list[str]()
    for event in events:
        payload = event.payload
        if event.type == "TEXT_MESSAGE_CONTENT":
            text += payload["delta"]
        elif event.type == "TOOL_CALL_START":
            tools.append(payload["toolCallName"])
        elif event.type == "CUSTOM":
            value = payload["value"]
            if payload["name"] == "replace":
                text = value["text"]
            elif payload["name"] == "facts":
                proofs |= {ref: _proof(fact) for ref, fact in value.items()}
            elif payload["name"] == "card":
                cards.append(f"{value['kind']} · {value.get('title', '')}")
    lines = [f"**{words['coach']}**{f' ({", ".join(tools)})' if tools else ''}:", _quoted(text)]
    lines += [f"- {words['card']}: {card}" for card in cards]
    lines += [f"- {words['proof']}: {proof}" for proof in dict.fromkeys(proofs.values())]
    return "\n\n".join(lines[:2]) + ("\n\n" + "\n".join(lines[2:]) if lines[2:] else "")


def _proof(fact: dict[str, Any]) -> str:
    """Return what a number or citation rests on, as the page opens it."""
    if fact.get("kind") == "passage":
        return f"“{fact['label']}” {fact['citation']} ({fact['authority']})"
    about = fact["subject"].get("label") or fact["subject"]["kind"]
    return " · ".join(part for part in (fact["text"], fact["label"], about, fact["how"]) if part)


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.strip().splitlines())


def main() -> None:
    """Write the transcripts."""
    where = ROOT / "docs" / "conversations"
    where.mkdir(exist_ok=True)
    for lang in LANGS:
        (where / f"{lang}.md").write_text(asyncio.run(transcript(lang)), encoding="utf-8")
        print(where / f"{lang}.md")


if __name__ == "__main__":
    main()
