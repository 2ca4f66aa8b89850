"""What was sent to models outside, over HTTP and on its page, and how endpoints are on the settings page."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from fakes.web import House

from coach.cli.models import told
from coach.config import Settings
from coach.domain.model_cost import Used
from coach.graph import spending
from coach.store import athletes, model_health
from coach.store.model_health import Health

SENT = [
    {"role": "system", "content": "지침 <b>"},
    {"role": "user", "content": "[이름]이에요 <script>"},
    {
        "role": "assistant",
        "content": None,
        "tool_calls": [{"type": "function", "id": "c", "function": {"name": "totals", "arguments": "{}"}}],
    },
    {"role": "tool", "tool_call_id": "c", "content": '{"value": "42.3 km"}'},
]


def made(house: House, why: str = "", settle: bool = True, **changes: Any) -> int:
    owner = house.owner.athlete_id
    with house.db.athlete_session(owner) as s:
        given = Settings(_env_file=None, model_prices="m=2/8/0.5", **changes)
        reserved = spending.reserve(
            s,
            house.db,
            given,
            athletes.get(s, owner),
            purpose="chat",
            host="models.example.org",
            model="m",
            prompt_tokens=500,
            sent=SENT,
            tools="f00",
            removed={"name": 2, "email": 1},
            run_id=None,
            now=house.clock(),
        )
    if settle:
        spending.settle(house.db, reserved, Used(900, 30, 700), why, house.clock())
    return reserved.call_id


async def test_every_call_can_be_read(house: House) -> None:
    ids = [made(house), made(house, "cut"), made(house, settle=False)]
    client = house.athlete()
    listed = (await client.get("/api/v1/model-calls")).json()["calls"]
    assert [call["id"] for call in listed] == ids[::-1]
    assert [call["state"] for call in listed] == ["reserved", "failed", "settled"]
    assert "sent" not in listed[0]
    page_two = (await client.get("/api/v1/model-calls", params={"before": ids[1], "limit": 1})).json()
    assert [call["id"] for call in page_two["calls"]] == ids[:1]
    one = (await client.get(f"/api/v1/model-calls/{ids[0]}")).json()
    assert one["sent"] == SENT
    assert one["removed"] == {"name": 2, "email": 1}
    assert one["cost"] == (200 * 2 + 700 * 0.5 + 30 * 8) / 1e6
    assert (await client.get("/api/v1/model-calls/999999")).status_code == 404


async def test_the_page_says_it_plainly(house: House) -> None:
    client = house.athlete()
    empty = (await client.get("/sent")).text
    assert "밖으로 나간 것이 없어요" in empty
    assert 'href="/settings#model"' in empty
    made(house)
    made(house, "cut")
    made(house, settle=False)
    text = (await client.get("/sent")).text
    for words in (
        "models.example.org의 m",
        "토큰 900개를 읽고(캐시 700개) 30개를 썼어요",
        "$0.001",
        "실패: 답하다가 끊겼어요",
        "이메일 1개, 이름 2번",
        "진행 중: 토큰 2,500개까지",
        "지침 &lt;b&gt;",
        "[이름]이에요 &lt;script&gt;",
        "totals {}",
        "지문 f00",
        "오늘: 토큰 400,000개 중 4,360개",
    ):
        assert words in text, words


async def test_english_and_the_next_page(house: House) -> None:
    owner = house.owner.athlete_id
    with house.db.athlete_session(owner) as s:
        athletes.update(s, owner, lang="en")
    first = made(house)
    for _ in range(20):
        made(house)
    client = house.athlete()
    text = (await client.get("/sent")).text
    assert "900 tokens read (cached: 700), 30 written" in text
    assert f'href="/sent?before={first + 1}"' in text
    last = (await client.get("/sent", params={"before": first + 1})).text
    assert last.count("data-call=") == 1


async def test_settings_and_the_operator_see_how_endpoints_are(house: House) -> None:
    now, owner = house.clock(), house.owner.athlete_id
    made(house, "busy")
    health = Health(3, now + timedelta(minutes=5), "busy")
    model_health.note(house.db, "models.example.org", "m", health)
    given = Settings(
        _env_file=None,
        openai_base_url="https://models.example.org/v1,http://127.0.0.1:9/v1",
        model="m,local",
        model_prices="m=2/8/0.5",
        max_cost_per_day=1,
    )
    with house.db.athlete_session(owner) as s:
        athlete = athletes.get(s, owner)
        table = told(s, athlete, given, now)
        nothing = told(s, athlete, Settings(_env_file=None), now)
    busy, local = (
        next(line for line in table.splitlines() if name in line) for name in ("models.ex", "127.")
    )
    assert "쉬게 두었어요: 너무 붐볐어요" in busy
    assert "백만 토큰에 $2.0 / $8.0 / $0.5" in busy
    assert "토큰 930개, $0.001" in busy
    assert "잘 되고 있어요" in local
    assert "모름: 토큰으로만 세요" in local
    assert "금액 한도는" in table
    assert "연결된 언어 모델이 없어서" in nothing
