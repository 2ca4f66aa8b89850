"""Strava's bulk export in several languages, with duplicate columns and activities without a file."""

from __future__ import annotations

import csv
import gzip
import io
from datetime import UTC, datetime

import pytest
from text_files import steady_gpx, tcx, tcx_activity, tcx_lap, zipped

from coach.domain.activity import Sport
from coach.errors import UnreadableFile
from coach.providers.files.archive import walk
from coach.providers.files.dates import order_of, parse_date
from coach.providers.files.strava_archive import is_activity_table, read_rows, with_rows
from coach.providers.reading import read

ENGLISH = (
    "Activity ID,Activity Date,Activity Name,Activity Type,Activity Description,Elapsed Time,Distance,"
    "Max Heart Rate,Relative Effort,Commute,Activity Private Note,Activity Gear,Filename,Athlete Weight,"
    "Bike Weight,Elapsed Time,Moving Time,Distance,Max Speed,Average Speed,Elevation Gain"
)
GERMAN = (
    "Aktivitäts-ID,Aktivitätsdatum,Name der Aktivität,Aktivitätsart,Aktivitätsbeschreibung,"
    "Verstrichene Zeit,Distanz,Max. Herzfrequenz,Relative Leistung,Pendeln,Hinweis,"
    "Aktivitätsausrüstung,Dateiname,Sportlergewicht,Fahrradgewicht,Verstrichene Zeit,"
    "Bewegungszeit,Distanz,Höchstgeschw.,Durchschnittliche Geschwindigkeit,Höhenzunahme"
)
KOREAN = (
    "활동 ID,활동 날짜,활동 이름,활동 유형,활동 설명,경과 시간,거리,최대 심박수,상대적 노력도,출퇴근,"
    "비공개 메모,활동 장비,파일 이름,선수 체중,자전거 무게,경과 시간,이동 시간,거리,최고 속도,평균 속도,"
    "고도 상승"
)


def line(
    number: str, when: str, name: str, kind: str, km: str, file: str, metres: str = "10009.5"
) -> list[str]:
    return [
        number, when, name, kind, "", "3189", km, "", "", "false", "", "", file, "", "",
        "3189.0", "3100.0", metres, "4.7", "2.8", "44.5",
    ]  # fmt: skip


def table(header: str, *lines: list[str]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(lines)
    return (header + "\n" + text.getvalue()).encode()


@pytest.mark.parametrize(("text", "expected"), [
    ("Mar 19, 2017, 9:42:23 AM", (2017, 3, 19, 9, 42, 23)),
    ("Jan 1, 2024, 12:05:00\u202fAM", (2024, 1, 1, 0, 5, 0)),
    ("09.12.2022, 15:24:49", (2022, 12, 9, 15, 24, 49)),
    ("2018-09-12 15:02:23", (2018, 9, 12, 15, 2, 23)),
    ("2024. 1. 5. 오후 8:00:07", (2024, 1, 5, 20, 0, 7)),
    ("2024년 1월 5일 오전 12:30:00", (2024, 1, 5, 0, 30, 0)),
    ("5 janv. 2024 à 08:00:00", (2024, 1, 5, 8, 0, 0)),
    ("17 août 2023, 18:03:09", (2023, 8, 17, 18, 3, 9)),
    ("5 ene 2024, 8:00:00", (2024, 1, 5, 8, 0, 0)),
    ("05 mag 2024, 08:00:00", (2024, 5, 5, 8, 0, 0)),
    ("3 de dez. de 2021 07:15:00", (2021, 12, 3, 7, 15, 0)),
    ("2024/01/05 8:00:00", (2024, 1, 5, 8, 0, 0)),
    ("31/12/2023 08:00:00", (2023, 12, 31, 8, 0, 0)),
])  # fmt: skip
def test_dates(text: str, expected: tuple[int, int, int, int, int, int]) -> None:
    assert parse_date(text) == datetime(*expected, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["", "Activity Date", "2024", "99.99.2024, 10:00:00", "Jan 2024", "5 janv. 2024", "1" * 5000]
)
def test_what_is_no_date(text: str) -> None:
    assert parse_date(text) is None


def test_day_and_month_are_told_by_the_other_lines() -> None:
    assert order_of(["03/04/2024 08:00:00", "25/04/2024 08:00:00"]) == "dmy"
    assert order_of(["03/04/2024 08:00:00", "04/25/2024 08:00:00"]) == "mdy"
    assert order_of(["3/4/2024 8:00:00 AM"]) == "mdy"
    assert parse_date("03/04/2024 08:00:00", "mdy") == datetime(2024, 3, 4, 8, tzinfo=UTC)


@pytest.mark.parametrize(("header", "when", "kind", "km"), [
    (ENGLISH, "Dec 9, 2022, 3:24:49 PM", "Run", "10.01"),
    (GERMAN, "09.12.2022, 15:24:49", "Lauf", "10,01"),
    (KOREAN, "2022. 12. 9. 오후 3:24:49", "달리기", "10.01"),
])  # fmt: skip
def test_rows_in_three_languages(header: str, when: str, kind: str, km: str) -> None:
    data = table(
        header, line("8228026758", when, "저녁 달리기, 10 km", kind, km, "activities/8228026758.fit.gz")
    )
    assert is_activity_table(data)
    (row,) = read_rows("activities.csv", data)
    assert (row.id, row.start) == ("8228026758", datetime(2022, 12, 9, 15, 24, 49, tzinfo=UTC))
    assert (row.elapsed_s, row.moving_s, row.distance_m, row.ascent_m) == (3189, 3100, 10009.5, 44.5)
    assert row.file == "activities/8228026758.fit.gz"
    assert row.recording().sport is Sport.run


@pytest.mark.parametrize(
    ("km", "metres"), [("9,44", 9440), ("9.44", 9440), ("1,009.44", 1_009_440), ("1.009,44", 1_009_440)]
)
def test_the_leading_distance_is_kilometres_with_localised_decimals(km: str, metres: float) -> None:
    (row,) = read_rows("x", table(GERMAN, line("1", "09.12.2022, 15:24:49", "", "Lauf", km, "", metres="")))
    assert row.distance_m == pytest.approx(metres)


def test_a_table_of_2018_has_metres_and_fewer_columns() -> None:
    data = (
        b"id,date,name,type,description,elapsed_time,distance,commute,gear,filename\n"
        b"18367,2018-09-12 15:02:23,Evening Ride,Ride,,783,3681.0,true,Merida,activities/18367.gpx\n"
    )
    (row,) = read_rows("activities.csv", data)
    assert (row.distance_m, row.file, row.moving_s) == (3681.0, "activities/18367.gpx", None)


def test_a_whole_export() -> None:
    spaced = b" " * 10 + tcx(tcx_activity(tcx_lap(0, 1800, 5000), sport="Other"))
    rows = table(
        ENGLISH,
        line("11", "Oct 3, 2026, 6:30:00 AM", "Tempo", "Run", "10.01", "activities/11.tcx.gz"),
        line("12", "Oct 4, 2026, 6:30:00 AM", "Easy", "Run", "5.00", "activities/12.gpx"),
        line("13", "Oct 5, 2026, 6:30:00 AM", "By hand", "Run", "5.00", "", metres="5000"),
    )
    export = zipped(
        {
            "activities/11.tcx.gz": gzip.compress(spaced),
            "activities/12.gpx": steady_gpx(),
            "activities.csv": rows,
            "profile.csv": b"a,b\n1,2\n",
            "media/photo.jpg": b"\xff\xd8\xff\xe0",
        }
    )
    found = list(with_rows(walk(export, "export_1234.zip")))
    assert [(name, row and row.id) for name, _, row in found] == [
        ("activities.csv", None),
        ("activities/11.tcx.gz", "11"),
        ("activities/12.gpx", "12"),
    ]
    name, data, _ = found[0]
    assert isinstance(data, bytes)
    (manual,) = read(name, data).recordings
    assert (manual.external_id, manual.name, manual.distance_m, manual.flags) == (
        "13",
        "By hand",
        5000,
        ("no_samples",),
    )
    _, data, row = found[1]
    assert isinstance(data, bytes)
    assert row is not None
    (tempo,) = row.describe(read("11.tcx.gz", data).recordings)
    assert (tempo.sport, tempo.name, tempo.external_id) == (Sport.run, "Tempo", "11")


def test_parts_of_a_triathlon_keep_their_sports() -> None:
    session = tcx(
        tcx_activity(tcx_lap(0, 60, 100), sport="Biking"), tcx_activity(tcx_lap(60, 60, 100), start=60)
    )
    rows = table(ENGLISH, line("9", "Oct 3, 2026, 6:30:00 AM", "Tri", "Triathlon", "1", "activities/9.tcx"))
    (row,) = read_rows("activities.csv", rows)
    parts = row.describe(read("9.tcx", session).recordings)
    assert [(p.sport, p.name, p.external_id) for p in parts] == [
        (Sport.ride, "Tri", "9"),
        (Sport.run, "Tri", ""),
    ]


def test_other_tables_and_nonsense() -> None:
    assert not is_activity_table(b"Name,Brand\nPegasus,Nike\n")
    assert not is_activity_table(b"")
    assert not is_activity_table(b'"' * 70_000)
    with pytest.raises(UnreadableFile, match="strava_table"):
        read_rows("activities.csv", table(ENGLISH, line("x", "yesterday", "", "Run", "1", "")))
    assert read_rows("activities.csv", table(ENGLISH)) == ()
