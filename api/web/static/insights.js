// The page of insights: numbers open to their facts, charts are drawn when they are seen, cards are put away.

import { el } from "./chat/dom.js";
import { SourcePopover } from "./chat/sources.js";
import { translator } from "./chat/texts.js";
import { api, draw } from "./told.js";

const main = document.querySelector("main");
const known = await api.get("/api/v1/session").catch(() => ({ texts: {} }));
const popover = new SourcePopover(document.body, api, translator(known.texts));

for (const article of document.querySelectorAll("[data-insight]")) {
  const facts = JSON.parse(article.dataset.facts);
  for (const button of article.querySelectorAll("[data-fact]")) {
    button.addEventListener("click", () => {
      if (popover.button === button) popover.close(true);
      else popover.open(button, button.textContent, facts[button.dataset.fact]);
    });
  }
  const dismiss = article.querySelector("[data-dismiss]");
  dismiss?.addEventListener("click", () => putAway(article));
}

/** Put a card away; what stands in its place can bring it back. */
async function putAway(article) {
  const url = `/api/v1/insights/${article.dataset.insight}/dismissal`;
  try {
    await api.post(url, {});
  } catch (error) {
    article.append(el("p", { class: "said bad", role: "status", text: error.message || main.dataset.failed }));
    return;
  }
  const undo = el("button", { type: "button", class: "button", text: main.dataset.undo });
  const said = el("section", { class: "panel row", role: "status" }, el("span", { text: main.dataset.dismissed }), undo);
  undo.addEventListener("click", async () => {
    await api.delete(url).then(
      () => said.replaceWith(article),
      (error) => said.append(el("span", { class: "said bad", text: error.message || main.dataset.failed })),
    );
    article.querySelector("[data-dismiss]").focus();
  });
  article.replaceWith(said);
  undo.focus();
}

// What stood on the screen was seen; a closed chart is not drawn.
const seen = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) {
    if (!isIntersecting) continue;
    seen.unobserve(target);
    if (target.classList.contains("plot")) {
      const { title, spec, png } = target.dataset;
      draw(target, { title, spec_url: spec, png_url: png });
    } else {
      api.post(`/api/v1/insights/${target.dataset.insight}/seen`, {}).catch(() => {});
    }
  }
});
for (const target of document.querySelectorAll("[data-unseen], .insight .plot")) seen.observe(target);
