// What the athlete must be told once, in a corner of whichever page they look at next; and what came into the inbox.

const SOON_MS = 30000;
const box = document.createElement("div");
box.className = "notices";
box.setAttribute("role", "status");
document.body.append(box);
const { close, more } = document.querySelector("script[data-notices]").dataset;

function draw(notice) {
  const one = document.createElement("section");
  one.className = `notice ${notice.tone}`;
  one.dataset.notice = notice.id;
  const text = document.createElement("p");
  text.textContent = notice.text;
  one.append(text);
  if (notice.link.startsWith("/")) {
    const link = document.createElement("a");
    link.href = notice.link;
    link.textContent = more;
    one.append(link);
  }
  const away = document.createElement("button");
  away.type = "button";
  away.className = "button";
  away.textContent = close;
  away.addEventListener("click", async () => {
    one.remove();
    await fetch(`/api/v1/notices/${notice.id}`, { method: "DELETE", credentials: "same-origin" }).catch(() => null);
  });
  one.append(away);
  return one;
}

/** How much the coach said first that was not seen yet; whoever shows its conversation hears of it. */
async function lookIntoInbox() {
  const answer = await fetch("/api/v1/inbox/unseen", { credentials: "same-origin" }).catch(() => null);
  if (!answer?.ok) return;
  const { unseen, thread_id: thread, id } = await answer.json();
  const link = document.querySelector("[data-inbox]");
  if (link) {
    link.querySelector(".count")?.remove();
    if (unseen) link.append(Object.assign(document.createElement("span"), { className: "count", textContent: unseen }));
  }
  dispatchEvent(new CustomEvent("hanbal-unseen", { detail: { unseen } }));
  if (id) dispatchEvent(new CustomEvent("hanbal-first", { detail: { thread, id } }));
}

async function look() {
  const answer = await fetch("/api/v1/notices", { credentials: "same-origin" }).catch(() => null);
  if (!answer?.ok) return;
  const { notices } = await answer.json();
  const shown = [...box.children].map((one) => Number(one.dataset.notice));
  if (JSON.stringify(shown) === JSON.stringify(notices.map((notice) => notice.id))) return;
  box.replaceChildren(...notices.map(draw));
}

for (;;) {
  if (!document.hidden) await Promise.all([look(), lookIntoInbox()]);
  await new Promise((wake) => setTimeout(wake, SOON_MS));
}
