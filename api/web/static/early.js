// Presses made before the page's own script is there: without this they would be lost, and a form would send what was
// typed into it as an address. They wait, and are made again in their order.

const early = [];

function hold(event) {
  const pressed = event.target.closest(event.type === "submit" ? "form" : "button");
  if (!pressed) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  early.push(pressed);
}

document.addEventListener("click", hold, true);
document.addEventListener("submit", hold, true);
// The page's modules have run when this is told.
document.addEventListener("DOMContentLoaded", () => {
  document.removeEventListener("click", hold, true);
  document.removeEventListener("submit", hold, true);
  for (const pressed of early) pressed.matches("form") ? pressed.requestSubmit() : pressed.click();
});
