// The journal: writing, what was read out of it, and finding it again.

import { Note, ask } from "./journal-note.js";

const main = document.querySelector("#journal");
const failed = main.dataset.failed;
const limit = Number(main.dataset.limit);
const $ = (selector) => document.querySelector(selector);
let key = crypto.randomUUID(); // the same text sent twice is kept once

function tell(place, text, bad) {
  place.textContent = text;
  place.className = bad ? "said bad" : "said good";
}

function warn(text) {
  const box = $("#warning");
  box.hidden = !text;
  box.querySelector("p").textContent = text ?? "";
  if (text) box.scrollIntoView({ block: "start" });
}

/** What stands in the form: the body of the API. */
function written(fields) {
  const entries = [];
  if (fields.rpe) entries.push({ kind: "rpe", value: Number(fields.rpe) });
  if (fields.where || fields.pain) {
    const value = fields.pain === "" ? null : Number(fields.pain);
    entries.push({ kind: "pain", value, where: fields.where, side: fields.side });
  }
  const activity = fields.activity ? Number(fields.activity) : null;
  return { text: fields.text, day: fields.day, activity_id: activity, entries, key };
}

const write = $("#write");
const about = write.elements.activity;
about.addEventListener("change", () => {
  const { day } = about.selectedOptions[0].dataset;
  if (day) write.elements.day.value = day;
});
write.elements.day.addEventListener("change", () => {
  if (about.value && about.selectedOptions[0].dataset.day !== write.elements.day.value) about.value = "";
});

write.addEventListener("submit", async (event) => {
  event.preventDefault();
  const said = write.querySelector(".said");
  const fields = Object.fromEntries(new FormData(write));
  const length = fields.text.trim().length;
  if (length > limit) {
    // The text stays where it is: nothing is lost.
    tell(said, write.dataset.long.replace("#", length), true);
    return;
  }
  const button = write.querySelector("button.primary");
  button.disabled = true;
  const [kept, problem] = await ask("POST", "/api/v1/journal", written(fields), failed);
  button.disabled = false;
  if (problem) {
    tell(said, problem, true);
    return;
  }
  key = crypto.randomUUID();
  const day = fields.day;
  write.reset();
  write.elements.day.value = day;
  const read = kept.note.values.length || kept.note.entries.some((entry) => entry.kind !== "note");
  tell(said, read ? write.dataset.saved : write.dataset.plain);
  warn(kept.warning);
  $("#just").replaceChildren(new Note(kept.note, { failed, warn, changed: list }).element);
  await list();
});

const after = $("#after");
after?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const fields = Object.fromEntries(new FormData(after));
  const body = { activity_id: Number(after.dataset.activity), rpe: Number(fields.rpe), text: fields.text };
  const said = after.querySelector(".said");
  const [kept, problem] = await ask("POST", "/api/v1/journal/after_run", body, failed);
  if (problem) {
    tell(said, problem, true);
    return;
  }
  tell(said, after.dataset.said);
  warn(kept.warning);
  for (const part of after.querySelectorAll("fieldset, label, button, .muted")) part.remove();
  await list();
});

const search = $("#search");
let shown = 0;

/** Values that came without words stand together: one line per day and run. */
function gathered(notes) {
  const lines = [];
  for (const note of notes) {
    const same = (line) => line.id === null && line.day === note.day && line.run?.id === note.run?.id;
    const line = note.id === null ? lines.find(same) : undefined;
    if (line) line.entries = [...line.entries, ...note.entries];
    else lines.push({ ...note });
  }
  return lines;
}

/** Show what is asked for, from the beginning or after what is shown. */
async function list(further = false) {
  const fields = Object.fromEntries(new FormData(search));
  const asked = Object.entries(fields).filter(([, value]) => value.trim());
  const query = new URLSearchParams([...asked, ["offset", further ? shown : 0]]);
  const [found, problem] = await ask("GET", `/api/v1/journal?${query}`, undefined, failed);
  const said = $("#past > .said");
  tell(said, problem ?? "", Boolean(problem));
  if (problem) return;
  const notes = gathered(found.notes).map((note) => new Note(note, { failed, warn, changed: list }).element);
  if (further) $("#notes").append(...notes);
  else $("#notes").replaceChildren(...notes);
  shown = (further ? shown : 0) + found.notes.length;
  $("#more").hidden = !found.more;
  $("#empty").hidden = shown > 0 || asked.length > 0;
  $("#nothing").hidden = shown > 0 || asked.length === 0;
}

search.addEventListener("submit", (event) => {
  event.preventDefault();
  list();
});
search.addEventListener("reset", () => setTimeout(list));
$("#more").addEventListener("click", () => list(true));
list();
