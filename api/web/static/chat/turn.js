// One turn of the conversation: what the athlete said and, event by event, what the coach answers.

import { refreshApprovals } from "./approval.js";
import { cardElement } from "./cards.js";
import { el, icon, iconButton } from "./dom.js";
import { answerText, liveText, replaceText } from "./answer.js";
import { importCard } from "./uploads.js";

export class Turn {
  /** `context` is {api, t, theme, sources, on: {retry, edit, send, undo, copy}}. */
  constructor(context, { message = "", imports = [] } = {}) {
    this.context = context;
    this.message = message;
    this.running = true;
    this.facts = {};
    this.texts = new Map(); // message id → {element, plain, refs}
    this.steps = new Map(); // tool call id → list item
    this.coach = el("div", { class: "coach" });
    this.waiting = el("div", { class: "thinking", "aria-hidden": "true" }, el("i"), el("i"), el("i"));
    this.element = el("article", { class: "turn" }, this.said(message, imports), this.coach);
    this.coach.append(this.waiting);
  }

  said(message, imports) {
    const { t, on } = this.context;
    const box = el("div", { class: "user" }, el("span", { class: "sr", text: t("you") }));
    for (const item of imports) box.append(importCard(item, this.context));
    if (message) box.append(el("div", { class: "bubble", text: message }));
    if (message) {
      box.append(
        el(
          "div",
          { class: "actions" },
          iconButton("copy", t("copy"), () => on.copy(message)),
          iconButton("edit", t("edit"), () => on.edit(message)),
        ),
      );
    }
    return message || imports.length ? box : "";
  }

  apply({ type, payload }) {
    const handler = HANDLERS[type];
    if (handler) handler(this, payload);
  }

  add(node) {
    this.coach.insertBefore(node, this.waiting.isConnected ? this.waiting : null);
    return node;
  }

  /** Words stand before what illustrates them, although tools bring their pictures first. */
  addWords(node) {
    const picture = this.coach.querySelector(":scope > .card");
    if (!picture) return this.add(node);
    this.coach.insertBefore(node, picture);
    return node;
  }

  finish() {
    this.running = false;
    this.waiting.remove();
    for (const item of this.steps.values()) if (item.firstChild.className === "spin") item.firstChild.remove();
    for (const text of this.texts.values()) text.element.classList.remove("live");
  }

  /** The whole answer as plain text. */
  plain() {
    return [...this.texts.values()].map((text) => text.plain).join("\n\n");
  }

  /** Another turn follows: what was asked here is no longer open. */
  past() {
    for (const choices of this.coach.querySelectorAll(":scope > .asked")) choices.remove();
    this.actions({ retry: false });
  }

  actions({ retry }) {
    const { t, on } = this.context;
    this.coach.querySelector(":scope > .actions")?.remove();
    const buttons = [];
    if (this.plain()) buttons.push(iconButton("copy", t("copy"), () => on.copy(this.plain())));
    if (retry) buttons.push(iconButton("retry", t("retry"), () => on.retry(this)));
    if (buttons.length) this.coach.append(el("div", { class: "actions" }, ...buttons));
  }

  notice(text, kind = "") {
    return this.add(el("p", { class: `notice ${kind}`, text }));
  }

  ask({ text, choices }) {
    const buttons = (choices || []).map(({ label }) =>
      el("button", { type: "button", class: "button", text: label, onclick: () => this.context.on.send(label) }),
    );
    // The sentence streams as the answer's text too; shown here only when it did not.
    const heard = text && this.plain().includes(text);
    const about = heard ? null : el("p", { text });
    this.add(el("div", { class: "choices asked", role: "group", "aria-label": text }, about, ...buttons));
  }

  undo({ undoId, text }) {
    const { t, on } = this.context;
    const button = el("button", { type: "button", class: "button", text: t("undo") });
    const box = this.add(el("div", { class: "choices" }, text ? el("p", { text }) : null, button));
    button.addEventListener("click", async () => {
      button.disabled = true;
      const problem = await on.undo(undoId);
      if (problem) button.disabled = false;
      box.append(el("p", { role: "status", text: problem || t("undone") }));
    });
  }
}

const CUSTOM = {
  card: (turn, value) => turn.add(cardElement(value, turn.context)),
  facts: (turn, value) => Object.assign(turn.facts, value),
  question: (turn, value) => turn.ask(value),
  notice: (turn, value) => turn.notice(value.text),
  replace: (turn, value) => replaceText(turn, value),
  red_flag: (turn) => turn.coach.classList.add("red-flag"),
  undo: (turn, value) => turn.undo(value),
};

const HANDLERS = {
  TOOL_CALL_START(turn, { toolCallId, title, toolCallName }) {
    let list = turn.coach.querySelector(":scope > .steps");
    if (!list) list = turn.add(el("ul", { class: "steps" }));
    const item = el("li", {}, el("span", { class: "spin" }), title || toolCallName);
    turn.steps.set(toolCallId, item);
    list.append(item);
  },
  TOOL_CALL_END(turn, { toolCallId, ok }) {
    const item = turn.steps.get(toolCallId);
    if (!item) return;
    item.className = ok ? "done" : "failed";
    item.firstChild.replaceWith(icon(ok ? "done" : "warn"));
  },
  TEXT_MESSAGE_START: (turn, { messageId }) => liveText(turn, messageId),
  TEXT_MESSAGE_CONTENT: (turn, { messageId, delta, refs }) => liveText(turn, messageId, delta, refs),
  TEXT_MESSAGE_END: (turn, { messageId, html }) => answerText(turn, messageId, html),
  CUSTOM(turn, { name, value }) {
    if (name in CUSTOM) CUSTOM[name](turn, value);
  },
  RUN_FINISHED(turn, { stopped }) {
    turn.finish();
    refreshApprovals();
    if (stopped) turn.notice(turn.context.t("stopped"));
  },
  RUN_ERROR(turn, { message, code }) {
    turn.finish();
    turn.notice(message || turn.context.t(code === "interrupted" ? "interrupted" : "failed"), "error");
  },
};
