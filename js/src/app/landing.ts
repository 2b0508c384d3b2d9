// The landing page of a relay: drop a file, get a link.

import { decodeRefusal } from "../protocol/codec.ts";
import { TSVShareError } from "../protocol/errors.ts";
import { button, h, icon, setAttr, setText } from "../ui/dom.ts";
import { acceptDrops } from "../ui/file-drop.ts";

export interface NewDocument {
  uuid: string;
  key: string;
}

const PROMISE =
  "Everyone who opens the link sees the same page of the same table, live. " +
  "Cells are shown exactly as they are in the file.";

/** Show the landing page in `el`; `onfile` gets a new document and the file chosen for it. */
export function showLanding(
  el: HTMLElement,
  base: string,
  onfile: (made: NewDocument, file: File) => void,
): void {
  const leave = new AbortController();
  const failure = h("p", { class: "tsv-failure", role: "alert", hidden: true });
  const fail = (message: string) => {
    setText(failure, message);
    setAttr(failure, "hidden", false);
  };
  const uploadChosen = async (file: File, token = "") => {
    setAttr(failure, "hidden", true);
    try {
      const made = await createDocument(base, token);
      leave.abort();
      onfile(made, file);
    } catch (error) {
      if ((error as TSVShareError).code !== "token_needed") fail((error as Error).message);
      else failure.before(askForToken(token !== "", (said) => void uploadChosen(file, said)));
    }
  };
  const page = layOut(failure, (file) => void uploadChosen(file));
  const onfileDropped = (file: File) => void uploadChosen(file);
  const { signal } = leave;
  acceptDrops(page, { allowed: () => true, onfile: onfileDropped, onrefuse: fail, signal });
  el.replaceChildren(page);
}

function layOut(failure: HTMLElement, onfile: (file: File) => void): HTMLElement {
  const input = h("input", { type: "file", hidden: true });
  input.addEventListener("change", () => {
    const file = input.files?.[0];
    if (file) onfile(file);
  });
  const choose = button("Choose a file", {
    icon: "upload",
    kind: "primary",
    onclick: () => input.click(),
  });
  const heading = h("h1", {}, "Share a table with one link");
  const zone = h(
    "div",
    { class: "tsv-empty", "data-drop": true },
    icon("table"),
    h("h2", {}, "Drop a TSV file here"),
    h("p", {}, PROMISE),
    choose,
    failure,
  );
  const brand = h("div", { class: "tsv-brand" }, icon("share"), "tsvshare");
  const attributes = { class: "tsvshare tsv-in-page tsv-landing", lang: "en" };
  return h("main", attributes, brand, heading, zone, input);
}

/** A field for the token of a relay on which not everyone may share new tables. */
function askForToken(again: boolean, onsaid: (token: string) => void): HTMLElement {
  const attributes = { type: "password", autocomplete: "current-password", required: true };
  const field = h("input", { class: "tsv-field", "aria-label": "Token", ...attributes });
  const words = again ? "This is not the token of this relay." : "This relay asks for its token:";
  const go = h("button", { class: "tsv-button", type: "submit" }, "Share");
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
    throw new TSVShareError("unavailable", "The relay cannot be reached. Try again in a moment.");
  }
  if (!response.ok) throw decodeRefusal(response.status, await response.text());
  return (await response.json()) as NewDocument;
}
