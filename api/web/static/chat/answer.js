// The words of an answer: plain while they stream, the server's sanitised HTML once complete, and in both
// every number that a fact stands behind is a button.

import { el } from "./dom.js";

/** Add streamed text. `refs` mark numbers in `delta`: {ref, start, end} in UTF-16 units. */
export function liveText(turn, messageId, delta = "", refs = []) {
  let text = turn.texts.get(messageId);
  if (!text) {
    text = { element: turn.addWords(el("div", { class: "text live" })), plain: "", refs: [] };
    turn.texts.set(messageId, text);
  }
  let at = 0;
  for (const { ref, start, end } of refs || []) {
    const shown = delta.slice(start, end);
    text.refs.push({ ref, shown });
    text.element.append(delta.slice(at, start), number(turn, ref, shown));
    at = end;
  }
  text.element.append(delta.slice(at));
  text.plain += delta;
}

/** Put the finished HTML in place of the streamed text. It was rendered and sanitised by the server. */
export function answerText(turn, messageId, html) {
  const text = turn.texts.get(messageId);
  if (!text) return;
  text.element.classList.remove("live");
  if (!html) return;
  text.element.innerHTML = html;
  for (const link of text.element.querySelectorAll("a")) {
    link.target = "_blank";
    link.rel = "noopener noreferrer";
  }
  const marked = text.element.querySelectorAll("[data-ref]");
  for (const span of marked) span.replaceWith(number(turn, span.dataset.ref, span.textContent));
  if (!marked.length) openNumbers(turn, text.element, text.refs);
}

/** A correction: other words in place of the ones that were streamed. */
export function replaceText(turn, { messageId, text: plain = "", html, refs }) {
  const text = turn.texts.get(messageId);
  if (!text) return;
  text.plain = plain;
  text.refs = (refs || []).map(({ ref, start, end }) => ({ ref, shown: plain.slice(start, end) }));
  text.element.textContent = text.plain;
  answerText(turn, messageId, html);
}

function number(turn, ref, shown) {
  // Looked up when opened: the facts of an answer may arrive after its words.
  return turn.context.sources.number(shown, ref === "?" ? null : () => turn.facts[ref], look(ref));
}

function look(ref) {
  if (ref === "?") return "unverified";
  if (ref.startsWith("g")) return "cite";
  return ref === "calendar" || ref === "said" ? "quiet" : "";
}

/** Find the numbers again, in the order in which they were said, in the text of the finished HTML. */
function openNumbers(turn, root, refs) {
  let from = 0; // index of the text node in which the last number was found
  for (const { ref, shown } of refs) {
    const nodes = textNodes(root);
    const index = nodes.findIndex((node, i) => i >= from && node.data.includes(shown));
    if (index < 0) continue;
    const found = nodes[index].splitText(nodes[index].data.indexOf(shown));
    found.splitText(shown.length);
    found.replaceWith(number(turn, ref, shown));
    from = index + 1; // the button's own text is not among the nodes that follow
  }
}

/** Text outside of the numbers that are buttons already; an empty start keeps indices in step. */
function textNodes(root) {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const nodes = [];
  while (walker.nextNode()) if (!walker.currentNode.parentElement.closest(".ref")) nodes.push(walker.currentNode);
  return nodes;
}
