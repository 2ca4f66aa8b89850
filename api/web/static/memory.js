// The page of what the coach remembers: edit in place, delete with a way back.

import { onSubmit, send } from "./forms.js";

const main = document.querySelector("main");
const { failed, deleted, undo } = main.dataset;
const told = document.querySelector("#told");
const path = "/api/v1/memory";

const body = ({ text, kind, valid_until }) => ({ text, kind, valid_until: valid_until || null });

function say(problem) {
  told.textContent = problem;
  told.className = "said bad";
}

/** Offer to write down again what was deleted: on the server it is gone at once. */
function offerUndo(memory) {
  told.textContent = `${deleted} `;
  told.className = "said good";
  const back = document.createElement("button");
  back.type = "button";
  back.className = "button";
  back.textContent = undo;
  back.addEventListener("click", async () => {
    back.disabled = true;
    const problem = await send("POST", path, body(memory), failed);
    if (problem) return say(problem);
    location.reload();
  });
  told.append(back);
}

for (const line of document.querySelectorAll("[data-memory]")) {
  const { memory: id, kind, text, until } = line.dataset;
  const form = line.querySelector("form");
  const show = (editing) => {
    form.hidden = !editing;
    for (const part of line.querySelectorAll(".shown")) part.hidden = editing;
    if (editing) form.querySelector("[name=text]").focus();
  };
  line.querySelector("[data-edit]").addEventListener("click", () => show(true));
  line.querySelector("[data-cancel]").addEventListener("click", () => show(false));
  onSubmit(form, (fields) => send("PATCH", `${path}/${id}`, body(fields), failed), () => location.reload());
  line.querySelector("[data-delete]").addEventListener("click", async () => {
    const problem = await send("DELETE", `${path}/${id}`, undefined, failed);
    if (problem) return say(problem);
    line.remove();
    offerUndo({ text, kind, valid_until: until });
    told.scrollIntoView({ block: "nearest" });
  });
  for (const button of line.querySelectorAll("[data-answer]")) {
    button.addEventListener("click", async () => {
      const answer = button.dataset.answer;
      const problem = await send("POST", `${path}/${id}/answer`, { answer }, failed);
      if (problem) return say(problem);
      location.reload();
    });
  }
}

onSubmit(
  document.querySelector("#add"),
  (fields) => send("POST", path, body(fields), failed),
  () => location.reload(),
);

// Twice, because nothing brings it back: the second click is the answer to the question.
const all = document.querySelector("#all button");
all?.addEventListener("click", async () => {
  const said = document.querySelector("#all .said");
  if (!said.textContent) {
    said.textContent = all.dataset.sure;
    return;
  }
  const problem = await send("DELETE", path, undefined, failed);
  if (problem) return say(problem);
  location.reload();
});
