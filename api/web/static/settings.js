// The settings page: each panel is a request of its own.

import { onSubmit, send } from "./forms.js";

const failed = document.querySelector("main").dataset.failed;
const $ = (selector) => document.querySelector(selector);

onSubmit(
  $("#profile"),
  (fields) =>
    send(
      "PATCH",
      "/api/v1/profile",
      {
        ...fields,
        week_start: Number(fields.week_start),
        birth_year: fields.birth_year ? Number(fields.birth_year) : null,
        sex: fields.sex || null,
      },
      failed,
    ),
  () => {
    if ($("#profile [name=lang]").value !== document.documentElement.lang) location.reload();
  },
);

onSubmit(
  $("#thresholds"),
  async (fields) => {
    for (const [field, typed] of Object.entries(fields)) {
      const box = $(`#thresholds [name=${field}]`);
      if (typed.trim() === box.dataset.was) continue;
      const value = typed.trim() || null; // emptied: estimated again
      const problem = await send("PUT", `/api/v1/profile/thresholds/${field}`, { value }, failed);
      if (problem) {
        box.focus();
        return problem;
      }
      box.dataset.was = typed.trim();
    }
    return null;
  },
);

onSubmit(
  $("#password"),
  (fields) => send("PUT", "/api/v1/auth/password", fields, failed),
  () => setTimeout(() => location.reload(), 1200),
);

/** On click do `act()`; afterwards show the page anew, or say why it did not work. */
function onClick(button, act, after = () => location.reload()) {
  button?.addEventListener("click", async () => {
    button.disabled = true;
    const problem = await act();
    if (!problem) return after();
    button.disabled = false;
    const said = button.closest(".panel").querySelector(".said");
    said.textContent = problem;
    said.className = "said bad";
  });
}

for (const button of document.querySelectorAll("#model [data-method]")) {
  onClick(button, () => send(button.dataset.method, "/api/v1/profile/model-consent", undefined, failed));
}
for (const button of document.querySelectorAll("[data-session]")) {
  onClick(button, () => send("DELETE", `/api/v1/auth/sessions/${button.dataset.session}`, undefined, failed));
}
onClick($("#others"), () => send("DELETE", "/api/v1/auth/sessions", undefined, failed));
onClick($("#logout"), () => send("POST", "/api/v1/auth/logout", undefined, failed), () => location.assign("/login"));

for (const button of document.querySelectorAll("[data-place]")) {
  onClick(button, () => send("DELETE", `/api/v1/private-places/${button.dataset.place}`, undefined, failed));
}

// Where most runs begin is probably home: proposed, and kept only when the athlete says so.
const suggested = $("#suggested");
const found = await fetch("/api/v1/private-places/suggestion")
  .then((answer) => (answer.ok ? answer.json() : { place: null }))
  .catch(() => ({ place: null }));
if (found.place) {
  const { lat_deg, lon_deg, radius_m, count, of } = found.place;
  const { said, name } = suggested.dataset;
  suggested.querySelector("p").textContent = said.replace("{count}", count).replace("{of}", of);
  suggested.hidden = false;
  const place = { name, lat_deg, lon_deg, radius_m };
  onClick(suggested.querySelector("button"), () => send("POST", "/api/v1/private-places", place, failed));
}
