// What all widgets of a kernel but one bring to a page instead of the front end: that is there
// already by the one, or else is asked of the kernel, once. The default export is an anywidget.

import { fromShelf, onShelf, shelve } from "./shelf.ts";

/** The front end, as far as it matters here. */
export interface FrontEnd {
  render(context: Context): unknown;
}

/** The part of anywidget's model that is used. */
export interface AskedModel {
  on(event: string, handler: (message: Answer) => void): void;
  off(event: string, handler: (message: Answer) => void): void;
  send(message: { type: "extras"; id: string; part: "widget" }): void;
}

interface Answer {
  type: string;
  id: string;
  source?: string;
}

interface Context {
  model: AskedModel;
  el: HTMLElement;
  signal?: AbortSignal;
}

/** Milliseconds after which the kernel is asked, and asked again. */
const [BEGIN_MS, AGAIN_MS] = [50, 5000];

/** The front end of a page: from its shelf, or from the kernel behind a model. */
export async function frontEndFor(
  model: AskedModel,
  name: string,
  load: (source: string) => Promise<FrontEnd>,
  wait = BEGIN_MS,
): Promise<FrontEnd> {
  const there = onShelf<FrontEnd>(name);
  if (there) return there;
  const id = `load${Math.random().toString(36).slice(2)}:0`;
  const hear = (message: Answer) => {
    if (message.id !== id || message.source === undefined) return;
    model.off("msg:custom", hear);
    load(message.source).then((frontEnd) => shelve(name, frontEnd), console.error);
  };
  const ask = () => model.send({ type: "extras", id, part: "widget" });
  model.on("msg:custom", hear);
  // The one that brings it may be about to: a notebook that is opened makes all of them at once.
  const first = setTimeout(ask, wait);
  const again = setInterval(ask, AGAIN_MS);
  try {
    return await fromShelf<FrontEnd>(name);
  } finally {
    clearTimeout(first);
    clearInterval(again);
    model.off("msg:custom", hear);
  }
}

async function load(source: string): Promise<FrontEnd> {
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  try {
    return (await import(url)).default;
  } finally {
    URL.revokeObjectURL(url);
  }
}

export default {
  async render(context: Context): Promise<void> {
    const frontEnd = await frontEndFor(context.model, `tsvshare.widget.${BUILD}`, load);
    if (!context.signal?.aborted) await frontEnd.render(context);
  },
};
