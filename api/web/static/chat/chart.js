// A chart: the server's Vega-Lite spec drawn here, or its picture when that fails.

import { el } from "./dom.js";

const bundles = new Map(); // address → promise of the bundle; a failed fetch may be tried again

function bundle(address) {
  if (!bundles.has(address)) {
    const loading = import(address).then(() => window.vegaEmbed);
    loading.catch(() => bundles.delete(address));
    bundles.set(address, loading);
  }
  return bundles.get(address);
}

async function patiently(attempt, tries = 3) {
  for (let failed = 1; ; failed += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (failed >= tries || (error.status && error.status < 500)) throw error;
      await new Promise((resolve) => setTimeout(resolve, 400 * 2 ** failed));
    }
  }
}

const dark = matchMedia("(prefers-color-scheme: dark)");

/** Draw `card` into `plot`; again when light and dark change. */
export function chart(plot, card, { api, t, theme }) {
  let view = null;
  const draw = async () => {
    plot.replaceChildren(el("div", { class: "waiting", text: t("chart_loading") }));
    const look = theme() || (dark.matches ? "dark" : "light");
    try {
      const [spec, embed] = await Promise.all([
        patiently(() => api.get(themed(card.spec_url, look))),
        patiently(() => bundle(api.url("/api/v1/charts/bundle.js"))),
      ]);
      fit(spec, plot.clientWidth - 24);
      const stage = el("div", { role: "img", "aria-label": card.title });
      plot.replaceChildren(stage);
      view?.finalize();
      view = await embed(stage, spec, {
        ast: true, // no eval: the page's policy forbids it
        actions: false,
        defaultStyle: false,
        renderer: "svg",
        tooltip: tip(plot),
        loader: { load: () => Promise.reject(new Error("charts carry their data")) },
      });
    } catch {
      await picture(look);
    }
  };
  const picture = async (look) => {
    try {
      const image = URL.createObjectURL(await patiently(() => api.blob(themed(card.png_url, look))));
      plot.replaceChildren(el("img", { src: image, alt: card.title, onload: () => URL.revokeObjectURL(image) }));
    } catch {
      const again = el("button", { type: "button", class: "button", text: t("again"), onclick: draw });
      plot.replaceChildren(el("div", { class: "waiting" }, t("chart_failed"), again));
    }
  };
  dark.addEventListener("change", () => plot.isConnected && draw());
  return draw();
}

const TALLEST_MAP_PX = 460;
const MARGIN_PX = 76; // axes and their titles beside the drawing itself

/** Give a spec the width that is there: shrinking the finished picture would make its words too small to read. */
function fit(spec, widthPx) {
  spec.background = null; // the card's own shows through, light or dark
  const width = Math.max(200, Math.min(widthPx - MARGIN_PX, 700));
  if (spec.usermeta?.map) {
    const scale = Math.min(width / spec.width, TALLEST_MAP_PX / spec.height);
    spec.width *= scale;
    spec.height *= scale;
    return;
  }
  for (const part of [spec, ...(spec.vconcat || [])]) {
    if (typeof part.width === "number") part.width = width;
    if (typeof part.title === "string") part.title = wrapped(part.title, width);
    else if (typeof part.title?.text === "string") part.title.text = wrapped(part.title.text, width);
  }
}

const LETTER_PX = 6.2; // of the titles' size; a Korean letter is nearly twice as wide

/** Break a title into lines that fit: a wider one would shrink the whole drawing. */
function wrapped(text, width) {
  const lines = [""];
  for (const word of text.split(" ")) {
    const line = lines.at(-1);
    const longer = line ? `${line} ${word}` : word;
    const wide = [...longer].reduce((sum, letter) => sum + (letter > "\u1100" ? 1.8 : 1), 0) * LETTER_PX;
    if (wide > width && line) lines.push(word);
    else lines[lines.length - 1] = longer;
  }
  return lines;
}

function themed(path, look) {
  return `${path}${path.includes("?") ? "&" : "?"}theme=${look}`;
}

/** Return a Vega tooltip handler that writes into our own tree, where our style holds. */
function tip(plot) {
  const box = el("div", { class: "tip", hidden: true });
  return (handler, event, item, value) => {
    box.hidden = value === null || value === undefined || value === "";
    if (box.hidden) return;
    if (!box.isConnected) plot.append(box);
    box.replaceChildren(
      typeof value === "object"
        ? el("dl", {}, ...Object.entries(value).flatMap(([k, v]) => [el("dt", { text: k }), el("dd", { text: String(v) })]))
        : document.createTextNode(String(value)),
    );
    const { width, height } = box.getBoundingClientRect();
    box.style.left = `${Math.max(8, Math.min(event.clientX + 14, innerWidth - width - 8))}px`;
    box.style.top = `${Math.max(8, event.clientY - height - 12)}px`;
  };
}
