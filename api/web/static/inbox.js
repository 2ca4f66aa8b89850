// The inbox: what stood on the screen was seen, and how hard a run was is told with one press.

import { send } from "./forms.js";

const { failed } = document.querySelector("main").dataset;

const seen = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) {
    if (!isIntersecting) continue;
    seen.unobserve(target);
    send("POST", `/api/v1/inbox/${target.dataset.word}/seen`, {}, failed);
  }
});
for (const word of document.querySelectorAll("[data-unseen]")) seen.observe(word);

for (const form of document.querySelectorAll(".rpe")) {
  const said = form.querySelector(".said");
  for (const button of form.querySelectorAll("[data-rpe]")) {
    button.addEventListener("click", async () => {
      const rpe = Number(button.dataset.rpe);
      const buttons = form.querySelectorAll("button");
      for (const each of buttons) each.disabled = true;
      const body = { activity_id: Number(form.dataset.activity), rpe, text: "" };
      const problem = await send("POST", "/api/v1/journal/after_run", body, failed);
      for (const each of buttons) each.disabled = !problem;
      said.textContent = problem ?? form.dataset.kept.replace("{rpe}", rpe);
      said.className = problem ? "said bad" : "said good";
    });
  }
}
