"""The filter before the parser gives what the parser alone gives, of damaged and of hostile documents too."""

from __future__ import annotations

import io
import random
import tracemalloc
from datetime import date

import pytest

from benchmarks.bench_apple_health import write_xml
from coach.errors import CoachError
from coach.providers.apple_health import export_xml
from coach.providers.apple_health.export_xml import Content

Q = "HKQuantityTypeIdentifier"


def record(kind: str, value: str, *, source: str = "Watch", at: str = "06:30:00", more: str = "/>") -> str:
    moment = f"2026-10-03 {at} +0900"
    return (
        f' <Record type="{kind}" sourceName="{source}" sourceVersion="12" device="&lt;&lt;HKDevice&gt;&gt;" '
        f'unit="count/min" creationDate="{moment}" startDate="{moment}" endDate="{moment}" value="{value}"'
        f"{more}\n"
    )


HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE HealthData [\n<!ELEMENT HealthData ANY>\n]>\n'
HR, WATER = Q + "HeartRate", Q + "DietaryWater"
CHILDREN = '>\n  <MetadataEntry key="a" value="0"/>\n </Record>'
BEATS = (
    ">\n  <HeartRateVariabilityMetadataList>\n"
    '   <InstantaneousBeatsPerMinute bpm="61" time="7:14:53,26 AM"/>\n'
    "  </HeartRateVariabilityMetadataList>\n </Record>"
)
USUAL = [
    *(record(HR, str(60 + n), at=f"06:30:{n:02d}", more=CHILDREN) for n in range(20)),
    *(record(WATER, str(n)) for n in range(20)),
    record(Q + "HeartRateVariabilitySDNN", "61.2", more=BEATS),
    record(Q + "StepCount", "412", source="하나의 iPhone"),
    record(HR, "77", source="Kim&apos;s &amp; Lee&quot;s"),
]
ODD = [
    f"<!-- {record(HR, '1')}{record(HR, '2')} -->",
    f"<![CDATA[{record(HR, '3')}{record(HR, '4')}]]>",
    f"<?pi {record(HR, '5')}{record(HR, '6')}?>",
    f'<Correlation type="x">{record(HR, "78")}{record(HR, "79")}</Correlation>',
    f'<Workout workoutActivityType="HKWorkoutActivityTypeRunning">{record(HR, "80")}</Workout>',
    record(HR, "81", source="Kim&#39;s"),
    record(HR, "82", source="a\tb"),
    record(HR, "83", source="a>b"),
    record(HR, "84").replace('"', "'"),
    record(HR, "85").replace(' unit="count/min"', ""),
    record(HR, "86").replace(" sourceVersion", "  sourceVersion"),
    record(HR, "nan"),
    record(HR, ""),
    record(HR, "8_7"),
    record(HR, "88").replace("2026-10-03 06", "2026-99-03 06"),
    record(HR, "89").replace(' value="89"', ""),
    f"<Record/>{record(HR, '90')}",
]
BROKEN = [
    record(HR, "1", source="a<b"),
    record(HR, "2", source="&nope;"),
    record(HR, "3", source="a\x01b"),
    record(HR, "4").replace(' unit="count/min"', ' unit="1" unit="2"'),
    record(HR, "5", more=">"),
    record(HR, "6", source="a\ufffeb"),
    f'<a b="{record(HR, "7")}{record(HR, "8")}"/>',
    f"</HealthData>{record(HR, '9')}{record(HR, '10')}",
    '<Record type="',
]


def found(document: bytes, *, filtered: bool, chunk: int = 1 << 20) -> object:
    """Return everything that a pass collects, or how it is refused."""

    class Slowly(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            return super().read(chunk)

    content = Content("x")
    try:
        complete = content.scan(Slowly(document), len(document), filtered=filtered)
    except CoachError as error:
        return error.key
    series = {name: (list(began), list(values)) for name, (began, values) in content.series.items()}
    days = [(v.day, v.name, v.value) for v in content.days.values()]
    return complete, content.records, series, days, content.days.count, content.stretches, content.workouts


@pytest.mark.parametrize("odd", [*ODD, *BROKEN])
def test_what_is_written_otherwise_is_read_as_the_parser_reads_it(odd: str) -> None:
    for encoding in ("utf-8", "cp949"):  # the second is broken UTF-8
        document = f"{HEAD}<HealthData>\n{''.join(USUAL)}{odd}{''.join(USUAL)}</HealthData>\n".encode(
            encoding, "replace"
        )
        slow = found(document, filtered=False)
        for chunk in (7, 100, 4096, 1 << 20):
            assert found(document, filtered=True, chunk=chunk) == slow


def test_any_mixture_cut_and_damaged_anywhere() -> None:
    rng = random.Random(7)
    outcomes = set()
    for _ in range(250):
        parts = rng.choices([*USUAL, *USUAL, *ODD, rng.choice(BROKEN)], k=rng.randint(1, 60))
        document = bytearray(f"{HEAD}<HealthData>{''.join(parts)}</HealthData>".encode())
        for _ in range(rng.choice((0, 0, 1, 3))):
            document[rng.randrange(len(document))] = rng.choice(b'<>"&\x00\xff /a\n')
        if rng.random() < 0.3:
            del document[rng.randrange(len(document)) :]
        slow = found(bytes(document), filtered=False)
        assert found(bytes(document), filtered=True, chunk=rng.choice((13, 300, 1 << 20))) == slow
        outcomes.add(slow[0] if isinstance(slow, tuple) else slow)
    assert {True, False} <= outcomes


def test_a_year_is_read_as_the_parser_reads_it_and_hardly_any_of_it_by_the_parser(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    out = io.BytesIO()
    write_xml(out, 2)
    shown = []
    content_start = Content._start
    monkeypatch.setattr(
        Content, "_start", lambda self, tag, given: (shown.append(tag), content_start(self, tag, given))
    )
    fast = found(out.getvalue(), filtered=True)
    by_parser = shown.count("Record")
    assert fast == found(out.getvalue(), filtered=False)
    assert isinstance(fast, tuple)
    assert fast[1] > 5000
    assert by_parser < fast[1] / 100


def test_memory_does_not_grow_with_what_is_not_wanted() -> None:
    class Endless(io.RawIOBase):
        """An export of 40 MB, made while it is read."""

        left = 40

        def read(self, size: int = -1) -> bytes:
            self.left -= 1
            if self.left < 0:
                return b""
            return LINES

    LINES = (record(WATER, "1") * 3000).encode()
    content = Content("x")
    head = io.BytesIO(f"{HEAD}<HealthData>".encode())
    tracemalloc.start()
    try:
        stream = Endless()
        stream.left = 40
        both = type("Both", (), {"read": lambda self, n: head.read(n) or stream.read(n)})()
        assert not content.scan(both, 1)  # it never ends properly
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert content.records == 120_000
    assert peak < 16 << 20


def test_a_record_that_never_ends_is_given_up() -> None:
    beats = '<InstantaneousBeatsPerMinute bpm="61" time="7"/>' * 120_000
    document = f"{HEAD}<HealthData>{USUAL[0]}{record(HR, '5', more='>')}{beats}".encode()
    assert found(document, filtered=True) == found(document, filtered=False)


def test_a_bomb_in_a_zip_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    document = f"{HEAD}<HealthData>{record(WATER, '1') * 30_000}</HealthData>".encode()
    content = Content("x")
    with pytest.raises(CoachError, match="bomb"):
        content.scan(io.BytesIO(document), len(document), most=1 << 20)
    monkeypatch.setattr(export_xml.limits, "APPLE_EXPORT_BYTES", 1 << 20)
    with pytest.raises(CoachError, match="file_too_large"):
        content.scan(io.BytesIO(document), len(document), most=1 << 20)


def test_both_ways_agree_on_a_day() -> None:
    document = f"{HEAD}<HealthData>{''.join(USUAL)}</HealthData>".encode()
    complete, records, series, days, *_ = found(document, filtered=True)  # type: ignore[misc]
    assert (complete, records) == (True, len(USUAL))
    assert series["hr_bpm"][1] == [*range(60, 80), 77]
    assert days == [(date(2026, 10, 3), "hrv_sdnn_ms", 61.2), (date(2026, 10, 3), "steps", 412)]
