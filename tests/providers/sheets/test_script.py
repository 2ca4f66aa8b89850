"""The script for the spreadsheet, run against a small spreadsheet of our own where there is a Node."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import Any

import pytest

from coach.providers.sheets.rows import JOURNAL, PLAN, SHEETS
from coach.providers.sheets.script import PLACEHOLDER, script

ADDRESS = 'https://coach.example/"\\push'
# As much of Google's services as the script uses. `cells` is the sheet, `sent` what went out.
WORLD = """
let cells = CELLS, code = 200, sent = [], notes = {}, kept = {}, uuids = 0;
const range = (r, c) => ({
  setValue: (v) => { while (cells.length < r) cells.push([]); cells[r - 1][c - 1] = v; },
  setNote: (n) => { notes[r] = n; }, getNote: () => notes[r] || "", clearNote: () => { delete notes[r]; },
});
const wide = () => Math.max(...cells.map((row) => row.length));
const shown = () => cells.map((row) => Array.from({ length: wide() }, (_, i) => String(row[i] ?? "")));
const sheet = {
  getName: () => NAME, getRange: range, hideColumns: () => {},
  getDataRange: () => ({ getValues: shown, getDisplayValues: shown }),
};
const SpreadsheetApp = { getActive: () => ({
  getSheets: () => [sheet], getSpreadsheetTimeZone: () => "Asia/Seoul",
}) };
const LockService = { getDocumentLock: () => ({ tryLock: () => true, releaseLock: () => {} }) };
const PropertiesService = { getDocumentProperties: () => ({
  getProperty: (k) => kept[k] ?? null, setProperty: (k, v) => { kept[k] = v; },
}) };
const Utilities = {
  sleep: () => {}, getUuid: () => `uuid-0000-${++uuids}`, formatDate: (d) => d.toISOString().slice(0, 10),
  DigestAlgorithm: {}, Charset: {},
  computeDigest: (_, text) => require("crypto").createHash("sha256").update(text).digest(),
  base64EncodeWebSafe: (bytes) => bytes.toString("base64url"),
};
const UrlFetchApp = { fetch: (url, options) => {
  const body = JSON.parse(options.payload);
  sent.push({ url, auth: options.headers.Authorization, body });
  const refused = body.sheets.flatMap((s) => s.rows).filter((r) => r.cells[0] === "bad")
    .map((r) => ({ id: r.id, said: "why" }));
  return { getResponseCode: () => code, getContentText: () => JSON.stringify({ refused }) };
} };
"""


def run(cells: list[list[Any]], steps: str, name: str = "일지") -> Any:
    """Run the script and then `steps`; return what `steps` gives."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("there is no Node to run the script with")
    world = WORLD.replace("CELLS", json.dumps(cells)).replace("NAME", json.dumps(name))
    code = f"{world}\n{script(ADDRESS, 'the-secret')}\nconsole.log(JSON.stringify((() => {{{steps}}})()));"
    done = subprocess.run([node, "-"], input=code, capture_output=True, text=True, check=True, timeout=30)
    return json.loads(done.stdout)


HEADER = ["날짜", "RPE"]


def test_the_script_names_the_address_and_the_secret_safely() -> None:
    text = script(ADDRESS)
    assert f"const ADDRESS = {json.dumps(ADDRESS)};" in text
    assert text.count(PLACEHOLDER) == 1
    assert "@" not in text.replace("@param", "")
    for known in (JOURNAL, PLAN):
        assert all(names[0] in text for names in known.values())
    assert all(json.dumps(name, ensure_ascii=False) in text for name in SHEETS)


def test_only_what_changed_is_sent_and_rows_keep_their_ids() -> None:
    steps = """
      send(); send();                                    // the second has nothing to say
      cells.splice(1, 2, cells[2], cells[1]); send();    // sorted the other way round
      cells[1][1] = 9; send();
      cells.splice(2, 1); send();                        // a row is deleted
      return sent;
    """
    sent = run([HEADER, ["2026-11-20", 7], ["2026-11-19", 5]], steps)
    rows = [[(r["id"][-1], r["cells"]) for r in push["body"]["sheets"][0]["rows"]] for push in sent]
    assert rows[0] == [("1", ["2026-11-20", "7"]), ("2", ["2026-11-19", "5"])]
    assert rows[1:] == [[], [("2", ["2026-11-19", "9"])], []]
    ids = [[i[-1] for i in push["body"]["sheets"][0]["ids"]] for push in sent]
    assert ids == [["1", "2"], ["2", "1"], ["2", "1"], ["2"]]
    assert [push["body"]["sheets"][0]["header"] for push in sent] == [HEADER] * 4
    times = [push["body"]["sent_at"] for push in sent]
    assert times == sorted(set(times))
    assert {(push["url"], push["auth"]) for push in sent} == {(ADDRESS, "Bearer the-secret")}


def test_what_was_not_taken_is_sent_again_and_refusals_are_noted_at_the_row() -> None:
    steps = """
      code = 503; try { send(); } catch (error) {}
      code = 200; send();
      const noted = { ...notes };
      cells[1][0] = "2026-11-20"; send();
      return { sent, noted, notes };
    """
    found = run([HEADER, ["bad", 7]], steps)
    assert [len(push["body"]["sheets"][0]["rows"]) for push in found["sent"]] == [1, 1, 1]
    assert found["noted"] == {"2": "⚠ why"}
    assert found["notes"] == {}


def test_a_copied_row_becomes_a_row_of_its_own() -> None:
    steps = "send(); cells.push([...cells[1]]); send(); return sent[1].body.sheets[0];"
    sheet = run([HEADER, ["2026-11-20", 7]], steps)
    assert len(set(sheet["ids"])) == 2
    assert [row["id"] for row in sheet["rows"]] == [sheet["ids"][1]]


def test_other_sheets_are_left_alone_and_many_rows_go_in_parts() -> None:
    assert run([["a"], [1]], "send(); return [sent, cells];", name="Budget") == [[], [["a"], [1]]]
    many = [HEADER, *(["2026-11-20", n] for n in range(1200))]
    counts = run(many, "send(); return sent.map((push) => push.body.sheets[0].rows.length);")
    assert (sum(counts), max(counts)) == (1200, 500)
