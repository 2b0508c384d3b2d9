// The entry point for both hosts: the default export is the anywidget of a notebook, `embed` draws
// a relay's plain page. Everything below either knows only the model (link/model.ts).
import type { AnyWidget } from "@anywidget/types";
import type { Model, Traits } from "../link/model.ts";
import { Session } from "../link/session.ts";
import { h } from "../ui/dom.ts";
import { browserName } from "../view/me.ts";
import { type PageUrl, readPageUrl } from "../view/page-url.ts";
import { mount } from "./component.ts";
import { type Extras, fetchFromKernel } from "./extras-loader.ts";
import { type KernelModel, watchKernel } from "./kernel-end.ts";
import { shelve } from "./shelf.ts";
import "../styles/styles.css";

const widget: AnyWidget<Record<keyof Traits, unknown>> = {
  initialize: () => shelve(`tsvshare.widget.${BUILD}`, widget),
  render({ model, el, signal }) {
    const mounted = mount(model as unknown as Model, el, {
      place: "notebook",
      signal,
      extras: fetchFromKernel,
      build: BUILD,
    });
    const { end: onend, doubt: ondoubt } = mounted.kernel;
    watchKernel(model as unknown as KernelModel, { onend, ondoubt }, signal);
  },
};

export default widget;

/** Draw the page that this window's URL names: the landing page or a document. */
export function embed(el: HTMLElement | null): void {
  if (el === null) throw new Error("tsvshare: there is no element to draw in");
  document.documentElement.classList.add("tsvshare-page");
  const page = readPageUrl(location.href);
  const { base, uuid } = page;
  if (uuid !== null) {
    showDocument(el, { ...page, uuid });
    return;
  }
  void landOn(el, base);
}

/** The landing page is in the second part. */
async function landOn(el: HTMLElement, base: string): Promise<void> {
  const { showLanding, style } = await fetchFromRelay();
  document.head.append(h("style", {}, style));
  showLanding(el, base, ({ uuid, key }, file) => {
    history.replaceState(null, "", `${base}/d/${uuid}#k=${key}`);
    showDocument(el, { base, uuid, key, view: null }, file);
  });
}

/** The second part, from where this module came from. */
const fetchFromRelay = (): Promise<Extras> => import("./extras.js") as Promise<Extras>;

type DocumentUrl = PageUrl & { uuid: string };

function showDocument(el: HTMLElement, { base, uuid, key, view }: DocumentUrl, file?: File) {
  const session = new Session({ base, uuid, key, name: browserName.get() });
  const { signal } = new AbortController();
  const mounted = mount(session, el, {
    place: "page",
    signal,
    names: browserName,
    extras: fetchFromRelay,
    build: BUILD,
    start: view,
  });
  window.addEventListener("online", () => session.wake());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") session.wake();
  });
  // Another link pasted over this one differs in its fragment only, which loads nothing by itself.
  window.addEventListener("hashchange", () => location.reload());
  if (file) mounted.uploadWhenLive(file);
}
