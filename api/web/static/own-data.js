// One's own data on the settings page: keeping and taking back conversations, deleting everything.

import { onSubmit, send } from "./forms.js";

const failed = document.querySelector("main").dataset.failed;

onSubmit(document.querySelector("#chats"), ({ days }) =>
  send("PUT", "/api/v1/own-data/chat-keep-days", { days: days ? Number(days) : null }, failed),
);

const deleted = document.querySelector("#deleted");

/** Do `act()`; then show the page anew, or say why it did not work. */
async function change(button, act) {
  button.disabled = true;
  const problem = await act();
  if (!problem) return location.reload();
  button.disabled = false;
  const said = deleted.querySelector(".said");
  said.textContent = problem;
  said.className = "said bad";
}

for (const button of deleted.querySelectorAll("[data-restore]")) {
  button.addEventListener("click", () =>
    change(button, () => send("POST", `/api/v1/threads/${button.dataset.restore}/restore`, undefined, failed)),
  );
}
for (const button of deleted.querySelectorAll("[data-purge]")) {
  button.addEventListener("click", () => {
    if (button.dataset.sure) {
      button.textContent = button.dataset.sure;
      delete button.dataset.sure;
      return;
    }
    change(button, () => send("DELETE", `/api/v1/threads/${button.dataset.purge}?for_good=true`, undefined, failed));
  });
}

// What is said at the end must be read before the page that it is about is gone.
const leave = document.querySelector("#leave");
const said = leave.querySelector(".said");
leave.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = leave.querySelector("button");
  button.disabled = true;
  let text = failed;
  let gone = false;
  try {
    const response = await fetch("/api/v1/own-data/delete", {
      method: "POST",
      credentials: "same-origin",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(Object.fromEntries(new FormData(leave))),
    });
    const answer = await response.json();
    gone = response.ok;
    text = gone ? answer.said : answer.detail || answer.title;
  } catch {
    // said below
  }
  said.textContent = text;
  said.className = gone ? "said good" : "said bad";
  if (gone) for (const field of document.querySelectorAll("main input, main select, main button")) field.disabled = true;
  else button.disabled = false;
});
