// <hanbal-chat>: the whole conversation as one element.
//
//   <script type="module" src="https://coach.example/static/hanbal-chat.js"></script>
//   <hanbal-chat src="https://coach.example" token="…"></hanbal-chat>
//
// Attributes: `src` the coach's address (default: where this module came from) · `token` a widget token for
// another site · `layout="page"` shows the list of conversations beside it · `thread` opens one · `theme`
// light or dark, else the system's. Events: `hanbal-thread` {id} and `hanbal-login` (the session ended).

import { Api } from "./chat/api.js";
import { Chat } from "./chat/chat.js";
import { el } from "./chat/dom.js";

const HERE = new URL("../", import.meta.url).href;

async function sheet(name) {
  const style = new CSSStyleSheet();
  const response = await fetch(new URL(name, import.meta.url));
  return style.replace(await response.text());
}

const styles = Promise.all([sheet("theme.css"), sheet("chat/chat.css")]);

class HanbalChat extends HTMLElement {
  static observedAttributes = ["src", "token"];

  constructor() {
    super();
    this.attachShadow({ mode: "open" });
    this.chat = null;
    this.attempt = 0;
  }

  connectedCallback() {
    this.start();
  }

  disconnectedCallback() {
    this.attempt += 1;
    this.chat?.close();
    this.chat = null;
  }

  attributeChangedCallback(name, before, now) {
    if (!this.isConnected || before === now) return;
    if (name === "token" && this.chat && now) this.chat.api.token = now; // a fresh token, the same conversation
    else this.start();
  }

  async start() {
    const attempt = ++this.attempt;
    this.chat?.close();
    this.chat = null;
    const api = new Api(this.getAttribute("src") || HERE, this.getAttribute("token") || "");
    try {
      const [sheets, session] = await Promise.all([styles, api.get("/api/v1/session")]);
      if (attempt !== this.attempt) return;
      this.shadowRoot.adoptedStyleSheets = sheets;
      this.chat = new Chat(this, api, session);
      await this.chat.open(Number(this.getAttribute("thread")) || null);
    } catch (error) {
      if (attempt !== this.attempt) return;
      if (error.status === 401) this.dispatchEvent(new CustomEvent("hanbal-login", { bubbles: true, composed: true }));
      this.shadowRoot.replaceChildren(el("p", { role: "alert", text: error.message }));
    }
  }
}

customElements.define("hanbal-chat", HanbalChat);
