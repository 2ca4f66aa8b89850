// Forms that speak JSON: the API takes nothing else.

/** Send JSON; resolves to null when it worked, else to the sentence that says why not. */
export async function send(method, path, body, unreachable) {
  try {
    const response = await fetch(path, {
      method,
      credentials: "same-origin",
      headers: body === undefined ? {} : { "content-type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    if (response.ok) return null;
    if (response.status === 401 && location.pathname.startsWith("/settings")) location.assign("/login");
    const problem = await response.json();
    return problem.detail || problem.title;
  } catch {
    return unreachable;
  }
}

/** Submit `form` through `act(fields)`, which resolves like `send`; what it says stands in the form. */
export function onSubmit(form, act, done) {
  const said = form.querySelector(".said");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    button.disabled = true;
    const problem = await act(Object.fromEntries(new FormData(form)));
    button.disabled = false;
    said.textContent = problem ?? form.dataset.said ?? "";
    said.className = problem ? "said bad" : "said good";
    if (!problem) done?.();
  });
}
