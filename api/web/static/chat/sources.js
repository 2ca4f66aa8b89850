// A number in an answer opens to what it is, how it was computed and what it rests on; a citation to the
// passage it cites.

import { el, iconButton } from "./dom.js";

const QUOTED = ["passage", "said"]; // words, not a value

export class SourcePopover {
  constructor(root, api, t) {
    this.api = api;
    this.t = t;
    this.box = el("section", { class: "source", role: "dialog", hidden: true });
    this.button = null;
    root.append(this.box);
    root.addEventListener("click", (event) => {
      if (this.button && !event.composedPath().some((n) => n === this.box || n === this.button)) this.close();
    });
    root.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.button) {
        event.stopPropagation();
        this.close(true);
      }
    });
    // Inside the page nothing else knows that a scrolled number is elsewhere.
    // The focus that opened it may itself have scrolled, and told of that late: then the number stayed.
    root.addEventListener("scroll", () => this.moved() && this.close(), { capture: true, passive: true });
    addEventListener("resize", () => this.close());
  }

  /** Make the number `text` a button; `lookup` gives its fact, null is a number that nothing proves. `kind` is
      how it looks: unverified, cite, or quiet. */
  number(text, lookup, kind) {
    const button = el("button", {
      type: "button",
      class: `ref ${kind}`.trim(),
      text,
      "aria-haspopup": "dialog",
      "aria-expanded": "false",
      onclick: () => (this.button === button ? this.close(true) : this.open(button, text, lookup?.())),
    });
    return button;
  }

  open(button, text, fact) {
    this.close();
    this.button = button;
    button.setAttribute("aria-expanded", "true");
    const label = fact ? fact.label : this.t("unverified_title");
    this.box.setAttribute("aria-label", label);
    this.box.replaceChildren(
      el("h2", { text: label }),
      el("p", { class: QUOTED.includes(fact?.kind) ? "quoted" : "value", text: fact?.text || text }),
      el("dl", {}, ...(fact ? this.rows(fact) : [el("dd", { text: this.t("unverified_why") })])),
      iconButton("close", this.t("close"), () => this.close(true)),
    );
    this.box.hidden = false;
    const at = button.getClientRects()[0];
    this.top = at.top;
    const { width, height } = this.box.getBoundingClientRect();
    const left = Math.max(12, Math.min(at.left, innerWidth - width - 12));
    const below = at.bottom + 8 + height < innerHeight;
    this.box.style.left = `${left}px`;
    this.box.style.top = `${Math.max(12, below ? at.bottom + 8 : at.top - height - 8)}px`;
    this.box.querySelector(".icon").focus();
  }

  moved() {
    const top = this.button?.getClientRects()[0]?.top;
    return top === undefined || Math.abs(top - this.top) > 2;
  }

  close(refocus = false) {
    if (!this.button) return;
    this.button.setAttribute("aria-expanded", "false");
    if (refocus) this.button.focus();
    this.button = null;
    this.box.hidden = true;
  }

  rows(fact) {
    const rows = [];
    const row = (key, ...content) => rows.push(el("dt", { text: this.t(key) }), el("dd", {}, ...content));
    if (fact.kind === "passage") return this.passage(fact, row, rows);
    if (fact.about) row("source_about", fact.about);
    const subject = typeof fact.subject === "string" ? fact.subject : fact.subject?.label;
    if (subject) row("source_about", subject);
    if (fact.window) row("source_window", fact.window);
    if (fact.coverage < 1 && fact.coverage !== null) row("source_covers", `${Math.round(fact.coverage * 100)}%`);
    if (fact.how) row("source_how", fact.how);
    if (fact.method) row("source_method", fact.method);
    const activities = (fact.activities || []).slice(0, 12);
    if (activities.length) {
      row("source_activities", ...activities.map((activity) => this.link(activity)), this.more(fact.activities));
    }
    const names = fact.source_names || fact.sources;
    if (names?.length) row("source_from", names.join(", "));
    // Messages stored before caveats were sentences carry the flags only.
    const flags = ["provisional", "estimated"].filter((name) => fact[name]).map((name) => this.t(`source_${name}`));
    for (const caveat of fact.caveats || flags) row("source_note", caveat);
    return rows;
  }

  passage(cite, row, rows) {
    if (cite.citation) row("source_citation", cite.citation);
    if (cite.authority) row("source_authority", cite.authority);
    if (cite.not_for) row("source_not_for", cite.not_for);
    if (cite.checked_on) row("source_checked", cite.checked_on);
    const open = el("a", { href: this.api.url(cite.href), target: "_blank", rel: "noopener", text: this.t("source_open") });
    rows.push(el("dd", { class: "more" }, open));
    return rows;
  }

  link(activity) {
    const id = typeof activity === "object" ? activity.id : activity;
    const title = (typeof activity === "object" && activity.title) || `#${id}`;
    return el("a", { href: this.api.url(`/activities/${Number(id)}`), target: "_blank", rel: "noopener", text: title });
  }

  more(activities) {
    const rest = activities.length - 12;
    return rest > 0 ? this.t("source_more", { n: rest }) : "";
  }
}
