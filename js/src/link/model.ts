// The model: what a view has of whoever serves it, a kernel's comm in a notebook (anywidget's
// model) or a WebSocket in a plain page (session.ts). Traits come down, messages go up.

import type { Query } from "../protocol/query.ts";
import type { RelayLimits } from "../protocol/relay-messages.ts";
import type { Access, Page, Person, Problem, Role, Snapshot } from "../protocol/state.ts";
import type { CustomMessage, Upward } from "./model-messages.ts";

/** A query of the shared view that takes long: by whom it is, how far it has come. */
export interface SharedWork {
  by: string | null;
  query: Query;
  /** Between 0 and 1. */
  done: number;
}

/** How the server's side of the model is connected to the relay. */
export interface LinkState {
  status: "connecting" | "live" | "stale" | "gone" | "closed";
  /** When the connection was lost, in milliseconds of the epoch. */
  since: number | null;
  role: Role;
  viewers: number;
  cid: string;
  uuid: string | null;
  /** The relay's base URL, without a slash at its end. */
  base: string | null;
  view_url: string | null;
  /** Where the relay is on the Jupyter Server of the notebook; absent or null where it is elsewhere. */
  path?: string | null;
  limits: RelayLimits | null;
  message: Problem | null;
  /** The first of the people who are there, this one included; absent where nobody knows. */
  people?: Person[];
  /** How many of the viewers look around privately. */
  apart?: number;
  working?: SharedWork | null;
  access?: Access | null;
  /**
   * The ways out that the kernel knows: a relay to publish to, listening on the network, and the
   * relay of its own "Jupyter server" or "JupyterHub".
   */
  ways?: { publish: string | null; network: boolean; server?: string | null } | null;
  /** The name of this viewer; in a notebook it may have been set in Python. */
  name?: string | null;
}

/** The origin of the Jupyter Server that this page came from; undefined on other pages. */
export const jupyterOrigin = (): string | undefined =>
  globalThis.document?.getElementById("jupyter-config-data") ? location.origin : undefined;

/** A link as this browser reaches it: the kernel may know the Jupyter Server by another address. */
export function asReachedHere(link: LinkState | null): LinkState | null {
  const origin = link?.path ? jupyterOrigin() : undefined;
  if (!link || !origin) return link;
  const base = origin + link.path;
  return { ...link, base, view_url: `${base}/d/${link.uuid}` };
}

/** The URL of a document's table on its relay; null while there is none to reach. */
export const tableUrl = (link: LinkState | null): string | null =>
  link?.base && link.uuid ? `${link.base}/d/${link.uuid}/table` : null;

export interface Traits {
  _state: Snapshot | null;
  _page: Page | null;
  _link: LinkState | null;
}

export interface Model {
  get<Name extends keyof Traits>(name: Name): Traits[Name];
  on(event: "msg:custom", handler: (message: CustomMessage) => void): void;
  on(event: `change:${keyof Traits}`, handler: () => void): void;
  off(event: string, handler: (message: CustomMessage) => void): void;
  send(message: Upward, callbacks?: undefined, buffers?: ArrayBuffer[]): void;
}
