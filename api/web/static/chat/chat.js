// The conversation: ties the list, the header, the turns and the writing box to the API.

import { Composer } from "./composer.js";
import { el, icon } from "./dom.js";
import { follow, LAST } from "./follow.js";
import { Header } from "./header.js";
import { Follower } from "./scroll.js";
import { SourcePopover } from "./sources.js";
import { translator } from "./texts.js";
import { ThreadList } from "./threads.js";
import { Turn } from "./turn.js";
import { welcome } from "./welcome.js";

export class Chat {
  /** `host` is the element; the tree is built in its shadow root. */
  constructor(host, api, session) {
    this.host = host;
    this.api = api;
    this.session = session;
    this.t = translator(session.texts);
    this.root = host.shadowRoot;
    this.thread = null;
    this.turns = [];
    this.watching = new AbortController();
    this.build();
  }

  build() {
    const { t, api, root, session } = this;
    const paged = this.host.getAttribute("layout") === "page";
    this.context = {
      api,
      t,
      session,
      theme: () => this.host.getAttribute("theme"),
      on: {
        copy: (text) => this.copy(text),
        edit: (text) => this.composer.edit(text),
        retry: (turn) => this.retry(turn),
        send: (text) => this.send(text),
        undo: (id) => this.undo(id),
        imported: () => this.imported(),
      },
    };
    const on = { open: (id) => this.open(id), create: () => this.create(), close: () => this.side(false) };
    this.list = new ThreadList({ api, t, lang: session.lang, title: t("brand") }, on);
    this.header = new Header(this.context, {
      side: () => this.side(true),
      create: () => this.create(),
      renamed: () => this.list.load(),
      deleted: () => this.create(),
    });
    this.log = el("div", { class: "log", role: "log", "aria-live": "off", "aria-label": t("conversation") });
    this.box = el("div", { class: "scroll", tabindex: "-1" }, this.log);
    this.latest = el("button", { type: "button", class: "button latest", text: t("latest"), hidden: true });
    this.status = el("p", { class: "status", role: "status", hidden: true });
    this.announced = el("div", { class: "sr", "aria-live": "polite" });
    this.composer = new Composer(this.context, session.accept, {
      send: (text, imports) => this.send(text, imports),
      stop: () => this.stop(),
      threadId: () => this.thread?.id,
    });
    this.dropping = el("div", { class: "dropping", hidden: true }, icon("drop"), t("drop_now"));
    const below = el("div", { class: "below" }, this.latest, this.status, this.composer.element);
    const main = el("main", { class: "main" }, this.header.element, this.box, below, this.dropping, this.announced);
    const veil = el("button", { type: "button", class: "veil", "aria-label": t("close"), onclick: () => this.side(false) });
    this.app = el("div", { class: paged ? "app paged" : "app" }, this.list.element, veil, main);
    root.replaceChildren(this.app);
    this.context.sources = new SourcePopover(this.app, api, t);
    this.follower = new Follower(this.box, this.log, this.latest);
    this.acceptDrops(main);
    this.app.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.app.classList.contains("side-open")) this.side(false);
      else if (event.key === "Escape" && this.composer.running && !event.isComposing) this.stop();
    });
  }

  acceptDrops(main) {
    let depth = 0;
    const carries = (event) => [...(event.dataTransfer?.types || [])].includes("Files");
    const show = (change) => {
      depth = Math.max(0, depth + change);
      this.dropping.hidden = depth === 0;
    };
    main.addEventListener("dragenter", (event) => carries(event) && show(1));
    main.addEventListener("dragleave", (event) => carries(event) && show(-1));
    main.addEventListener("dragover", (event) => carries(event) && event.preventDefault());
    main.addEventListener("drop", (event) => {
      if (!carries(event)) return;
      event.preventDefault();
      show(-depth);
      this.composer.attach([...event.dataTransfer.files]);
    });
  }

  side(open) {
    this.app.classList.toggle("side-open", open);
    if (open) this.list.search.focus();
    else if (this.root.activeElement && this.list.element.contains(this.root.activeElement)) this.composer.text.focus();
  }

  /** Show a conversation: the given one, else the newest, else one that the coach opens. */
  open(id) {
    this.opened = this.load(id);
    return this.opened;
  }

  async load(id) {
    const threads = await this.list.load();
    this.side(false);
    if (!id && this.list.greet) return this.greet();
    return this.show(id || threads[0].id);
  }

  async greet() {
    const { thread_id: id } = await this.api.post("/api/v1/threads", { tz: zone() });
    await this.list.load();
    return this.show(id);
  }

  /** How much the coach said first that was not seen yet. */
  unseen(count) {
    this.list.unseen(count);
    this.header.unseen(count);
  }

  /** The coach said something first: show it, unless something is being said or written here. True when it was seen. */
  async heard({ thread, id }) {
    if (this.running || this.composer.text.value) return false;
    if (thread !== this.thread?.id) {
      await this.list.load().catch(() => {});
      return false;
    }
    if (!this.turns.some((turn) => turn.texts.has(`first-${id}`))) await this.show(thread);
    const seen = await this.api.post(`/api/v1/inbox/${id}/seen`, {}).then(() => true, () => false);
    if (seen) this.unseen(0); // and all before it
    return seen;
  }

  async show(id) {
    this.leave();
    try {
      const { thread, turns, earlier } = await this.api.get(`/api/v1/threads/${id}`);
      this.enter(thread);
      this.earlier(earlier);
      for (const stored of turns) this.replay(stored);
      const [last] = turns.slice(-1);
      if (last && !this.turns.at(-1).ended) this.watch(this.turns.at(-1), last.last_seq);
      if (!turns.length) this.log.append(this.empty());
      this.lastActions();
    } catch (error) {
      if (error.status !== 404) throw error;
      this.create();
    }
    this.follower.toEnd();
    this.composer.text.focus({ preventScroll: true });
  }

  create() {
    this.leave();
    this.enter(null);
    this.log.append(this.empty());
    this.side(false);
    this.list.load();
    this.composer.text.focus();
  }

  leave() {
    this.watching.abort();
    this.watching = new AbortController();
    this.turns = [];
    this.log.replaceChildren();
    this.say("");
    this.composer.run(false);
  }

  enter(thread) {
    this.thread = thread;
    this.header.show(thread);
    this.list.mark(thread?.id ?? null);
    this.host.dispatchEvent(new CustomEvent("hanbal-thread", { detail: { id: thread?.id ?? null }, bubbles: true, composed: true }));
  }

  empty() {
    return welcome(this.context, { ask: (text) => this.send(text), attach: () => this.composer.picker.click() });
  }

  earlier(before) {
    if (!before) return;
    const button = el("button", { type: "button", class: "button earlier", text: this.t("earlier") });
    button.addEventListener("click", async () => {
      button.disabled = true;
      const { turns, earlier } = await this.api.get(`/api/v1/threads/${this.thread.id}?before=${before}`);
      const from = this.box.scrollHeight - this.box.scrollTop;
      const marker = button.nextSibling;
      button.remove();
      for (const stored of turns) {
        const turn = this.stored(stored);
        turn.past();
        this.log.insertBefore(turn.element, marker);
      }
      this.earlier(earlier);
      this.box.scrollTop = this.box.scrollHeight - from;
    });
    this.log.prepend(button);
  }

  /** Rebuild a turn from its stored events, the same way as it was built while it streamed. */
  stored({ run_id: runId, message, attachments, events, state }) {
    const turn = new Turn(this.context, { message, imports: attachments || [] });
    turn.runId = runId;
    for (const event of events) turn.apply(event);
    // A page may be asked for between an answer's end and the storing of its last words.
    turn.ended = LAST.has(events.at(-1)?.type);
    if (state !== "running") turn.finish();
    return turn;
  }

  replay(stored) {
    const turn = this.stored(stored);
    this.turns.push(turn);
    this.log.append(turn.element);
  }

  /** Say something; false when it could not be sent and stays in the box. */
  async send(message, imports = []) {
    if (this.composer.running || this.starting) return false;
    this.starting = true;
    await this.opened.catch(() => {}); // said before the conversation was there: it belongs to it all the same
    this.key ??= { text: message, key: clientKey() };
    if (this.key.text !== message) this.key = { text: message, key: clientKey() };
    try {
      const started = await this.api.post("/api/v1/runs", {
        message,
        thread_id: this.thread?.id ?? null,
        client_key: this.key.key, // the same when the answer to the first attempt was lost
        tz: zone(),
        attachments: imports,
      });
      this.key = null;
      this.begin(started, message, imports);
      return true;
    } catch (error) {
      this.say(error.status ? error.message : this.t("not_sent"));
      if (!this.composer.text.value) this.composer.set(message);
      return false;
    } finally {
      this.starting = false;
    }
  }

  begin({ run_id: runId, thread_id: threadId }, message, imports) {
    this.say("");
    this.log.querySelector(".welcome")?.remove();
    const turn = new Turn(this.context, { message, imports });
    turn.runId = runId;
    for (const other of this.turns) other.past();
    this.turns.push(turn);
    this.log.append(turn.element);
    if (this.thread?.id !== threadId) this.enter({ id: threadId, title: message.slice(0, 60) });
    this.follower.toEnd();
    this.watch(turn, 0);
  }

  async watch(turn, after) {
    const { signal } = this.watching;
    this.composer.run(turn.running); // a stored turn may lack only its last words
    this.running = turn;
    try {
      await follow(this.api, turn.runId, {
        after,
        signal,
        onEvent: (event) => turn.apply(event),
        onLine: (up) => this.say(up ? "" : this.t("reconnecting"), !up),
      });
    } catch (error) {
      turn.finish();
      turn.notice(error.message, "error");
      if (error.status === 401) this.host.dispatchEvent(new CustomEvent("hanbal-login", { bubbles: true, composed: true }));
    }
    if (signal.aborted) return;
    this.composer.run(false);
    this.running = null;
    this.lastActions();
    this.announced.textContent = `${this.t("coach_said")} ${turn.plain()}`;
    const threads = await this.list.load().catch(() => []);
    const thread = threads.find((other) => other.id === this.thread?.id);
    if (thread && !signal.aborted) this.enter(thread);
  }

  lastActions() {
    for (const turn of this.turns) {
      if (turn !== this.turns.at(-1)) turn.past();
      else if (!turn.running) turn.actions({ retry: Boolean(turn.runId) }); // nobody asked for what was said first
    }
  }

  async stop() {
    if (!this.running) return;
    await this.api.post(`/api/v1/runs/${this.running.runId}/stop`).catch((error) => this.say(error.message));
  }

  async retry(turn) {
    if (this.composer.running) return;
    try {
      this.begin(await this.api.post(`/api/v1/runs/${turn.runId}/retry`), "", []);
    } catch (error) {
      this.say(error.status ? error.message : this.t("not_sent"));
    }
  }

  async undo(id) {
    try {
      await this.api.post(`/api/v1/edits/${id}/undo`);
      return "";
    } catch (error) {
      return error.status ? error.message : this.t("not_sent");
    }
  }

  async imported() {
    if (this.session.activities === 0) this.session = this.context.session = await this.api.get("/api/v1/session");
  }

  async copy(text) {
    try {
      await navigator.clipboard.writeText(text);
      this.say(this.t("copied"));
    } catch {
      this.say(this.t("copy_failed"));
    }
    setTimeout(() => this.say(""), 2000);
  }

  say(text, spinning = false) {
    this.status.hidden = !text;
    this.status.replaceChildren(spinning ? el("span", { class: "spin" }) : "", text);
  }

  close() {
    this.watching.abort();
  }
}

function zone() {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** A key that names one attempt to say something. (`randomUUID` exists only over https and on this machine.) */
function clientKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
