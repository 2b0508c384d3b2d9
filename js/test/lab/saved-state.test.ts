import assert from "node:assert/strict";
import { test } from "node:test";
import { type NotebookModel, saveNoState } from "../../src/lab/saved-state.ts";

const STATES = "application/vnd.jupyter.widget-state+json";
const TABLE = {
  model_module: "anywidget",
  state: { _anywidget_id: "tsvshare_widget.widget.tsvshare.TSVShare", layout: "IPY_MODEL_b" },
};
const SLIDER = { model_module: "@jupyter-widgets/controls", state: { layout: "IPY_MODEL_d" } };
const OTHER = { model_module: "anywidget", state: { _anywidget_id: "quak.Widget" } };
const LAYOUT = { model_module: "@jupyter-widgets/base", state: {} };

type Slot = (model: NotebookModel, change: { key?: string }) => void;

/** A notebook that tells of each change at once, as JupyterLab's does. */
class Notebook implements NotebookModel {
  changes = 0;
  readonly metadataChanged = { connect: (slot: Slot) => this.#slots.push(slot) };
  readonly #slots: Slot[] = [];
  readonly #metadata = new Map<string, unknown>();

  getMetadata(key: string): unknown {
    return this.#metadata.get(key);
  }
  setMetadata(key: string, value: unknown): void {
    this.changes += 1;
    this.#metadata.set(key, value);
    for (const slot of this.#slots) slot(this, { key });
  }
}

function saved(state: object): unknown {
  const notebook = new Notebook();
  saveNoState(notebook);
  notebook.setMetadata("widgets", { [STATES]: { version_major: 2, state } });
  return notebook.getMetadata("widgets");
}

test("a notebook saves no state of our tables, nor their layouts", () => {
  const kept = { c: SLIDER, d: LAYOUT, e: OTHER };
  const expected = { [STATES]: { version_major: 2, state: kept } };
  assert.deepEqual(saved({ a: TABLE, b: LAYOUT, ...kept }), expected);
});

test("what others save is not written anew", () => {
  const notebook = new Notebook();
  saveNoState(notebook);
  notebook.setMetadata("kernelspec", { name: "python3" });
  notebook.setMetadata("widgets", { [STATES]: { state: { e: OTHER } } });
  notebook.setMetadata("widgets", undefined);
  assert.equal(notebook.changes, 3);
});
