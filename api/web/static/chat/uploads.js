// Files on their way in, and what became of each.

import { el, icon, iconButton } from "./dom.js";

const SHOWN = 8;

/** Files being sent from the writing box. `id` is the import's number once the server has the files. */
export class Upload {
  constructor(files, threadId, context, onChange) {
    this.context = context;
    this.id = null;
    this.failed = false;
    const { t } = context;
    this.bar = el("progress", { max: 1, value: 0, "aria-label": t("uploading") });
    this.title = el("span", { text: t("uploading_n", { n: files.length }) });
    this.close = iconButton("close", t("remove"), () => onChange(this, "removed"));
    this.element = el("section", { class: "card upload" }, el("header", {}, icon("drop"), this.title, this.close), this.bar);
    this.sent = this.send(files, threadId, onChange);
  }

  async send(files, threadId, onChange) {
    const { api, t } = this.context;
    try {
      const answer = await api.upload(files, threadId, (share) => {
        this.bar.value = share;
      });
      this.id = answer.import_id;
      const card = importCard(this.id, this.context);
      card.querySelector("header").append(this.close);
      this.element.replaceWith(card);
      this.element = card;
    } catch (error) {
      this.failed = true;
      this.bar.remove();
      this.title.textContent = error.status ? error.message : t("upload_failed");
      this.element.classList.add("failed");
    }
    onChange(this, "sent");
  }
}

/** Make the card of an import; it looks again until every file has its outcome. */
export function importCard(id, context) {
  const { t } = context;
  const title = el("span", { text: t("reading_files") });
  const bar = el("progress", { "aria-label": t("reading_files") });
  const list = el("ul", { class: "files" });
  const card = el("section", { class: "card import", "aria-live": "off" }, el("header", {}, icon("drop"), title), list, bar);
  watch(id, context, { card, title, bar, list });
  return card;
}

async function watch(id, { api, t, on }, { card, title, bar, list }) {
  let wait = 300;
  for (let failed = 0; failed < 5; ) {
    try {
      const state = await api.get(`/api/v1/imports/${id}`);
      failed = 0;
      if (state.total) {
        bar.max = state.total;
        bar.value = state.done;
      }
      title.textContent = t("reading_files_of", { done: state.done, total: state.total || "…" });
      if (state.state === "done" || state.state === "failed") {
        bar.remove();
        const { items } = await api.get(`/api/v1/imports/${id}/items?limit=200`);
        title.textContent = state.summary;
        list.replaceChildren(...items.slice(0, SHOWN).map((item) => line(item, api)));
        if (items.length > SHOWN) more(list, items, api, t);
        card.dataset.state = state.state;
        on?.imported?.(state);
        return;
      }
    } catch (error) {
      if (error.status && error.status < 500) {
        bar.remove();
        title.textContent = error.message;
        return;
      }
      failed += 1;
    }
    await new Promise((resolve) => setTimeout(resolve, wait));
    wait = Math.min(wait * 1.4, 2000);
  }
  bar.remove();
  title.textContent = t("upload_failed");
}

function line(item, api) {
  const good = item.outcome === "imported" || item.outcome === "merged";
  const bad = item.outcome === "unreadable";
  return el(
    "li",
    {},
    el("span", { class: "name", text: item.file }),
    el("span", { class: good ? "good" : bad ? "bad" : "what", text: item.outcome_text }),
    item.activity_id
      ? el("a", { href: api.url(`/activities/${Number(item.activity_id)}`), target: "_blank", rel: "noopener", text: item.title })
      : null,
    item.reason ? el("span", { class: "what", text: item.reason }) : null,
  );
}

function more(list, items, api, t) {
  const button = el("button", {
    type: "button",
    class: "button",
    text: t("show_all", { n: items.length }),
    onclick: () => list.replaceChildren(...items.map((item) => line(item, api))),
  });
  list.append(el("li", {}, button));
}
