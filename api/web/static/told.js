// What a tool of the coach answers, as it stands on a page: sentences, tables, charts.

import { Api } from "./chat/api.js";
import { chart } from "./chat/chart.js";
import { el } from "./chat/dom.js";
import { translator } from "./chat/texts.js";

const { failed, again } = document.querySelector("main").dataset;
export const api = new Api(location.origin);
const drawn = new Map(); // the address of a chart on this page → the tool that showed it
const session = api.get("/api/v1/session").catch(() => null);

/** Draw the chart of `card` ({title, spec_url, png_url}) into `plot`. */
export async function draw(plot, card) {
  const known = await session;
  chart(plot, card, { api, t: translator(known?.texts ?? {}), theme: () => null });
}

/** Ask a tool and show what it answers in `place`; a failure says so and offers another try. */
export async function tell(place, tool, args) {
  try {
    const answer = await api.post(`/api/v1/tools/${tool}`, args);
    place.replaceChildren(...parts(answer, tool));
  } catch (error) {
    const said = el("p", { class: "said bad", text: (error.status && error.message) || failed });
    const retry = el("button", { type: "button", class: "button", text: again, onclick: () => tell(place, tool, args) });
    place.replaceChildren(said, ...(again && !(error.status < 500) ? [retry] : []));
  }
}

function parts(answer, tool) {
  const found = answer.says.map((text) => el("p", { text }));
  if (answer.question) found.push(el("p", { text: answer.question }), list(answer.choices));
  for (const card of answer.charts) {
    if (drawn.has(card.spec_url) && drawn.get(card.spec_url) !== tool) continue; // two tools, one picture
    drawn.set(card.spec_url, tool);
    const plot = el("div", { class: "plot" });
    found.push(plot);
    // Drawn once it stands on the page: only then is its width known.
    requestAnimationFrame(() => draw(plot, card));
  }
  found.push(...answer.tables.map(table), ...answer.sources.map(source));
  found.push(...answer.notes.map((text) => el("p", { class: "muted small", text })));
  return found;
}

/** What "[1]" stands for: the passage word for word, and who says so. */
function source({ number, label, text, citation, href }) {
  const who = el("p", {}, el("a", { href, text: citation }));
  return el("details", { class: "small" }, el("summary", { text: `[${number}] ${label}` }), el("p", { text }), who);
}

function list(choices) {
  return el("ul", {}, ...choices.map((text) => el("li", { text })));
}

function table({ title, columns, rows }) {
  const head = el("tr", {}, ...columns.map((text) => el("th", { scope: "col", text })));
  const body = rows.map((row) => el("tr", {}, ...row.map((text) => el("td", { text }))));
  return el(
    "div",
    { class: "table", tabindex: "0", role: "region", "aria-label": title },
    el("table", {}, el("thead", {}, head), el("tbody", {}, ...body)),
  );
}
