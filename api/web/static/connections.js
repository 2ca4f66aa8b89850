// The page of connections: log in there, watch the progress, take it back. Panels are drawn by the server; this
// swaps in a newer one whenever nobody is typing in it.

import { onSubmit, send } from "./forms.js";

const main = document.querySelector("main");
const { failed } = main.dataset;
const leave = document.querySelector("#leave");
const SOON_MS = 2000; // while something moves
const SELDOM_MS = 20000;

const moving = () =>
  [...document.querySelectorAll(".service")].some((panel) => /working|pending|waiting/.test(panel.dataset.state));

/** Ask for JSON; resolves to [answer, null] or [null, the sentence that says why not]. */
async function ask(method, path, body) {
  try {
    const response = await fetch(path, {
      method,
      credentials: "same-origin",
      headers: body === undefined ? {} : { "content-type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const answer = response.status === 204 ? null : await response.json();
    return response.ok ? [answer, null] : [null, answer.detail || answer.title];
  } catch {
    return [null, failed];
  }
}

function say(panel, text, bad = false) {
  const said = panel.querySelector(".said");
  if (!said) return;
  said.textContent = text;
  said.className = bad ? "said bad" : "said good";
}

const inUse = (panel) =>
  panel.contains(document.activeElement) ||
  panel.dataset.busy !== undefined ||
  panel.querySelector(".address:not([hidden])") !== null ||
  [...panel.querySelectorAll("form input:not([type=checkbox])")].some((input) => input.value);

/** Draw the panels anew as the server sees them now; `force` names one that changed by what was just done. */
async function refresh(force) {
  let text;
  try {
    const response = await fetch(location.pathname, { credentials: "same-origin" });
    if (response.redirected) return location.assign(response.url);
    text = await response.text();
  } catch {
    return; // the next round tries again
  }
  const page = new DOMParser().parseFromString(text, "text/html");
  for (const fresh of page.querySelectorAll(".service")) {
    const panel = document.getElementById(fresh.id);
    if (!panel || (fresh.id !== force && inUse(panel)) || panel.outerHTML === fresh.outerHTML) continue;
    const said = panel.querySelector(".said")?.textContent ?? "";
    panel.replaceWith(fresh);
    if (said && fresh.id !== force) say(fresh, said);
    wire(fresh);
  }
}

function wire(panel) {
  const { service } = panel.dataset;
  for (const form of panel.querySelectorAll("form[data-act]")) {
    const act = form.dataset.act;
    form.addEventListener("submit", () => {
      panel.dataset.busy = "";
      say(form, form.dataset.busy);
    });
    onSubmit(
      form,
      async (fields) => {
        const problem = await send("POST", `/api/v1/auth/${service}/${act}`, fields, failed);
        form.reset(); // a password stays nowhere, not even in the field
        delete panel.dataset.busy;
        // A refused login stands in the panel from now on; saying it twice would be once too often.
        if (problem && act === "login") await refresh(service);
        return problem;
      },
      () => refresh(service),
    );
  }
  for (const button of panel.querySelectorAll("[data-act]:not(form)")) {
    const act = ACTS[button.dataset.act];
    button.addEventListener(button.type === "checkbox" ? "change" : "click", () => act(panel, service, button));
  }
}

async function tick(panel, service, box) {
  const wish = { [box.dataset.act]: box.checked };
  const [, problem] = await ask("PATCH", `/api/v1/connections/${service}`, wish);
  if (problem) box.checked = !box.checked;
  say(panel, problem ?? "", Boolean(problem));
  box.blur();
}

const ACTS = {
  async sync(panel, service, button) {
    button.disabled = true;
    const [, problem] = await ask("POST", "/api/v1/ingest/run", { provider: service });
    say(panel, problem ?? button.dataset.said, Boolean(problem));
    button.disabled = false;
    button.blur();
    setTimeout(() => refresh(), 600);
  },

  upload: tick,
  workouts: tick,

  async address(panel, service, button) {
    button.disabled = true;
    const [made, problem] = await ask("POST", `/api/v1/connections/${service}/address`);
    button.disabled = false;
    if (problem) return say(panel, problem, true);
    const shown = panel.querySelector(".address");
    shown.hidden = false;
    shown.querySelector("[name=address]").value = made.address;
    shown.querySelector("[name=secret]").value = made.secret;
    const script = shown.querySelector("[name=script]");
    if (script) {
      const [answer, failing] = await ask("GET", `/api/v1/connections/${service}/script`);
      script.value = failing ?? answer.script.replace(answer.placeholder, made.secret);
    }
    for (const field of shown.querySelectorAll("input, textarea")) {
      field.addEventListener("focus", async () => {
        field.select();
        const copied = shown.querySelector(".copied");
        await navigator.clipboard?.writeText(field.value).then(
          () => (copied.textContent = copied.dataset.said),
          () => {}, // selected, so it can be copied by hand
        );
      });
    }
    button.hidden = true;
  },

  // Not a form: a form may not lead to another site, even by way of ours.
  allow(panel, service) {
    const write = panel.querySelector("[name=write]")?.checked ?? false;
    location.assign(`/api/v1/${service}/connect?write=${write}`);
  },

  leave(panel, service) {
    if (panel.dataset.state === "pending") {
      ask("DELETE", `/api/v1/connections/${service}`).then(() => refresh(service));
      return;
    }
    leave.querySelector("#leave-title").textContent = panel.dataset.title;
    leave.returnValue = "";
    leave.addEventListener(
      "close",
      async () => {
        if (!leave.returnValue) return;
        const remove = leave.returnValue === "delete";
        const [, problem] = await ask("DELETE", `/api/v1/connections/${service}?delete_data=${remove}`);
        if (problem) return say(panel, problem, true);
        await refresh(service);
      },
      { once: true },
    );
    leave.showModal();
  },
};

for (const panel of document.querySelectorAll(".service")) wire(panel);

for (const button of document.querySelectorAll("[data-job]")) {
  button.addEventListener("click", async () => {
    button.disabled = true;
    const [, problem] = await ask("POST", `/api/v1/jobs/${button.dataset.job}/retry`);
    if (!problem) return button.closest("li").remove();
    button.disabled = false;
    say(button.closest(".panel"), problem, true);
  });
}

const sources = document.querySelector("#sources");
sources.addEventListener("change", async (event) => {
  const row = event.target.closest("[data-source]");
  if (!row) return;
  const keep = row.querySelector("[name=keep_days]").value;
  const [answer, problem] = await ask("PUT", `/api/v1/sources/${row.dataset.source}`, {
    to_model: row.querySelector("[name=to_model]").checked,
    to_others: row.querySelector("[name=to_others]").checked,
    keep_days: keep ? Number(keep) : null,
  });
  say(sources, problem ?? [answer.warning, ...answer.consequences].filter(Boolean).join(" "), Boolean(problem));
});

for (;;) {
  await new Promise((wake) => setTimeout(wake, moving() ? SOON_MS : SELDOM_MS));
  if (!document.hidden && !leave.open) await refresh();
}
