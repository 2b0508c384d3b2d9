// The landing page of a relay: a file dropped or chosen, cells pasted, the address of a file or a
// sample becomes a link; and the tables that this browser knows.

import { pastedFile } from "../dialogs/paste.ts";
import { decodeRefusal } from "../protocol/codec.ts";
import { TSVShareError } from "../protocol/errors.ts";
import { fill, spoken, texts } from "../texts/texts.ts";
import { button, h, icon, setAttr, setText } from "../ui/dom.ts";
import { acceptDrops } from "../ui/file-drop.ts";
import { pastedText, takesPaste } from "../ui/pasted.ts";
import { whatItIsInstead } from "../view/files/uploads.ts";
import { readPageUrl } from "../view/page-url.ts";
import { isAddress, isTable, nameInAddress } from "../words/pasted.ts";
import { recentList } from "./recent-list.ts";
import { sampleFile } from "./sample.ts";

export interface NewDocument {
  uuid: string;
  key: string;
}

/** Show the landing page in `el`; `onmade` gets a new document, and the file chosen for it. */
export function showLanding(
  el: HTMLElement,
  base: string,
  onmade: (made: NewDocument, file?: File) => void,
): void {
  new Landing(el, base, onmade);
}

class Landing {
  readonly #base: string;
  readonly #onmade: (made: NewDocument, file?: File) => void;
  readonly #leave = new AbortController();
  readonly #failure = h("p", { class: "tsv-failure", role: "alert", hidden: true });
  readonly #busy = h("p", { class: "tsv-note", role: "status", hidden: true });

  constructor(el: HTMLElement, base: string, onmade: (made: NewDocument, file?: File) => void) {
    this.#base = base;
    this.#onmade = onmade;
    const page = this.#layOut();
    const { signal } = this.#leave;
    const onfile = (file: File) => void this.#share(file);
    const onrefuse = (message: string) => this.#fail(message);
    acceptDrops(page, { allowed: () => true, onfile, onrefuse, signal });
    window.addEventListener("paste", (event) => this.#paste(event), { signal });
    el.replaceChildren(page);
  }

  #layOut(): HTMLElement {
    const input = h("input", { type: "file", hidden: true });
    input.addEventListener("change", () => {
      const file = input.files?.[0];
      if (file) void this.#share(file);
    });
    const choose = button(texts.chooseFile, {
      icon: "upload",
      kind: "primary",
      onclick: () => input.click(),
    });
    const sample = button(texts.trySample, {
      onclick: () => void this.#share(sampleFile()),
    });
    const zone = h(
      "div",
      { class: "tsv-empty", "data-drop": true },
      icon("table"),
      h("h2", {}, texts.dropOrPaste),
      h("p", {}, texts.promise),
      h("div", { class: "tsv-landing-buttons" }, choose, sample),
      this.#addressForm(),
      this.#busy,
      this.#failure,
    );
    const heading = h("h1", {}, texts.landingTitle);
    const brand = h("div", { class: "tsv-brand" }, icon("share"), "tsvshare");
    const attributes = { class: "tsvshare tsv-in-page tsv-landing", lang: spoken().language };
    return h("main", attributes, brand, heading, zone, recentList(this.#base), input);
  }

  #addressForm(): HTMLElement {
    const attributes = { type: "url", required: true, placeholder: texts.addressExample };
    const field = h("input", { class: "tsv-field", "aria-label": texts.address, ...attributes });
    const go = h("button", { class: "tsv-button", type: "submit" }, texts.open);
    const form = h(
      "form",
      { class: "tsv-from-address" },
      h("label", {}, texts.orAddress, field),
      go,
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#openAddress((field as HTMLInputElement).value.trim());
    });
    return form;
  }

  #paste(event: ClipboardEvent): void {
    if (takesPaste(event)) return;
    const [file] = event.clipboardData?.files ?? [];
    const text = pastedText(event.clipboardData);
    if (text === "" && !file) return;
    event.preventDefault();
    if (isAddress(text)) void this.#openAddress(text.trim());
    else if (isTable(text)) void this.#share(pastedFile(text));
    else if (text === "" && file) void this.#share(file);
    else this.#fail(texts.oneCell);
  }

  #fail(message: string): void {
    this.#say("");
    setText(this.#failure, message);
    setAttr(this.#failure, "hidden", message === "");
  }

  #say(words: string): void {
    setText(this.#busy, words);
    setAttr(this.#busy, "hidden", words === "");
  }

  #made(made: NewDocument, file?: File): void {
    this.#leave.abort();
    this.#onmade(made, file);
  }

  /** A new document; a relay that wants its token asks for it, as often as it takes. */
  async #create(use: (made: NewDocument) => unknown, token = ""): Promise<void> {
    this.#fail("");
    try {
      await use(await createDocument(this.#base, token));
    } catch (error) {
      if ((error as TSVShareError).code !== "token_needed") this.#fail((error as Error).message);
      else {
        const again = (said: string) => void this.#create(use, said);
        this.#failure.before(askForToken(token !== "", again));
      }
    }
  }

  #share(file: File): Promise<void> {
    return this.#create((made) => this.#made(made, file));
  }

  /** The file at an address: read by this browser, or by the relay where it fetches from there. */
  async #openAddress(address: string): Promise<void> {
    if (!isAddress(address)) return this.#fail(texts.addressLike);
    if (readPageUrl(address).uuid !== null) return location.assign(address);
    this.#fail("");
    this.#say(texts.fetching);
    const file = await fetchFile(address);
    if (file === null) return this.#create((made) => this.#letFetch(made, address));
    const instead = await whatItIsInstead(file);
    if (instead) return this.#fail(fill(texts.addressInstead, { name: file.name, instead }));
    await this.#share(file);
  }

  async #letFetch(made: NewDocument, address: string): Promise<void> {
    const headers = { "X-TSVShare-Key": made.key };
    const url = `${this.#base}/d/${made.uuid}`;
    const body = JSON.stringify({ url: address });
    const answer = await fetch(`${url}/fetch`, { method: "POST", headers, body });
    if (answer.ok) return this.#made(made);
    void fetch(url, { method: "DELETE", headers }).catch(() => {});
    const refused = decodeRefusal(answer.status, await answer.text());
    throw refused.code === "forbidden"
      ? new TSVShareError("forbidden", texts.addressNotRead)
      : refused;
  }
}

/** The file at an address, as this browser reads it; null if it may not. */
async function fetchFile(address: string): Promise<File | null> {
  try {
    const answer = await fetch(address, { credentials: "omit", referrerPolicy: "no-referrer" });
    if (!answer.ok) return null;
    return new File([await answer.blob()], nameInAddress(address));
  } catch {
    return null;
  }
}

/** A field for the token of a relay on which not everyone may share new tables. */
function askForToken(again: boolean, onsaid: (token: string) => void): HTMLElement {
  const attributes = { type: "password", autocomplete: "current-password", required: true };
  const field = h("input", { class: "tsv-field", "aria-label": texts.token, ...attributes });
  const words = again ? texts.wrongToken : texts.asksToken;
  const go = h("button", { class: "tsv-button", type: "submit" }, texts.share);
  const form = h("form", { class: "tsv-token" }, h("label", {}, words, " ", field), go);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    form.remove();
    onsaid((field as HTMLInputElement).value);
  });
  queueMicrotask(() => field.focus());
  return form;
}

async function createDocument(base: string, said: string): Promise<NewDocument> {
  let response: Response;
  try {
    // A Jupyter Server before the relay wants to see that this is a page of its own.
    const [, token = ""] = /\b_xsrf=([^;]*)/.exec(document.cookie) ?? [];
    const headers: Record<string, string> = { "X-XSRFToken": token };
    if (said) headers["Authorization"] = `Bearer ${said}`;
    response = await fetch(`${base}/d`, { method: "POST", headers });
  } catch {
    throw new TSVShareError("unavailable", texts.relayTryAgain);
  }
  if (!response.ok) throw decodeRefusal(response.status, await response.text());
  return (await response.json()) as NewDocument;
}
