// Watching a run to its end, however often the line is cut.

export const LAST = new Set(["RUN_FINISHED", "RUN_ERROR"]);

/** Call `onEvent` once for every event of a run, in order, until the last one.
 *
 * The server stores events, so after a cut the next request asks only for what is missing (`after`), and
 * anything at or before the last number seen is dropped. `onLine(false)` tells that the line is down.
 * Rejects when the server refuses (not found, logged out); resolves at the end or when `signal` aborts. */
export async function follow(api, runId, { after = 0, onEvent, onLine = () => {}, signal }) {
  let seen = after;
  let failures = 0;
  while (!signal.aborted) {
    try {
      for await (const event of api.events(runId, seen, signal)) {
        if (failures) onLine(true);
        failures = 0;
        if (event.seq <= seen) continue;
        seen = event.seq;
        onEvent(event);
        if (LAST.has(event.type)) return;
      }
    } catch (error) {
      if (signal.aborted) return;
      if (error.status && error.status < 500 && error.status !== 429) throw error;
    }
    failures += 1;
    if (failures > 1) onLine(false);
    await pause(Math.min(250 * 2 ** failures, 8000), signal);
  }
}

/** Wait, but no longer than until the network is back or the page is looked at again. */
function pause(ms, signal) {
  return new Promise((resolve) => {
    const wake = () => {
      clearTimeout(timer);
      for (const name of ["online", "focus"]) removeEventListener(name, wake);
      signal.removeEventListener("abort", wake);
      resolve();
    };
    const timer = setTimeout(wake, ms);
    for (const name of ["online", "focus"]) addEventListener(name, wake);
    signal.addEventListener("abort", wake);
  });
}
