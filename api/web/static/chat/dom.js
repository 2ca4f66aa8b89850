// Elements without markup: text is always a text node, so nothing that a person or a file says becomes HTML.

/** Make an element. `on*` are listeners, `class`, `text` and `html`-free; other names are attributes or, where the
 * element has one of that name, properties. Children are nodes or strings; null and false are left out. */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "class") node.className = value;
    else if (name === "text") node.textContent = value;
    else if (name in node && typeof value !== "string") node[name] = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

const SHAPES = {
  menu: "M4 7h16M4 12h16M4 17h16",
  close: "M6 6l12 12M18 6L6 18",
  more: "M5 12h.01M12 12h.01M19 12h.01",
  plus: "M12 5v14M5 12h14",
  send: "M12 19V5M6 11l6-6 6 6",
  stop: "M8 8h8v8H8z",
  clip: "M20 11.5l-8.2 8.2a5 5 0 0 1-7.1-7.1l8.6-8.6a3.3 3.3 0 0 1 4.7 4.7l-8.5 8.5a1.7 1.7 0 0 1-2.4-2.4l7.6-7.6",
  copy: "M9 9h10v11H9zM5 15V4h10",
  connect: "M9 15l6-6M8 12l-2.5 2.5a3.5 3.5 0 005 5L13 17M16 12l2.5-2.5a3.5 3.5 0 00-5-5L11 7",
  edit: "M4 20l1-4L16.5 4.5l3 3L8 19z",
  retry: "M20 11a8 8 0 1 0-2.3 6.3M20 5v6h-6",
  done: "M5 12.5l4.5 4.5L19 7.5",
  warn: "M12 8v5M12 16.5h.01M12 3.5l9.5 16.5h-19z",
  drop: "M12 16V4M7 9l5-5 5 5M5 16v4h14v-4",
  run: "M13 5h.01M6 13l3-4 4 1 2 3h4M11 10l-2 5 4 2v4M9 15l-2 3H4",
  go: "M9 6l6 6-6 6",
  chart: "M4 20h16M7 16v-5M12 16V6M17 16v-8",
  inbox: "M4 13l3-8h10l3 8v6H4zM4 13h5l1 2h4l1-2h5",
  look: "M4 5h16v10H9l-4 4v-4H4zM8 9h8M8 12h5",
  settings: "M4 7h9M17 7h3M4 17h3M11 17h9M15 4.5v5M9 14.5v5",
  save: "M12 4v11M7 11l5 5 5-5M5 20h14",
};
const FOOT =
  "M9.2 2.6c2.4.2 3.6 2.7 3.3 5.3-.2 1.8-.9 2.9-1 4.4-.1 1.3.3 2 .3 3.1 0 1.8-1.3 3.1-3 3.1-1.9 0-3.1-1.4-3.1-3.4 0-1.6.4-2.4.2-4.1-.2-1.5-.7-2.4-.7-4.1 0-2.6 1.7-4.5 4-4.3zM17.6 9.3c1.6.4 2.1 2.3 1.6 4.1-.4 1.3-1 2-1.3 3.2-.2.9 0 1.6-.3 2.4-.4 1.3-1.6 2-2.8 1.7-1.3-.3-2-1.6-1.6-3 .3-1.2.8-1.7.9-2.9.1-1.1-.1-1.9.2-3.1.5-1.9 1.8-2.8 3.3-2.4z";

/** Make one of our line icons; decoration only, the button carries the name. */
export function icon(name) {
  const ns = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(ns, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(ns, "path");
  path.setAttribute("d", name === "foot" ? FOOT : SHAPES[name]);
  svg.append(path);
  return svg;
}

/** Make a button that shows only an icon. */
export function iconButton(name, label, onclick, props = {}) {
  return el("button", { type: "button", class: "icon", "aria-label": label, title: label, onclick, ...props }, icon(name));
}
