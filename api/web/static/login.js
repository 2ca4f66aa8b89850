// Logging in by password, or by a one-time link whose token stands in this page's address.

import { onSubmit, send } from "./forms.js";

const login = document.querySelector("#login");
const choose = document.querySelector("#choose");

if (login) {
  const failed = login.dataset.failed;
  onSubmit(login, ({ password }) => send("POST", "/api/v1/auth/login", { password }, failed), () => location.assign("/"));
}

if (choose) {
  const working = document.querySelector("#working");
  const { failed, next } = choose.dataset;
  const token = location.pathname.split("/").pop();
  const problem = await send("POST", "/api/v1/auth/link", { token }, failed);
  history.replaceState(null, "", "/login"); // the link is used up: it need not stay in the history
  if (problem) {
    // An old link opened again on a device that is logged in: there is nothing to do here.
    const inside = await fetch("/api/v1/session").catch(() => null);
    if (inside?.ok) location.assign(next);
    working.textContent = problem;
    document.querySelector("#otherwise").hidden = false;
  } else {
    const session = await fetch("/api/v1/session").then((response) => response.json());
    if (session.has_password) location.assign(next);
    working.hidden = true;
    choose.hidden = false;
    choose.querySelector("input").focus();
    onSubmit(
      choose,
      ({ password }) => send("PUT", "/api/v1/auth/password", { new: password }, failed),
      () => location.assign(next),
    );
  }
}
