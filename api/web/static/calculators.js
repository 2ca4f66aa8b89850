// The calculators: plain numbers in, an answer in words.

import { el } from "./chat/dom.js";
import { tell } from "./told.js";

const which = document.querySelector("#which");
const forms = [...document.querySelectorAll(".calculator")];

function choose(name) {
  for (const form of forms) form.hidden = form.dataset.name !== name;
  which.value = name;
}
which.addEventListener("change", () => {
  choose(which.value);
  history.replaceState(null, "", `#${which.value}`);
});
if (forms.some((form) => form.dataset.name === location.hash.slice(1))) choose(location.hash.slice(1));

const NAMED_M = { "5k": 5000, "10k": 10000, half: 21097.5, 하프: 21097.5, marathon: 42195, 풀: 42195, 풀코스: 42195, mile: 1609.344 };

/** What was typed as the API takes it; undefined when nothing was, NaN when it cannot be read. */
const READ = {
  number: (text) => Number(text.replace(",", ".")),
  // 1:45:30, 24:40, 90
  time: (text) => {
    const parts = text.split(":").map((part) => Number(part.replace(",", ".")));
    return parts.length > 3 ? NaN : parts.reduce((sum, part) => sum * 60 + part, 0);
  },
  // 5000, 5 km, 5k, half
  distance: (text) => {
    const short = text.toLocaleLowerCase().replace(/\s/g, "");
    if (short in NAMED_M) return NAMED_M[short];
    const found = short.match(/^([\d.,]+)(km|k|m|mi)?$/);
    if (!found) return NaN;
    const scale = { km: 1000, k: 1000, mi: 1609.344 }[found[2]] ?? 1;
    return Number(found[1].replace(",", ".")) * scale;
  },
  times: (text) => text.split(/[\s,;]+/).filter(Boolean).map((each) => READ.time(each)),
  list: (text) => text.split(/[\s,;]+/).filter(Boolean).map(Number),
  json: (text) => {
    try {
      return JSON.parse(text);
    } catch {
      return NaN;
    }
  },
  flag: (text) => text === "true",
  text: (text) => text,
};

function inputs(form) {
  const found = {};
  for (const field of form.elements) {
    if (!field.name || field.value.trim() === "") continue;
    const value = READ[field.dataset.kind ?? "text"](field.value.trim());
    const bad = Number.isNaN(value) || (Array.isArray(value) && value.some((each) => Number.isNaN(each)));
    field.setAttribute("aria-invalid", String(bad));
    if (bad) {
      field.focus();
      return null;
    }
    found[field.name] = value;
  }
  return found;
}

for (const form of forms) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const place = form.querySelector(".answer");
    const typed = inputs(form);
    if (typed === null) {
      place.replaceChildren(el("p", { class: "said bad", text: document.querySelector("main").dataset.unread }));
      return;
    }
    const button = form.querySelector("button");
    button.disabled = true;
    await tell(place, "calculate", { name: form.dataset.name, inputs: typed });
    button.disabled = false;
  });
}
