// The page of one activity: its charts.

import { Api } from "./chat/api.js";
import { chart } from "./chat/chart.js";
import { translator } from "./chat/texts.js";
import { send } from "./forms.js";

const restore = document.querySelector("#restore");
restore?.addEventListener("click", async () => {
  const { edit, unreachable } = restore.dataset;
  const problem = await send("POST", `/api/v1/edits/${edit}/undo`, undefined, unreachable);
  if (problem) restore.parentElement.querySelector(".said").textContent = problem;
  else location.reload();
});

const api = new Api(location.origin);
const { texts } = await api.get("/api/v1/session");
const t = translator(texts);

for (const plot of document.querySelectorAll(".plot")) {
  const { title, spec, picture } = plot.dataset;
  chart(plot, { title, spec_url: spec, png_url: picture }, { api, t, theme: () => null });
}
