// The coach's HTTP API as the page uses it.

/** An answer that was not 2xx: `message` is a sentence in the athlete's language. */
export class Problem extends Error {
  constructor(status, body) {
    super(body.detail || body.title || String(status));
    this.status = status;
    this.type = body.type || "";
  }
}

async function problem(response) {
  const body = await response.json().catch(() => ({}));
  return new Problem(response.status, body && typeof body === "object" ? body : {});
}

export class Api {
  /** `base` is the coach's origin; `token` a widget token, or "" on the coach's own pages (cookie). */
  constructor(base, token = "") {
    this.base = base.replace(/\/$/, "");
    this.token = token;
  }

  url(path) {
    return new URL(path, `${this.base}/`).href;
  }

  headers(extra = {}) {
    return this.token ? { ...extra, authorization: `Bearer ${this.token}` } : extra;
  }

  fetch(path, options = {}) {
    return fetch(this.url(path), {
      credentials: this.token ? "omit" : "same-origin",
      cache: "no-store",
      ...options,
      headers: this.headers(options.headers),
    });
  }

  async call(method, path, body) {
    const options = { method };
    if (body !== undefined) {
      options.body = JSON.stringify(body);
      options.headers = { "content-type": "application/json" };
    }
    const response = await this.fetch(path, options);
    if (!response.ok) throw await problem(response);
    return response.status === 204 ? null : response.json();
  }

  get(path) {
    return this.call("GET", path);
  }

  post(path, body = {}) {
    return this.call("POST", path, body);
  }

  patch(path, body) {
    return this.call("PATCH", path, body);
  }

  delete(path) {
    return this.call("DELETE", path);
  }

  async blob(path) {
    const response = await this.fetch(path);
    if (!response.ok) throw await problem(response);
    return response.blob();
  }

  /** Send files in one request; `progress` gets the share sent, 0–1. Resolves to the import. */
  upload(files, threadId, progress) {
    const form = new FormData();
    for (const file of files) form.append("files", file, file.name);
    if (threadId) form.append("thread_id", String(threadId));
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.open("POST", this.url("/api/v1/uploads"));
      for (const [name, value] of Object.entries(this.headers())) request.setRequestHeader(name, value);
      request.responseType = "json";
      request.upload.onprogress = (event) => event.lengthComputable && progress(event.loaded / event.total);
      request.onerror = () => reject(new TypeError("network"));
      request.onload = () =>
        request.status < 300 ? resolve(request.response) : reject(new Problem(request.status, request.response || {}));
      request.send(form);
    });
  }

  /** Yield {seq, type, payload} of a run, from after `after` until the connection ends. */
  async *events(runId, after, signal) {
    const response = await this.fetch(`/api/v1/runs/${encodeURIComponent(runId)}/events?after=${after}`, {
      headers: { accept: "text/event-stream" },
      signal,
    });
    if (!response.ok) throw await problem(response);
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    try {
      for (;;) {
        const { value, done } = await reader.read();
        if (done) return;
        const blocks = (rest + value).split("\n\n");
        rest = blocks.pop();
        for (const block of blocks) {
          const event = parse(block);
          if (event) yield event;
        }
      }
    } finally {
      reader.cancel().catch(() => {});
    }
  }
}

function parse(block) {
  let seq = 0;
  let type = "message";
  const data = [];
  for (const line of block.split("\n")) {
    if (line.startsWith("id: ")) seq = Number(line.slice(4));
    else if (line.startsWith("event: ")) type = line.slice(7);
    else if (line.startsWith("data: ")) data.push(line.slice(6));
  }
  return data.length ? { seq, type, payload: JSON.parse(data.join("\n")) } : null;
}
