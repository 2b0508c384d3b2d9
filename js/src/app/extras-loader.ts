// Where the second part of the front end comes from: on a plain page from beside the first, in a
// notebook from the kernel, since a browser may reach nothing else there.

import type { Requests } from "../link/requests.ts";
import { TSVShareError } from "../protocol/errors.ts";
import { texts } from "../texts/texts.ts";
import { onShelf, shelve } from "./shelf.ts";

/** The second part: what `extras.ts` exports, and the style that the build adds. */
export type Extras = Omit<typeof import("./extras.ts"), "default"> & { style: string };
/** Fetches the second part. */
export type FetchExtras = (requests: Requests) => Promise<Extras>;

/** The second part for one component, fetched when it is first wanted and again if that failed. */
export class ExtrasLoader {
  readonly #fetch: () => Promise<Extras>;
  readonly #build: string;
  #loading: Promise<Extras> | null = null;

  /** `build`: of which build it has to be. */
  constructor(fetch: () => Promise<Extras>, build: string) {
    this.#fetch = fetch;
    this.#build = build;
  }

  load(): Promise<Extras> {
    this.#loading ??= this.#fetchOnce().catch((error) => {
      this.#loading = null;
      if (error instanceof TSVShareError) throw error;
      throw new TSVShareError("unavailable", texts.notLoaded);
    });
    return this.#loading;
  }

  /** Components on one page share what one of them has fetched. */
  async #fetchOnce(): Promise<Extras> {
    const place = `tsvshare.extras.${this.#build}`;
    const extras = onShelf<Extras>(place) ?? (await this.#fetch());
    if (extras.build !== this.#build) throw new TSVShareError("wrong_version", texts.wasUpdated);
    shelve(place, extras);
    return extras;
  }
}

/** A module whose source the kernel sends. */
export async function fetchFromKernel<Module>(requests: Requests, part: string): Promise<Module> {
  const { source } = await requests.part(part);
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  try {
    return (await import(url)) as Module;
  } finally {
    URL.revokeObjectURL(url);
  }
}
