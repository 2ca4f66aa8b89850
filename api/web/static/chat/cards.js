// What stands beside the words: a chart, a table, a link to an activity.

import { approvalCard } from "./approval.js";
import { chart } from "./chart.js";
import { el, icon, iconButton } from "./dom.js";

/** Make the element of a card event. `context` is {api, t, theme}. */
export function cardElement(card, context) {
  if (card.kind === "chart") return chartCard(card, context);
  if (card.kind === "table") return tableCard(card, context);
  if (card.kind === "link") return linkCard(card, context);
  if (card.kind === "approval") return approvalCard(card, context);
  return activityCard(card, context);
}

function chartCard(card, context) {
  const plot = el("div", { class: "plot" });
  const save = iconButton("save", context.t("chart_save"), async () => {
    const image = URL.createObjectURL(await context.api.blob(card.png_url));
    el("a", { href: image, download: `${card.chart}.png` }).click();
    setTimeout(() => URL.revokeObjectURL(image), 10_000);
  });
  chart(plot, card, context);
  return el("figure", { class: "card chart" }, el("header", {}, el("span", { text: card.title }), save), plot);
}

function tableCard(card, { api }) {
  const head = el("tr", {}, ...card.columns.map((text) => el("th", { scope: "col", text })));
  const rows = card.rows.map((row, n) => el("tr", {}, ...row.map((text, at) => cell(text, at || !card.links ? 0 : card.links[n], api))));
  return el(
    "section",
    { class: "card", "aria-label": card.title },
    card.title ? el("header", {}, el("span", { text: card.title })) : null,
    el("div", { class: "table", tabindex: "0" }, el("table", {}, el("thead", {}, head), el("tbody", {}, ...rows))),
    card.note ? tableNote(card.note, api) : null,
  );
}

/** The first cell of a row leads to the activity that the row is about, where it is about one. */
function cell(text, activity, api) {
  if (!activity) return el("td", { text: String(text) });
  const href = api.url(`/activities/${Number(activity)}`);
  return el("td", {}, el("a", { href, target: "_blank", rel: "noopener", text: String(text) }));
}

function tableNote({ text, link, label }, api) {
  return el("p", { class: "note" }, `${text} `, el("a", { href: api.url(link), target: "_blank", rel: "noopener", text: label }));
}

function activityCard(card, { api }) {
  const href = api.url(`/activities/${Number(card.activity_id)}`);
  return el("a", { class: "card", href, target: "_blank", rel: "noopener" }, icon("run"), card.title, icon("go"));
}

/** A page of our own, opened in this tab: what was said waits in the conversation. */
function linkCard(card, { api }) {
  return el("a", { class: "card", href: api.url(card.href) }, card.title, icon("go"));
}
