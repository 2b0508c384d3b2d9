// The panel of saved views: those for everyone and one's own, shown, linked, renamed and deleted;
// and what shows now is saved under a name.

import { MAX_NAME } from "../protocol/limits.ts";
import type { SavedView } from "../protocol/query.ts";
import { fill, texts } from "../texts/texts.ts";
import { copyText } from "../ui/clipboard.ts";
import { confirmed } from "../ui/confirm.ts";
import { button, h, type IconName, setAttr, setDisabled, setText } from "../ui/dom.ts";
import { PLAIN } from "../ui/fields.ts";
import { openPopup } from "../ui/popup.ts";
import type { Viewer } from "../view/viewer.ts";
import { queryWords } from "../words/query-words.ts";
import type { Owner, SavedViews } from "./saved-views.ts";

const OWNERS: Owner[] = ["all", "me"];
const BOOKMARK = "M7 4h10v16l-5-4-5 4z";
const PENCIL = "M5 19l1-4L16 5l3 3L9 18z";

export class ViewsPanel {
  readonly #host: HTMLElement;
  readonly #viewer: Viewer;
  readonly #views: SavedViews;
  readonly #button: HTMLButtonElement;
  #box: HTMLDialogElement | null = null;
  #known: Record<Owner, SavedView[]> = { all: [], me: [] };
  #version = "";
  readonly #lists: Record<Owner, HTMLElement> = { all: h("div"), me: h("div") };
  readonly #name = h("input", { type: "text", maxlength: MAX_NAME, ...PLAIN });
  readonly #forAll = h("input", { type: "checkbox" });
  readonly #save: HTMLButtonElement;
  readonly #note = h("p", { class: "tsv-note", "aria-live": "polite" });

  /** The button stands beside the search of `host`, the component. */
  constructor(host: HTMLElement, viewer: Viewer, views: SavedViews) {
    this.#host = host;
    this.#viewer = viewer;
    this.#views = views;
    const bare = { icon: BOOKMARK, bare: true, kind: "quiet" } as const;
    this.#button = button(texts.savedViews, { ...bare, onclick: () => this.open() });
    setAttr(this.#button, "aria-haspopup", "dialog");
    host.querySelector(".tsv-look")?.prepend(this.#button);
    setAttr(this.#name, "aria-label", texts.viewName);
    setAttr(this.#name, "placeholder", texts.viewName);
    this.#save = button(texts.saveView, { kind: "small", onclick: () => void this.#saveShown() });
    this.#name.addEventListener("input", () => this.#updateForm());
    this.#name.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.isComposing) this.#save.click();
    });
    this.#forAll.addEventListener("change", () => this.#updateForm());
  }

  open(): void {
    if (this.#box?.open) return;
    const label = h("label", { class: "tsv-check" }, this.#forAll, texts.viewForAll);
    setAttr(label, "hidden", !this.#views.mayShare);
    if (!this.#views.mayShare) this.#forAll.checked = false;
    const line = h("div", { class: "tsv-view-form" }, this.#name, label, this.#save);
    const form = h("fieldset", {}, h("legend", {}, texts.saveShown), line);
    const how = h("p", { class: "tsv-note" }, texts.viewsAreOwn);
    const content = h("div", { class: "tsv-views" }, this.#lists.all, this.#lists.me, form);
    content.append(this.#note, how);
    setText(this.#note, "");
    this.#box = openPopup(this.#host, this.#button, texts.savedViews, content);
    this.#updateForm();
    void this.#load();
  }

  /** Show what is new. */
  update(): void {
    if (this.#box?.open && this.#views.version !== this.#version) void this.#load();
  }

  close(): void {
    this.#box?.close();
  }

  async #load(): Promise<void> {
    this.#version = this.#views.version;
    await this.#do(async () => {
      for (const owner of OWNERS) this.#known[owner] = await this.#views.list(owner);
    });
    this.#draw();
  }

  #draw(): void {
    const focused = this.#box?.querySelector(":focus");
    const known = focused?.getAttribute("data-at");
    for (const owner of OWNERS) this.#drawList(owner);
    this.#updateForm();
    if (known) this.#box?.querySelector<HTMLElement>(`[data-at="${CSS.escape(known)}"]`)?.focus();
  }

  #drawList(owner: Owner): void {
    const views = this.#known[owner];
    const title = owner === "all" ? texts.viewsForAll : texts.viewsForMe;
    const rows = views.map((view) => this.#row(view, owner));
    const none = h("p", { class: "tsv-note" }, texts.noViews);
    const list = rows.length > 0 ? h("ul", { "aria-label": title }, ...rows) : none;
    this.#lists[owner].replaceChildren(h("h3", {}, title), list);
  }

  #row(view: SavedView, owner: Owner): HTMLElement {
    const { name, id } = view;
    const show = h("button", { type: "button", class: "tsv-as-link", dir: "auto" }, name);
    setAttr(show, "title", queryWords(view.query, this.#namesOf(view)));
    setAttr(show, "data-at", `show-${id}`);
    show.addEventListener("click", () => this.#show(view));
    const row = h("li", {}, show);
    const add = (icon: IconName, label: string, onclick: () => void) => {
      const press = button(label, { icon, bare: true, kind: "quiet small", onclick });
      setAttr(press, "data-at", `${icon}-${id}`);
      row.append(press);
    };
    const may = this.#views.mayShare;
    if (may) add("people", fill(texts.showViewToAll, { name }), () => void this.#showToAll(view));
    add("share", fill(texts.copyViewLink, { name }), () => void this.#copyLink(view, owner));
    if (owner === "all" && !may) return row;
    add(PENCIL, fill(texts.renameView, { name }), () => this.#rename(view, owner, show));
    add("close", fill(texts.deleteView, { name }), () => void this.#delete(view, owner));
    return row;
  }

  /** The names of its columns, as the view knows them. */
  #namesOf({ names }: SavedView): (column: number) => string {
    const known = new Map(names);
    return (column) => known.get(column) ?? this.#viewer.names.of(column);
  }

  #show(view: SavedView): void {
    this.close();
    this.#views.show(view);
  }

  async #showToAll(view: SavedView): Promise<void> {
    this.close();
    await this.#views.showToAll(view).catch((error) => this.#viewer.reportError(error));
  }

  async #copyLink(view: SavedView, owner: Owner): Promise<void> {
    const url = this.#views.link(view, owner);
    const done = url !== null && (await copyText(url, this.#box ?? this.#host));
    setText(this.#note, done ? fill(texts.viewLinkCopied, view) : texts.notCopied);
  }

  /** Have the name written anew, in its place. */
  #rename(view: SavedView, owner: Owner, show: HTMLElement): void {
    const field = h("input", { type: "text", maxlength: MAX_NAME, value: view.name, ...PLAIN });
    setAttr(field, "aria-label", texts.viewName);
    let over = false;
    const end = (renamed: boolean) => {
      if (over) return;
      over = true;
      const name = field.value.trim();
      field.replaceWith(show);
      show.focus();
      if (renamed && name && name !== view.name) void this.#change({ ...view, name }, owner);
    };
    field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== "Escape") return;
      event.preventDefault();
      end(event.key === "Enter");
    });
    field.addEventListener("blur", () => end(true));
    show.replaceWith(field);
    field.select();
  }

  async #change(view: SavedView, owner: Owner): Promise<void> {
    await this.#do(() => this.#views.save(view, owner));
    await this.#load();
  }

  async #delete(view: SavedView, owner: Owner): Promise<void> {
    const title = fill(texts.deleteView, view);
    const ask = () => confirmed(this.#host, title, texts.deleteViewForAll, texts.deleteIt);
    if (owner === "all" && !(await ask())) return;
    await this.#do(() => this.#views.delete(view.id, owner));
    await this.#load();
    this.#name.focus();
  }

  // --- saving what shows ---

  get #owner(): Owner {
    return this.#forAll.checked ? "all" : "me";
  }

  /** The view that is called so already. */
  get #same(): SavedView | undefined {
    const name = this.#name.value.trim();
    return this.#known[this.#owner].find((view) => view.name === name);
  }

  #updateForm(): void {
    setDisabled(this.#save, this.#name.value.trim() === "" || this.#viewer.view === null);
    const words = this.#same ? texts.replace : texts.saveView;
    setText(this.#save.querySelector("span") ?? this.#save, words);
  }

  async #saveShown(): Promise<void> {
    const name = this.#name.value.trim();
    const { id } = this.#same ?? {};
    const saved = await this.#do(() => this.#views.saveShown(name, this.#owner, id));
    if (saved === false) setText(this.#note, texts.tooManyViews);
    if (saved !== true) return;
    setText(this.#note, fill(texts.viewSaved, { name }));
    this.#name.value = "";
    await this.#load();
  }

  /** Do something, and say here why it could not be done. */
  async #do<Result>(work: () => Promise<Result>): Promise<Result | undefined> {
    try {
      return await work();
    } catch (error) {
      setText(this.#note, (error as Error).message);
      return undefined;
    }
  }
}
