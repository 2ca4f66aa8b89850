// A conversation that has not begun: what to do first.

import { el, icon } from "./dom.js";

/** Make the empty state; `session` says whether there is anything to ask about. */
export function welcome({ t, session, api }, { ask, attach }) {
  const empty = session.activities === 0;
  const name = session.athlete.name;
  return el(
    "section",
    { class: "welcome" },
    el("h2", { text: name ? t("hello_name", { name }) : t("hello") }),
    el("p", { text: t(empty ? "welcome_empty" : "welcome") }),
    empty
      ? el(
          "button",
          { type: "button", class: "dropzone", onclick: attach },
          icon("drop"),
          el("span", {}, el("b", { text: t("drop_here") }), t("drop_formats")),
        )
      : null,
    empty ? el("a", { class: "button", href: api.url("/connections") }, icon("connect"), t("connect_first")) : null,
    el(
      "div",
      { class: "prompts", role: "group", "aria-label": t("prompts_label") },
      ...session.prompts.map((text) => el("button", { type: "button", text, onclick: () => ask(text) })),
    ),
  );
}
