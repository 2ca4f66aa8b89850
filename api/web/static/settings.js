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
