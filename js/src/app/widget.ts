// The entry point for both hosts: the default export is the anywidget of a notebook, `embed` draws
// a relay's plain page. Everything below either knows only the model (link/model.ts).
import type { AnyWidget } from "@anywidget/types";
import type { Model, Traits } from "../link/model.ts";
import { Requests } from "../link/requests.ts";
import { Session } from "../link/session.ts";
import { spoken, texts } from "../texts/texts.ts";
import { h } from "../ui/dom.ts";
import { browserName } from "../view/me.ts";
import { type PageUrl, readPageUrl } from "../view/page-url.ts";
import { type Mounted, mount } from "./component.ts";
import { type Extras, fetchFromKernel } from "./extras-loader.ts";
import { type KernelModel, watchKernel } from "./kernel-end.ts";
import { type FetchTable, Language } from "./language.ts";
import { shelve } from "./shelf.ts";
import "../styles/styles.css";

const widget: AnyWidget<Record<keyof Traits, unknown>> = {
  initialize: () => shelve(`tsvshare.widget.${BUILD}`, widget),
  async render({ model, el, signal }) {
    const requests = new Requests(model as unknown as Model);
    const table: FetchTable = (language) => fetchFromKernel(requests, `texts-${language}`);
    let drawn = new AbortController();
    const draw = () => {
      drawn.abort();
      drawn = new AbortController();
      if (signal.aborted) drawn.abort();
      return showWidget(model as unknown as Model, el, drawn.signal);
    };
    signal.addEventListener("abort", () => drawn.abort());
    await new Language(table, BUILD).draw(draw);
    requests.close();
  },
};

export default widget;

function showWidget(model: Model, el: HTMLElement, signal: AbortSignal): Mounted {
  const extras = (requests: Requests) => fetchFromKernel<Extras>(requests, "extras");
  const mounted = mount(model, el, { place: "notebook", signal, extras, build: BUILD });
  const { end: onend, doubt: ondoubt } = mounted.kernel;
  watchKernel(model as unknown as KernelModel, { onend, ondoubt }, signal);
  return mounted;
}

/** Draw the page that this window's URL names: the landing page or a document. */
export function embed(el: HTMLElement | null): void {
  if (el === null) throw new Error("tsvshare: there is no element to draw in");
  document.documentElement.classList.add("tsvshare-page");
  void showPage(el, readPageUrl(location.href));
}

async function showPage(el: HTMLElement, page: PageUrl): Promise<void> {
  await new Language(fetchTable, BUILD).speak();
  document.documentElement.lang = spoken().language;
  const { base, uuid } = page;
  if (uuid === null) await landOn(el, base);
  else showDocument(el, { ...page, uuid });
}

/** The landing page is in the second part. */
async function landOn(el: HTMLElement, base: string): Promise<void> {
  const { showLanding, style, speak } = await fetchFromRelay();
  speak(spoken(), texts);
  document.head.append(h("style", {}, style));
  showLanding(el, base, ({ uuid, key }, file) => {
    history.replaceState(null, "", `${base}/d/${uuid}#k=${key}`);
    showDocument(el, { base, uuid, key, view: null }, file);
  });
}

/** The second part, from where this module came from. */
const fetchFromRelay = (): Promise<Extras> => import("./extras.js") as Promise<Extras>;

/** A table of texts, from there too. */
const fetchTable: FetchTable = (language) =>
  import(new URL(`./texts-${language}.js`, import.meta.url).href);

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
