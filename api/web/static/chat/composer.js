// The writing box: words, files, send and stop.

import { el, icon, iconButton } from "./dom.js";
import { Upload } from "./uploads.js";

export class Composer {
  /** `on` is {send(message, importIds), stop(), threadId()}. */
  constructor(context, accept, on) {
    this.context = context;
    this.on = on;
    this.uploads = [];
    this.running = false;
    const { t } = context;
    this.text = el("textarea", {
      rows: "1",
      placeholder: t("placeholder"),
      "aria-label": t("placeholder"),
      maxlength: "8000",
      enterkeyhint: "send",
      oninput: () => this.fit(),
      onkeydown: (event) => this.key(event),
      onpaste: (event) => this.paste(event),
    });
    this.picker = el("input", { type: "file", multiple: true, accept, hidden: true, onchange: () => this.picked() });
    this.send = el("button", { type: "submit", class: "send", "aria-label": t("send"), title: t("send") }, icon("send"));
    this.stop = el("button", { type: "button", class: "send", "aria-label": t("stop"), title: t("stop") }, icon("stop"));
    this.stop.addEventListener("click", () => on.stop());
    this.chips = el("div", { class: "attached" });
    this.element = el(
      "form",
      { class: "composer", onsubmit: (event) => this.submit(event) },
      this.chips,
      el("div", { class: "row" }, iconButton("clip", t("attach"), () => this.picker.click()), this.text, this.send, this.stop),
      this.picker,
    );
    this.show();
  }

  /** Enter sends, shift+Enter breaks the line; Enter that ends the composing of a Korean syllable does neither. */
  key(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    this.submit(event);
  }

  async submit(event) {
    event.preventDefault();
    if (this.running || this.sending) return;
    const uploads = this.uploads.filter((upload) => !upload.failed);
    const message = this.text.value.trim();
    if (!message && !uploads.length) return;
    this.sending = true;
    this.show();
    try {
      await Promise.all(uploads.map((upload) => upload.sent));
      const ids = uploads.map((upload) => upload.id).filter((id) => id !== null);
      if (!message && !ids.length) return;
      if (await this.on.send(message || this.context.t("sent_files"), ids)) this.clear();
    } finally {
      this.sending = false;
      this.show();
    }
  }

  clear() {
    this.uploads = [];
    this.chips.replaceChildren();
    this.set("");
  }

  set(text) {
    this.text.value = text;
    this.fit();
  }

  edit(text) {
    this.set(text);
    this.text.focus();
    this.text.setSelectionRange(text.length, text.length);
  }

  fit() {
    if (!CSS.supports("field-sizing", "content")) {
      this.text.style.height = "auto";
      this.text.style.height = `${Math.min(this.text.scrollHeight, 192)}px`;
    }
    this.show();
  }

  run(running) {
    this.running = running;
    this.show();
  }

  show() {
    this.send.hidden = this.running;
    this.stop.hidden = !this.running;
    this.send.disabled = this.sending || (!this.text.value.trim() && !this.uploads.some((upload) => !upload.failed));
  }

  picked() {
    this.attach([...this.picker.files]);
    this.picker.value = "";
  }

  paste(event) {
    const files = [...(event.clipboardData?.files || [])];
    if (!files.length) return;
    event.preventDefault();
    this.attach(files);
  }

  attach(files) {
    if (!files.length) return;
    const upload = new Upload(files, this.on.threadId(), this.context, (changed, what) => {
      if (what === "removed") {
        this.uploads = this.uploads.filter((other) => other !== changed);
        changed.element.remove();
      }
      this.show();
    });
    this.uploads.push(upload);
    this.chips.append(upload.element);
    this.show();
    this.text.focus();
  }
}
