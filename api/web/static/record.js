// The daily record: how a day or a run felt.

import { onSubmit, send } from "./forms.js";

const SCALES = ["rpe", "soreness", "fatigue", "stress", "mood", "sleep_quality"];
const failed = document.querySelector("main").dataset.failed;
const form = document.querySelector("#record");
const activity = form.dataset.activity ? Number(form.dataset.activity) : null;

/** What was filled in: entries of the API, each with the fields it was made from. */
function entries(fields) {
  const { day } = fields;
  const said = [];
  for (const kind of SCALES) {
    if (fields[kind] === "") continue;
    const about = kind === "rpe" ? activity : null;
    said.push([[kind], { kind, day, value: Number(fields[kind]), activity_id: about }]);
  }
  if (fields.where || fields.pain) {
    const value = fields.pain === "" ? null : Number(fields.pain);
    const pain = { kind: "pain", day, value, where: fields.where, side: fields.side, activity_id: activity };
    said.push([["where", "side", "pain"], pain]);
  }
  const text = fields.note.trim();
  if (text) said.push([["note"], { kind: "note", day, text, activity_id: activity }]);
  return said;
}

onSubmit(
  form,
  async (fields) => {
    for (const [names, entry] of entries(fields)) {
      const problem = await send("POST", "/api/v1/entries", entry, failed);
      if (problem) return problem;
      for (const name of names) form.elements[name].value = ""; // kept: a second attempt must not say it twice
    }
    return null;
  },
  () => location.reload(),
);

for (const button of document.querySelectorAll("[data-entry]")) {
  button.addEventListener("click", async () => {
    button.disabled = true;
    const problem = await send("DELETE", `/api/v1/entries/${button.dataset.entry}`, undefined, failed);
    if (!problem) return location.reload();
    button.disabled = false;
    document.querySelector("#entries .said").textContent = problem;
  });
}
