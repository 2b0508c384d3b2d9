// The module for both hosts: the default export is the anywidget of a notebook, `embed` draws a
// relay's plain page. Everything below either knows only the model (model.ts).
import type { AnyWidget } from "@anywidget/types";
import { mount } from "./component.ts";
import { showLanding } from "./landing.ts";
import type { Model, Traits } from "./model.ts";
import { readPlace } from "./place.ts";
import { Session } from "./session.ts";
import "./styles/styles.css";

const widget: AnyWidget<Record<keyof Traits, unknown>> = {
  render({ model, el, signal }) {
    mount(model as unknown as Model, el, { place: "notebook", signal });
  },
};

export default widget;

/** Draw the page that this window's URL names: the landing page or a document. */
export function embed(el: HTMLElement | null): void {
  if (el === null) throw new Error("tsvshare: there is no element to draw in");
  document.documentElement.classList.add("tsvshare-page");
  const { base, uuid, key } = readPlace(location.href);
  if (uuid !== null) {
    showDocument(el, base, uuid, key);
    return;
  }
  showLanding(el, base, (made, file) => {
    history.replaceState(null, "", `${base}/d/${made.uuid}#k=${made.key}`);
    showDocument(el, base, made.uuid, made.key, file);
  });
}

function showDocument(
  el: HTMLElement,
  base: string,
  uuid: string,
  key: string | null,
  file?: File,
): void {
  const session = new Session({ base, uuid, key });
  const { signal } = new AbortController();
  const mounted = mount(session, el, { place: "page", signal });
  window.addEventListener("online", () => session.wake());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") session.wake();
  });
  // Another link pasted over this one differs in its fragment only, which loads nothing by itself.
  window.addEventListener("hashchange", () => location.reload());
  if (file) mounted.uploadWhenLive(file);
}
