// The page of numbers: each panel asks its tool when it comes into view.

import { el } from "./chat/dom.js";
import { api, tell } from "./told.js";

const seen = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      seen.unobserve(target);
      tell(target.querySelector(".answer"), target.dataset.tool, JSON.parse(target.dataset.arguments));
    }
  },
  { rootMargin: "300px" },
);
for (const panel of document.querySelectorAll("[data-tool]")) seen.observe(panel);

// While numbers are computed anew in the background, say so and how far it is.
const notice = document.querySelector("#progress");
const POLL_MS = 2000;
let wasBusy = false;

async function progress() {
  const { work } = await api.get("/api/v1/progress").catch(() => ({ work: [] }));
  const busy = work.filter((each) => !each.finished_at && each.done < each.total);
  notice.hidden = busy.length === 0;
  for (const { done, total } of busy) {
    const said = notice.dataset.said.replace("{done}", done).replace("{total}", total);
    notice.replaceChildren(said, el("progress", { value: done, max: total, "aria-label": said }));
  }
  if (busy.length) setTimeout(progress, POLL_MS);
  else if (wasBusy) location.reload(); // what stands here was computed before
  wasBusy = busy.length > 0;
}
progress();
