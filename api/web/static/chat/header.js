// The bar above a conversation: its title and what can be done with it.

import { el, iconButton } from "./dom.js";

export class Header {
  /** `on` is {side(), renamed(title), deleted(), create()}. */
  constructor({ api, t }, on) {
    this.api = api;
    this.t = t;
    this.on = on;
    this.thread = null;
    this.title = el("h1");
    this.more = iconButton("more", t("thread_menu"), () => this.toggle(), {
      class: "icon dots",
      "aria-haspopup": "menu",
      "aria-expanded": "false",
    });
    this.menu = el(
      "div",
      { class: "menu", role: "menu", hidden: true },
      this.item("rename", () => this.rename()),
      this.item("export_md", () => this.download("md")),
      this.item("export_json", () => this.download("json")),
      this.item("delete_thread", (event) => this.remove(event.currentTarget), "danger"),
    );
    this.way = iconButton("menu", t("conversations"), () => on.side(), { class: "icon narrow" });
    this.element = el(
      "header",
      { class: "top" },
      this.way,
      this.title,
      iconButton("plus", t("new_thread"), () => on.create(), { class: "icon narrow" }),
      this.more,
      this.menu,
    );
    this.element.addEventListener("keydown", (event) => this.key(event));
    this.element.addEventListener("focusout", (event) => {
      if (!this.menu.contains(event.relatedTarget) && event.relatedTarget !== this.more) this.toggle(false);
    });
    this.show(null);
  }

  item(key, onclick, kind = "") {
    return el("button", { type: "button", role: "menuitem", class: kind, text: this.t(key), onclick });
  }

  /** The list with the way to the inbox is behind a button where there is little room. */
  unseen(count) {
    this.way.classList.toggle("news", count > 0);
    this.way.setAttribute("aria-label", count ? `${this.t("conversations")}, ${this.t("unseen", { n: count })}` : this.t("conversations"));
  }

  show(thread) {
    this.thread = thread;
    this.title.textContent = thread?.title || this.t("new_thread");
    this.more.hidden = !thread;
    this.toggle(false);
  }

  toggle(open = this.menu.hidden) {
    this.menu.hidden = !open;
    this.more.setAttribute("aria-expanded", String(open));
    this.menu.lastElementChild.textContent = this.t("delete_thread");
    delete this.menu.lastElementChild.dataset.sure;
    if (open) this.menu.firstElementChild.focus();
  }

  key(event) {
    if (this.menu.hidden) return;
    const items = [...this.menu.children];
    const at = items.indexOf(event.target);
    if (event.key === "Escape") {
      this.toggle(false);
      this.more.focus();
    } else if (event.key === "ArrowDown") items[(at + 1) % items.length].focus();
    else if (event.key === "ArrowUp") items[(at - 1 + items.length) % items.length].focus();
    else return;
    event.preventDefault();
  }

  rename() {
    this.toggle(false);
    const field = el("input", { class: "rename", maxlength: "120", "aria-label": this.t("rename") });
    field.value = this.thread.title;
    let open = true;
    const done = async (keep) => {
      if (!open) return;
      open = false; // taking the field away takes its focus, which ends here again
      field.replaceWith(this.title);
      const title = field.value.trim();
      if (!keep || !title || title === this.thread.title) return;
      this.thread = await this.api.patch(`/api/v1/threads/${this.thread.id}`, { title });
      this.show(this.thread);
      this.on.renamed();
    };
    field.addEventListener("blur", () => done(true));
    field.addEventListener("keydown", (event) => {
      if (event.isComposing || event.keyCode === 229) return;
      if (event.key === "Enter" || event.key === "Escape") done(event.key === "Enter");
    });
    this.title.replaceWith(field);
    field.select();
  }

  async download(format) {
    this.toggle(false);
    const file = URL.createObjectURL(await this.api.blob(`/api/v1/threads/${this.thread.id}/export?format=${format}`));
    el("a", { href: file, download: `hanbal-${this.thread.id}.${format}` }).click();
    setTimeout(() => URL.revokeObjectURL(file), 10_000);
  }

  async remove(button) {
    if (!button.dataset.sure) {
      button.dataset.sure = "1";
      button.textContent = this.t("delete_sure");
      return;
    }
    await this.api.delete(`/api/v1/threads/${this.thread.id}`);
    this.on.deleted();
  }
}
