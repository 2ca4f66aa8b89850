// A number in an answer opens to what it is, how it was computed and what it rests on.

import { el, iconButton } from "./dom.js";

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
    root.addEventListener("scroll", () => this.close(), { capture: true, passive: true });
    addEventListener("resize", () => this.close());
  }

  /** Make the number `text` a button; `lookup` gives its fact, null is a number that nothing proves. */
  number(text, lookup) {
    const button = el("button", {
      type: "button",
      class: lookup ? "ref" : "ref unverified",
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
      el("p", { class: "value", text: fact?.text || text }),
      el("dl", {}, ...(fact ? this.rows(fact) : [el("dd", { text: this.t("unverified_why") })])),
      iconButton("close", this.t("close"), () => this.close(true)),
    );
    this.box.hidden = false;
    const at = button.getClientRects()[0];
    const { width, height } = this.box.getBoundingClientRect();
    const left = Math.max(12, Math.min(at.left, innerWidth - width - 12));
    const below = at.bottom + 8 + height < innerHeight;
    this.box.style.left = `${left}px`;
    this.box.style.top = `${Math.max(12, below ? at.bottom + 8 : at.top - height - 8)}px`;
    this.box.querySelector(".icon").focus();
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
    const subject = typeof fact.subject === "string" ? fact.subject : fact.subject?.label;
    if (subject) row("source_about", subject);
    if (fact.how) row("source_how", fact.how);
    const activities = (fact.activities || []).slice(0, 12);
    if (activities.length) {
      row("source_activities", ...activities.map((activity) => this.link(activity)), this.more(fact.activities));
    }
    if (fact.sources?.length) row("source_from", fact.sources.join(", "));
    if (fact.provisional) row("source_note", this.t("source_provisional"));
    if (fact.estimated) row("source_note", this.t("source_estimated"));
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
