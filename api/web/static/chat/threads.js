// The list of conversations, newest first, with search.

import { el, icon, iconButton } from "./dom.js";

export class ThreadList {
  /** `on` is {open(id), create(), close()}. */
  constructor({ api, t, lang, title }, on) {
    this.api = api;
    this.t = t;
    this.on = on;
    this.when = new Intl.DateTimeFormat(lang, { month: "short", day: "numeric" });
    this.current = null;
    this.list = el("ul", { class: "threads" });
    this.search = el("input", { type: "search", class: "search", placeholder: t("search"), "aria-label": t("search"), maxlength: "200" });
    let timer = 0;
    this.search.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(() => this.load(), 200);
    });
    this.inbox = el("a", { href: this.api.url("/inbox") }, icon("inbox"), t("inbox"));
    this.element = el(
      "aside",
      { class: "side", "aria-label": t("conversations") },
      el("div", { class: "brand" }, icon("foot"), title, iconButton("close", t("close"), () => on.close(), { class: "icon narrow" })),
      el("button", { type: "button", class: "button new", onclick: () => on.create() }, icon("plus"), t("new_thread")),
      this.search,
      this.list,
      el(
        "nav",
        { class: "foot" },
        this.inbox,
        el("a", { href: this.api.url("/plan") }, icon("run"), t("plan")),
        el("a", { href: this.api.url("/numbers") }, icon("chart"), t("numbers")),
        el("a", { href: this.api.url("/insights") }, icon("look"), t("insights")),
        el("a", { href: this.api.url("/journal") }, icon("edit"), t("journal")),
        el("a", { href: this.api.url("/connections") }, icon("connect"), t("connections")),
        el("a", { href: this.api.url("/settings") }, icon("settings"), t("settings")),
      ),
    );
  }

  async load() {
    const query = this.search.value.trim();
    this.asked = query;
    const { threads, greet } = await this.api.get(`/api/v1/threads?limit=100${query ? `&q=${encodeURIComponent(query)}` : ""}`);
    if (this.asked !== query) return threads; // a later search was faster
    this.greet = greet;
    this.list.replaceChildren(...threads.map((thread) => this.row(thread)));
    if (!threads.length) {
      this.list.append(el("li", { class: "none", text: this.t(query ? "nothing_found" : "no_threads") }));
    }
    return threads;
  }

  row(thread) {
    const button = el(
      "button",
      { type: "button", onclick: () => this.on.open(thread.id) },
      el("span", { class: "name", text: thread.title || this.t("untitled") }),
      el("time", { datetime: thread.updated_at, text: this.when.format(new Date(thread.updated_at)) }),
    );
    button.dataset.id = thread.id;
    if (thread.id === this.current) button.setAttribute("aria-current", "true");
    return el("li", {}, button);
  }

  /** Say beside the way to the inbox how much is new there. */
  unseen(count) {
    this.inbox.querySelector(".count")?.remove();
    if (count) this.inbox.append(el("span", { class: "count", text: count }));
  }

  mark(id) {
    this.current = id;
    for (const button of this.list.querySelectorAll("button")) {
      if (Number(button.dataset.id) === id) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
    }
  }
}
