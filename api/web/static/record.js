// The daily record: how a day or a run felt.

import { onSubmit, send } from "./forms.js";

const SCALES = ["rpe", "soreness", "fatigue", "stress", "mood", "sleep_quality"];
const failed = document.querySelector("main").dataset.failed;
const form = document.querySelector("#record");
const activity = form.dataset.activity ? Number(form.dataset.activity) : null;

/** What was filled in, as entries of the API. */
function entries(fields) {
  const { day } = fields;
  const said = [];
  for (const kind of SCALES) {
    if (fields[kind] === "") continue;
    said.push({ kind, day, value: Number(fields[kind]), activity_id: kind === "rpe" ? activity : null });
  }
  if (fields.where || fields.pain) {
    const value = fields.pain === "" ? null : Number(fields.pain);
    said.push({ kind: "pain", day, value, where: fields.where, side: fields.side, activity_id: activity });
  }
  if (fields.note.trim()) said.push({ kind: "note", day, text: fields.note.trim(), activity_id: activity });
  return said;
}

onSubmit(
  form,
  async (fields) => {
    for (const entry of entries(fields)) {
      const problem = await send("POST", "/api/v1/entries", entry, failed);
      if (problem) return problem;
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
