// The page of plans: wishes, proposals, decisions and changes. The server draws; this sends what was chosen.

import { Api } from "./chat/api.js";
import { chart } from "./chat/chart.js";
import { translator } from "./chat/texts.js";

const main = document.querySelector("#plan");
const { failed } = main.dataset;
const unitM = Number(main.dataset.unitM);
const $ = (selector) => document.querySelector(selector);

/** Ask the API: [answer, null], or [null, problem] whose `detail` is a sentence. */
async function ask(method, path, body) {
  try {
    const response = await fetch(path, {
      method,
      credentials: "same-origin",
      headers: body === undefined ? {} : { "content-type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    if (response.status === 401) location.assign("/login");
    const answer = response.status === 204 ? null : await response.json();
    return response.ok ? [answer, null] : [null, answer];
  } catch {
    return [null, { detail: failed }];
  }
}

/** Say in `place` why something did not work, with every rule that stands against it. */
function complain(place, problem) {
  tell(place, problem.detail || problem.title, true);
  const lines = [...(problem.findings ?? []), ...(problem.offer?.change ? [problem.offer] : [])];
  place
    .querySelector(".findings")
    ?.replaceChildren(...lines.map(({ said }) => Object.assign(document.createElement("li"), { textContent: said })));
}

function tell(place, text, bad = false) {
  const said = place.querySelector(".said");
  said.textContent = text;
  said.className = bad ? "said bad" : "said good";
}

/** Show the page anew at one of its parts. */
function showAt(part) {
  history.replaceState(null, "", `${location.pathname}${location.search}${part}`);
  location.reload();
}

// One request per button.

for (const button of document.querySelectorAll("[data-post], [data-delete]")) {
  button.addEventListener("click", async () => {
    const { post, sure } = button.dataset;
    if (sure && !button.dataset.asked) {
      button.dataset.asked = "1";
      return tell(button.closest(".row"), sure, true);
    }
    button.disabled = true;
    const [, problem] = await ask(post ? "POST" : "DELETE", post ?? button.dataset.delete);
    if (!problem) return location.reload();
    button.disabled = false;
    complain(button.closest(".row"), problem);
  });
}

// Decisions.

for (const card of document.querySelectorAll("[data-approval]")) {
  for (const button of card.querySelectorAll("[data-decide]")) {
    button.addEventListener("click", async () => {
      const { approval, sha256, tickFirst } = card.dataset;
      const decision = button.dataset.decide;
      const warnings = [...card.querySelectorAll("[data-warning]")];
      if (decision === "approved" && warnings.some((box) => !box.checked)) {
        warnings.find((box) => !box.checked).focus();
        return tell(card, tickFirst, true);
      }
      const buttons = card.querySelectorAll("button");
      for (const each of buttons) each.disabled = true;
      const acknowledge = warnings.filter((box) => box.checked).map((box) => box.name);
      const body = { decision, sha256, acknowledge };
      const [, problem] = await ask("POST", `/api/v1/approvals/${approval}/decide`, body);
      if (!problem) return showAt("#head");
      for (const each of buttons) each.disabled = false;
      complain(card, problem);
    });
  }
}

// Changes of one workout.

const dialog = $("#change");
let changing = null;

for (const button of document.querySelectorAll("[data-change]")) {
  button.addEventListener("click", () => {
    const { change, title, day, size, by } = button.dataset;
    changing = { uid: change, by };
    $("#change-title").textContent = title;
    dialog.querySelector("[name=day]").value = day;
    const box = dialog.querySelector("[name=size]");
    box.value = size;
    box.max = size;
    dialog.querySelector(".far").hidden = by !== "distance";
    dialog.querySelector(".long").hidden = by === "distance";
    dialog.querySelector("[data-act=shorten]").hidden = !size;
    dialog.querySelector(".findings").replaceChildren();
    tell(dialog, "");
    dialog.showModal();
  });
}

async function change(body) {
  tell(dialog, "…");
  const [, problem] = await ask("PATCH", `/api/v1/workouts/${changing.uid}`, body);
  if (problem) return complain(dialog, problem);
  dialog.close();
  showAt(""); // the card of what was proposed stands at the top
}

const CHANGES = {
  move: (fields) => change({ day: fields.day }),
  shorten: (fields) =>
    change(
      changing.by === "distance"
        ? { distance_m: Math.round(Number(fields.size) * unitM) }
        : { duration_s: Math.round(Number(fields.size) * 60) },
    ),
  ease: () => change({ ease: true }),
  drop: () => change({ drop: true }),
  close: () => dialog.close(),
};

for (const form of dialog.querySelectorAll("form")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    CHANGES[form.dataset.act](Object.fromEntries(new FormData(form)));
  });
}
for (const button of dialog.querySelectorAll("button[data-act]")) {
  button.addEventListener("click", () => CHANGES[button.dataset.act]());
}

// The wish: goal, days, health.

const wish = $("#wish");

function draw() {
  const race = wish.elements.kind.value === "race";
  for (const label of wish.querySelectorAll(".of-race")) label.hidden = !race;
  for (const label of wish.querySelectorAll(".not-race")) label.hidden = race;
  wish.elements.day.required = race;
  $("#other-far").hidden = !race || wish.elements.distance.value !== "other";
}
wish.addEventListener("change", draw);
draw();

/** Read "3:59:00", "3:59" or "45:00" as seconds; null where it is no time. Two parts of a long race are h:mm. */
function seconds(text, metres) {
  const match = /^(?:(\d{1,2}):)?(\d{1,3}):(\d{2})$/.exec(text.trim());
  if (!match) return null;
  const [, h, m, s] = match;
  if (h !== undefined) return Number(h) * 3600 + Number(m) * 60 + Number(s);
  return metres >= 21000 && Number(m) < 10 ? Number(m) * 3600 + Number(s) * 60 : Number(m) * 60 + Number(s);
}

function goalOf(fields) {
  if (fields.kind !== "race") return { kind: fields.kind, weeks: fields.weeks ? Number(fields.weeks) : null };
  const metres = fields.distance === "other" ? Number(fields.far) * unitM : Number(fields.distance);
  const target = fields.target.trim() ? seconds(fields.target, metres) : null;
  if (fields.target.trim() && target === null) throw new Error(wish.dataset.badTime);
  const race = { day: fields.day, distance_m: metres, name: fields.name, target_time_s: target };
  return { kind: "race", race: { ...race, course: { profile: fields.profile } } };
}

function constraintsOf(fields) {
  const week = [0, 1, 2, 3, 4, 5, 6];
  const known = JSON.parse(wish.dataset.constraints);
  const blackouts = known.blackouts.filter((_, i) => `keep_away_${i}` in fields);
  if (fields.away_from) {
    blackouts.push({ start: fields.away_from, end: fields.away_until || fields.away_from, why: "" });
  }
  return {
    ...known,
    max_s: week.map((n) => (fields[`max_${n}`] === "" ? null : Number(fields[`max_${n}`]) * 60)),
    runs_per_week: fields.runs_per_week ? Number(fields.runs_per_week) : null,
    long_day: fields.long_day ? Number(fields.long_day) : null,
    strength_days: week.filter((n) => `strength_${n}` in fields),
    double_days: week.filter((n) => `double_${n}` in fields),
    targets: fields.targets,
    experience: fields.experience || null,
    terrain: fields.terrain,
    track: "track" in fields || null,
    treadmill: "treadmill" in fields || null,
    blackouts,
  };
}

function healthOf(fields) {
  const side = JSON.parse(wish.dataset.health).injury;
  const injury = fields.injury && {
    part: fields.injury,
    since: fields.injury_since || new Date().toLocaleDateString("sv"),
    bone: "bone" in fields,
    pain_free_walk: "pain_free_walk" in fields,
    side: side?.part === fields.injury ? side.side : "",
  };
  return {
    needs_clearance: fields.needs_clearance.split(",").flatMap((one) => one.trim() || []),
    clearance: fields.clearance ? fields.clearance === "yes" : null,
    injury: injury || null,
    ill_since: fields.ill_since || null,
    pregnant: "pregnant" in fields,
    postpartum_since: fields.postpartum_since || null,
    no_period: "no_period" in fields,
  };
}

/** Generate and propose; an offer that came instead of a plan is taken by its button. */
async function make(goal) {
  const offer = wish.querySelector(".offer");
  offer.hidden = true;
  wish.querySelector(".findings").replaceChildren();
  tell(wish, wish.dataset.making);
  const [made, problem] = await ask("POST", "/api/v1/plans/generate", { goal });
  if (problem) {
    complain(wish, problem);
    if (problem.offer?.goal) {
      offer.querySelector("p").textContent = problem.offer.said;
      offer.querySelector("button").onclick = () => make(problem.offer.goal);
      offer.hidden = false;
    }
    return;
  }
  const [, refused] = await ask("POST", `/api/v1/plans/${made.plan.head.id}/propose`);
  if (refused) return complain(wish, refused);
  scrollTo(0, 0);
  showAt("");
}

wish.addEventListener("submit", async (event) => {
  event.preventDefault();
  const fields = Object.fromEntries(new FormData(wish));
  let goal;
  try {
    goal = goalOf(fields);
  } catch (error) {
    return tell(wish, error.message, true);
  }
  const button = wish.querySelector("button.primary");
  button.disabled = true;
  for (const [path, body] of [
    ["/api/v1/constraints", constraintsOf(fields)],
    ["/api/v1/planning-health", healthOf(fields)],
  ]) {
    const [, problem] = await ask("PUT", path, body);
    if (problem) {
      button.disabled = false;
      return complain(wish, problem);
    }
  }
  await make(goal);
  button.disabled = false;
});

// The calendar's address: shown once.

$("#open-feed")?.addEventListener("click", async ({ target }) => {
  target.disabled = true;
  const [made, problem] = await ask("POST", "/api/v1/calendar");
  target.disabled = false;
  const place = $("#elsewhere");
  if (problem) return complain(place, problem);
  const shown = $("#feed-address");
  shown.hidden = false;
  const field = shown.querySelector("input");
  field.value = made.url;
  field.focus();
  field.select();
});

const plots = document.querySelectorAll(".plot");
if (plots.length) {
  const api = new Api(location.origin);
  const { texts } = await api.get("/api/v1/session");
  const t = translator(texts);
  for (const plot of plots) {
    const { title, spec, picture } = plot.dataset;
    chart(plot, { title, spec_url: spec, png_url: picture }, { api, t, theme: () => null });
  }
}
