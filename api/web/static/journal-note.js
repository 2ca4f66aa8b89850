// One text of the journal on the page: its words, what was read out of it, correcting and deleting it.

/** Ask the API; resolves to [answer, null], or [null, the sentence that says why not]. */
export async function ask(method, path, body, unreachable) {
  try {
    const response = await fetch(path, {
      method,
      credentials: "same-origin",
      headers: body === undefined ? {} : { "content-type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const answer = await response.json();
    return response.ok ? [answer, null] : [null, answer.detail || answer.title];
  } catch {
    return [null, unreachable];
  }
}

const copy = (id) => document.querySelector(`#${id}`).content.firstElementChild.cloneNode(true);
const words = document.querySelector("#words").dataset;

export class Note {
  /** `changed` is called when the list should be read anew, `warn` with what is to be read first. */
  constructor(note, { failed, warn, changed }) {
    Object.assign(this, { note, failed, warn, changed });
    this.element = copy("note");
    const act = (name) => this.element.querySelector(`[data-act=${name}]`);
    this.buttons = { change: act("change"), delete: act("delete"), undo: act("undo") };
    this.buttons.change.addEventListener("click", () => this.correct());
    this.buttons.delete.addEventListener("click", () => this.delete());
    this.buttons.undo.addEventListener("click", () => this.undo());
    this.draw();
  }

  draw() {
    const { note, element } = this;
    element.querySelector("strong").textContent = note.day_said;
    const run = element.querySelector("a");
    run.hidden = !note.run;
    if (note.run) {
      run.href = `/activities/${Number(note.run.id)}`;
      run.textContent = note.run.name;
    }
    const by = [words[note.origin], note.read_by === "rules" ? "" : words[note.read_by]];
    element.querySelector("small").textContent = by.filter(Boolean).join(" · ");
    element.querySelector(".words").textContent = note.text;
    const read = note.entries.filter((entry) => entry.kind !== "note");
    const tags = [...read.map((entry) => entry.said), ...note.values].map((said) => {
      const tag = document.createElement("span");
      tag.textContent = said;
      return tag;
    });
    element.querySelector(".tags").replaceChildren(...(tags.length ? tags : [words.none]));
    // What never had a text is changed where it was given.
    this.buttons.change.hidden = this.buttons.delete.hidden = note.id === null;
  }

  tell(text, bad) {
    const said = this.element.querySelector(".said");
    said.textContent = text;
    said.className = bad ? "said bad" : "said good";
  }

  correct() {
    if (this.element.querySelector(".correct")) return;
    const form = copy("correct");
    const rows = form.querySelector(".rows");
    for (const entry of this.note.entries) if (entry.kind !== "note") rows.append(row(entry));
    if (!rows.children.length) rows.append(row({ kind: "pain" }));
    form.querySelector("[data-act=add]").addEventListener("click", () => rows.append(row({ kind: "pain" })));
    form.querySelector("[data-act=leave]").addEventListener("click", () => form.remove());
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const entries = [...rows.children].map(read);
      const path = `/api/v1/journal/${this.note.id}/entries`;
      const [kept, problem] = await ask("PUT", path, { entries }, this.failed);
      if (problem) {
        this.tell(problem, true);
        return;
      }
      form.remove();
      this.note = kept.note;
      this.draw();
      this.tell("");
      this.warn(kept.warning);
      this.offerUndo(kept.edit_id);
    });
    this.element.firstElementChild.append(form);
    form.querySelector("select").focus();
  }

  async delete() {
    if (!confirm(this.buttons.delete.dataset.sure)) return;
    const [gone, problem] = await ask("DELETE", `/api/v1/journal/${this.note.id}`, undefined, this.failed);
    if (problem) {
      this.tell(problem, true);
      return;
    }
    this.buttons.change.hidden = this.buttons.delete.hidden = true;
    this.element.querySelector(".words").textContent = "";
    this.element.querySelector(".tags").replaceChildren();
    this.tell(this.element.querySelector(".said").dataset.deleted);
    this.offerUndo(gone.edit_id);
  }

  offerUndo(edit) {
    this.edit = edit;
    this.buttons.undo.hidden = edit === null;
  }

  async undo() {
    const [, problem] = await ask("POST", `/api/v1/edits/${this.edit}/undo`, undefined, this.failed);
    if (problem) {
      this.tell(problem, true);
      return;
    }
    this.buttons.undo.hidden = true;
    this.tell(this.element.querySelector(".said").dataset.undone);
    await this.changed();
  }
}

/** One entry as it can be corrected. */
function row(entry) {
  const fields = copy("entry");
  const input = (name) => fields.querySelector(`[name=${name}]`);
  const kind = input("kind");
  const fit = () => {
    const { low, high } = kind.selectedOptions[0].dataset;
    const value = input("value");
    value.disabled = low === undefined;
    if (low === undefined) value.value = "";
    else Object.assign(value, { min: low, max: high });
    const ofBody = kind.value === "pain" || kind.value === "soreness";
    for (const name of ["where", "side"]) input(name).disabled = !ofBody;
  };
  kind.value = entry.kind;
  input("value").value = entry.value ?? "";
  input("where").value = entry.where ?? "";
  input("side").value = entry.side ?? "";
  fields.dataset.id = entry.id ?? 0;
  kind.addEventListener("change", fit);
  fields.querySelector("[data-act=remove]").addEventListener("click", () => fields.remove());
  fit();
  return fields;
}

/** What stands in such a row: an entry of the API. */
function read(fields) {
  const value = (name) => {
    const input = fields.querySelector(`[name=${name}]`);
    return input.disabled ? "" : input.value;
  };
  const number = value("value");
  return {
    id: Number(fields.dataset.id),
    kind: value("kind"),
    value: number === "" ? null : Number(number),
    where: value("where"),
    side: value("side"),
  };
}
