"""The script that an athlete pastes into their spreadsheet (Google Apps Script): it sends changed rows."""

from __future__ import annotations

import json

from coach.providers.sheets.rows import JOURNAL, MOST_ROWS, PLAN, SHEETS

# Stands in the script where the secret belongs, which is shown once and kept nowhere.
PLACEHOLDER = "PASTE-THE-SECRET-HERE"
ID_COLUMN = "hanbal id (do not edit)"


def script(address: str, secret: str = PLACEHOLDER) -> str:
    """Return the script, ready to paste, that sends to `address`.

    A row's id and the hash of what was sent of it stand in a hidden column, so that sorting or moving rows
    doubles nothing. Each push names all rows there are, by which a deleted row is noticed; what was not
    acknowledged is sent again with the next push.
    """
    columns = "\n".join(
        f" *   {sheet}: " + ", ".join(" / ".join(dict.fromkeys((n[0], n[-1]))) for n in known.values())
        for sheet, known in (("일지 / Journal", JOURNAL), ("계획 / Plan", PLAN))
    )
    values = {
        "@COLUMNS@": columns,
        "@ADDRESS@": json.dumps(address),
        "@SECRET@": json.dumps(secret),
        "@SHEETS@": json.dumps(list(SHEETS), ensure_ascii=False),
        "@ID_COLUMN@": json.dumps(ID_COLUMN),
        "@MOST_ROWS@": str(MOST_ROWS // 4),
    }
    text = _SCRIPT
    for name, value in values.items():
        text = text.replace(name, value)
    return text


_SCRIPT = r"""/**
 * 확장 프로그램 > Apps Script에 붙여 넣고 setUp을 한 번 실행하세요.
 * Paste this under Extensions > Apps Script and run setUp once.
 *
 * Sheets and columns that are read (others are left alone):
@COLUMNS@
 */
const ADDRESS = @ADDRESS@;
const SECRET = @SECRET@;
const SHEETS = @SHEETS@;
const ID_COLUMN = @ID_COLUMN@;
const MOST_ROWS = @MOST_ROWS@;

function setUp() {
  ScriptApp.getProjectTriggers().forEach((trigger) => ScriptApp.deleteTrigger(trigger));
  ScriptApp.newTrigger("send").forSpreadsheet(SpreadsheetApp.getActive()).onEdit().create();
  ScriptApp.newTrigger("send").timeBased().everyHours(1).create();
  send();
}

function send() {
  const lock = LockService.getDocumentLock();
  if (!lock.tryLock(100)) return; // another one is sending, and sends this too
  try {
    Utilities.sleep(1500); // several cells are often edited in a row
    while (sendOnce()) {}
  } finally {
    lock.releaseLock();
  }
}

/** Send what has changed; true when there is more. */
function sendOnce() {
  const kept = PropertiesService.getDocumentProperties();
  const found = SpreadsheetApp.getActive().getSheets()
    .filter((sheet) => SHEETS.includes(sheet.getName().replace(/[\s_-]+/g, "").toLowerCase()))
    .map(readSheet)
    .filter((one) => one !== null);
  let left = MOST_ROWS;
  for (const one of found) {
    one.sending = one.changed.slice(0, left);
    left -= one.sending.length;
  }
  const ids = hash(JSON.stringify(found.map((one) => [one.name, one.ids])));
  if (!found.length || (left === MOST_ROWS && kept.getProperty("ids") === ids)) return false;
  const sentAt = Math.max(Date.now(), Number(kept.getProperty("sentAt") || 0) + 1);
  kept.setProperty("sentAt", String(sentAt));
  const answer = UrlFetchApp.fetch(ADDRESS, {
    method: "post",
    contentType: "application/json",
    headers: { Authorization: "Bearer " + SECRET },
    payload: JSON.stringify({
      sent_at: sentAt,
      sheets: found.map((one) => ({
        name: one.name,
        header: one.header,
        ids: one.ids,
        rows: one.sending.map((row) => ({ id: row.id, number: row.number, cells: row.cells })),
      })),
    }),
    followRedirects: false,
    muteHttpExceptions: true,
  });
  if (answer.getResponseCode() >= 300) throw new Error(answer.getContentText().slice(0, 500));
  const refused = {};
  for (const row of JSON.parse(answer.getContentText()).refused) refused[row.id] = row.said;
  for (const one of found) {
    for (const row of one.sending) {
      one.sheet.getRange(row.number, one.idColumn).setValue(row.id + ":" + row.hash);
      const first = one.sheet.getRange(row.number, 1);
      if (refused[row.id]) first.setNote("\u26a0 " + refused[row.id]);
      else if (first.getNote().startsWith("\u26a0 ")) first.clearNote();
    }
  }
  kept.setProperty("ids", ids);
  return left === 0;
}

/** Read a sheet, give an id to each row that has none, and tell which rows have changed. */
function readSheet(sheet) {
  const range = sheet.getDataRange();
  const zone = SpreadsheetApp.getActive().getSpreadsheetTimeZone();
  const values = range.getValues(), shown = range.getDisplayValues();
  if (values.length < 1) return null;
  const header = shown[0];
  let idAt = header.indexOf(ID_COLUMN);
  if (idAt < 0) {
    idAt = header.length;
    sheet.getRange(1, idAt + 1).setValue(ID_COLUMN);
    sheet.hideColumns(idAt + 1);
  }
  const ids = [], changed = [], seen = {};
  for (let i = 1; i < values.length; i++) {
    const cells = values[i].slice(0, idAt).map((value, j) =>
      value instanceof Date && value.getFullYear() > 1950
        ? Utilities.formatDate(value, zone, "yyyy-MM-dd")
        : shown[i][j]);
    let [id, sent] = String(shown[i][idAt] || "").split(":");
    if (!id && cells.every((cell) => cell === "")) continue;
    if (!id || seen[id]) { // a new row, or a copy of another one
      id = Utilities.getUuid();
      sent = "";
      sheet.getRange(i + 1, idAt + 1).setValue(id + ":");
    }
    seen[id] = true;
    ids.push(id);
    const now = hash(JSON.stringify([header.slice(0, idAt), cells]));
    if (now !== sent) changed.push({ id: id, number: i + 1, cells: cells, hash: now });
  }
  return { sheet, name: sheet.getName(), header: header.slice(0, idAt), idColumn: idAt + 1, ids, changed };
}

function hash(text) {
  const bytes = Utilities.computeDigest(Utilities.DigestAlgorithm.SHA_256, text, Utilities.Charset.UTF_8);
  return Utilities.base64EncodeWebSafe(bytes).slice(0, 16);
}
"""
