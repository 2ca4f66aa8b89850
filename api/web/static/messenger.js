// Telegram on the settings page: a QR code to link a chat by, a code typed from there, and the end of it.

import { onSubmit, send } from "./forms.js";

const failed = document.querySelector("main").dataset.failed;
const panel = document.querySelector("#messenger");
const TELEGRAM = "/api/v1/messengers/telegram";
const EVERY_MS = 2000;
const READ_MS = 1500; // what is said at the end must be read before the page is shown anew

function say(where, text, good = false) {
  where.textContent = text;
  where.className = `said ${good ? "good" : "bad"}`;
}

/** Return the SVG element that this text is. */
function element(svg) {
  const parsed = new DOMParser().parseFromString(svg, "image/svg+xml").documentElement;
  return document.importNode(parsed, true);
}

/** Look again and again until the chat is linked, or the time is over. */
async function watch(until, linked, over) {
  while (Date.now() < until) {
    await new Promise((done) => setTimeout(done, EVERY_MS));
    if (document.hidden) continue;
    const now = await fetch(TELEGRAM)
      .then((answer) => (answer.ok ? answer.json() : null))
      .catch(() => null);
    if (now?.state === "linked") return linked();
  }
  over();
}

const invite = panel.querySelector("#invite");
let turn = 0; // the newest code is the only one that counts
invite?.addEventListener("click", async () => {
  const said = invite.parentElement.querySelector(".said");
  const box = panel.querySelector("#invitation");
  const about = box.querySelector("[data-valid]");
  invite.disabled = true;
  said.textContent = "";
  const mine = (turn += 1);
  let made;
  try {
    const answer = await fetch(`${TELEGRAM}/code`, { method: "POST", credentials: "same-origin" });
    made = await answer.json();
    if (!answer.ok) return say(said, made.detail || made.title);
  } catch {
    return say(said, failed);
  } finally {
    invite.disabled = false;
  }
  const until = new Date(made.expires_at);
  box.querySelector(".qr").replaceChildren(element(made.qr));
  box.querySelector("a").href = made.url;
  const time = until.toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
  about.textContent = about.dataset.valid.replace("{time}", time);
  box.hidden = false;
  invite.classList.remove("primary");
  invite.textContent = invite.dataset.again;
  watch(
    until.getTime(),
    () => {
      box.hidden = true;
      say(said, said.dataset.done, true);
      setTimeout(() => location.reload(), READ_MS);
    },
    () => {
      if (mine !== turn) return;
      box.hidden = true;
      say(said, about.dataset.over);
    },
  );
});

const claim = panel.querySelector("#claim");
if (claim) {
  onSubmit(
    claim,
    (fields) => send("POST", `${TELEGRAM}/claim`, fields, failed),
    () => setTimeout(() => location.reload(), READ_MS),
  );
}

const unlink = panel.querySelector("#unlink");
unlink?.addEventListener("click", async () => {
  if (unlink.dataset.sure) {
    unlink.textContent = unlink.dataset.sure;
    delete unlink.dataset.sure;
    return;
  }
  unlink.disabled = true;
  const problem = await send("DELETE", TELEGRAM, undefined, failed);
  if (!problem) return location.reload();
  unlink.disabled = false;
  say(panel.querySelector(".said"), problem);
});
