// When the coach may speak first: one panel of the settings.

import { onSubmit, send } from "./forms.js";

const { failed } = document.querySelector("main").dataset;
const form = document.querySelector("#checkins");
const PATH = "/api/v1/checkins";
const KINDS = [...form.querySelectorAll("[type=checkbox]")];

onSubmit(form, ({ weekly_day: day, paused_until: until, ...times }) => {
  const kinds = Object.fromEntries(KINDS.map((box) => [box.name, box.checked]));
  for (const { name } of KINDS) delete times[name];
  return send("PATCH", PATH, { ...times, ...kinds, weekly_day: Number(day), paused_until: until || null }, failed);
});

form.querySelector("[data-resume]")?.addEventListener("click", async (event) => {
  event.target.disabled = true;
  const problem = await send("PATCH", PATH, { paused_until: null }, failed);
  if (!problem) return location.reload();
  event.target.disabled = false;
  const said = form.querySelector(".said");
  said.textContent = problem;
  said.className = "said bad";
});
