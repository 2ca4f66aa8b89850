// A proposal to decide about. The server made every word of it; a button sends back what exactly was shown.

import { el, icon } from "./dom.js";

const open = new Set(); // cards whose buttons can still be pressed

let soon = null;

/** Take the buttons off cards that were decided, replaced or forgotten meanwhile: by words, by another card. */
export function refreshApprovals() {
  // One question for all the cards of a conversation that is drawn at once.
  if (open.size) soon ??= setTimeout(look, 50);
}

async function look() {
  soon = null;
  const [first] = open;
  if (!first) return;
  try {
    const { approvals } = await first.api.get("/api/v1/approvals");
    const waiting = new Set(approvals.map((approval) => approval.id));
    for (const card of open) {
      if (waiting.has(card.id)) continue;
      open.delete(card);
      card.close();
    }
  } catch {
    // A press tells what became of it.
  }
}

/** Make the card of a proposal. `context` is {api, t, on}. */
export function approvalCard(card, context) {
  const { t } = context;
  const buttons = [
    button(t("approval_approve"), "button primary", (node) => decide("approved", node)),
    button(t("approval_reject"), "button", (node) => decide("rejected", node)),
  ];
  const change = card.about === "plan" ? button(t("approval_change"), "button", () => context.on.edit(t("approval_change_words"))) : null;
  const status = el("p", { role: "status", class: "note" });
  const choices = el("div", { class: "choices", role: "group", "aria-label": card.title }, ...buttons, change);
  const box = el(
    "section",
    { class: "card approval", "aria-label": card.title },
    el("header", {}, icon("run"), el("span", { text: card.title })),
    card.span ? el("p", { class: "note", text: card.span }) : null,
    lines(card.why),
    card.feasibility ? el("p", { text: card.feasibility }) : null,
    lines(card.lines),
    lines(card.changes),
    lines(card.remarks),
    lines(card.warnings, "warn"),
    fold(t("approval_weeks"), lines(card.weeks)),
    fold(t("approval_days"), sessions(card.sessions)),
    el("p", { class: "note", text: card.until }),
    choices,
    status,
  );

  let warned = false;
  async function decide(decision, node) {
    const rules = decision === "approved" ? card.rules || [] : [];
    if (rules.length && !warned) {
      // What warns is approved with a second press, by somebody who has read it.
      warned = true;
      node.textContent = t("approval_known");
      return;
    }
    for (const one of buttons) one.disabled = true;
    try {
      const body = { sha256: card.sha256, decision, acknowledge: rules };
      const { said } = await context.api.post(`/api/v1/approvals/${Number(card.id)}/decide`, body);
      status.textContent = said;
      open.delete(one);
      choices.remove();
    } catch (problem) {
      status.textContent = problem.message;
      for (const one of buttons) one.disabled = false;
      node.focus();
    }
  }

  const one = { id: card.id, api: context.api, close: () => {
    choices.remove();
    if (!status.textContent) status.textContent = t("approval_over");
  } };
  open.add(one);
  // A card of an earlier day may have been answered since, here or elsewhere.
  refreshApprovals();
  return box;
}

function button(text, style, press) {
  const node = el("button", { type: "button", class: style, text });
  node.addEventListener("click", () => press(node));
  return node;
}

function lines(texts, style = "") {
  if (!texts || !texts.length) return null;
  return el("ul", { class: style }, ...texts.map((text) => el("li", { text })));
}

function sessions(rows) {
  if (!rows || !rows.length) return null;
  return el(
    "ul",
    {},
    ...rows.map((row) => el("li", {}, `${row.day} ${row.title}`, lines(row.lines))),
  );
}

function fold(title, content) {
  return content ? el("details", {}, el("summary", { text: title }), content) : null;
}
