"""Rows of the printed VDOT tables: shown beside the formula and compared with it in the tests.

From Daniels' Running Formula, 3rd edition, two transcriptions cross-checked. Nothing is computed from them:
between the rows there is no table.
"""

from __future__ import annotations

from collections.abc import Mapping

# VDOT; 1500 m, mile, 5 km, 10 km, half, marathon; easy fast and slow, M, T, I (s/km), R (s per 400 m).
_ROWS = """
30;8:30;9:11;30:40;63:46;2:21:04;4:49:17;447;494;423;384;-;-
35;7:25;8:01;27:00;56:03;2:04:13;4:16:03;396;441;370;340;-;1:57
38;6:54;7:27;25:12;52:17;1:55:55;3:59:35;371;414;345;319;294;1:48
40;6:35;7:07;24:08;50:03;1:50:59;3:49:45;356;398;329;306;282;1:44
42;6:19;6:49;23:09;48:01;1:46:27;3:40:43;342;383;316;294;271;1:40
45;5:56;6:25;21:50;45:16;1:40:20;3:28:26;323;363;297;278;256;1:34
48;5:36;6:03;20:39;42:50;1:34:53;3:17:29;307;345;281;264;243;1:29
50;5:24;5:50;19:57;41:21;1:31:35;3:10:49;296;334;271;255;235;1:27
52;5:13;5:38;19:17;39:59;1:28:31;3:04:36;287;324;262;247;228;1:25
55;4:57;5:21;18:22;38:06;1:24:18;2:56:01;274;310;250;236;217;1:21
58;4:44;5:06;17:33;36:24;1:20:30;2:48:14;262;297;239;226;208;1:17
60;4:35;4:57;17:03;35:22;1:18:09;2:43:25;255;289;232;220;203;1:15
65;4:16;4:37;15:54;33:01;1:12:53;2:32:35;239;271;217;206;190;1:10
70;4:00;4:19;14:55;31:00;1:08:21;2:23:10;224;255;204;194;179;1:05
75;3:46;4:04;14:03;29:14;1:04:23;2:14:55;212;241;192;184;169;1:01
80;3:34.2;3:51.2;13:17.8;27:41;1:00:54;2:07:38;201;229;181;174;161;0:58
"""

RACES_M = (1500.0, 1609.344, 5000.0, 10_000.0, 21_097.5, 42_195.0)
PACES = ("E_fast", "E_slow", "M", "T", "I", "R400")


def _seconds(text: str) -> float | None:
    if text == "-":
        return None
    total = 0.0
    for part in text.split(":"):
        total = total * 60 + float(part)
    return total


def _read() -> tuple[dict[float, dict[float, float | None]], dict[float, dict[str, float | None]]]:
    races, paces = {}, {}
    for line in _ROWS.split():
        vdot, *cells = line.split(";")
        seconds = [_seconds(cell) for cell in cells]
        races[float(vdot)] = dict(zip(RACES_M, seconds[: len(RACES_M)], strict=True))
        paces[float(vdot)] = dict(zip(PACES, seconds[len(RACES_M) :], strict=True))
    return races, paces


# VDOT → distance → seconds; VDOT → pace → s/km (R400: seconds).
RACE_TIMES: Mapping[float, Mapping[float, float | None]]
TRAINING_PACES: Mapping[float, Mapping[str, float | None]]
RACE_TIMES, TRAINING_PACES = _read()
