// The keyboard in the grid: does what keys.ts says.
import { activeElementAround, hasSelectedText } from "../../ui/dom.ts";
import { type Action, actionOf } from "./keys.ts";
import { type CellPosition, HEADER, type Move, moveBy } from "./move.ts";
import { type Selection, type Size, select, selectPage } from "./selection.ts";

export interface KeyboardControls {
  readonly element: HTMLElement;
  readonly active: CellPosition;
  readonly size: Size;
  readonly selection: Selection | null;
  /** Move the focus to a position of this page. */
  go(position: CellPosition): void;
  choose(selection: Selection | null): void;
  /** Turn pages; `landing`: the row that the focus goes to there, if not the same. */
  turn(pages: number | "first" | "last", landing?: "top" | "bottom"): void;
  sort(slot: number, additive: boolean): void;
  /** Move a column by one slot, or make it wider or narrower by one step. */
  shift(slot: number, by: number): void;
  widen(slot: number, by: number): void;
  /** Open the menu of a column, or of what has the focus. */
  menu(slot?: number): void;
  open(): void;
  copy(): void;
  help(): void;
  search(): void;
  find(): void;
  /** Ask for the row to go to. */
  row(): void;
  /** Show the row downwards, or the page on its side. */
  record(): void;
  transpose(): void;
}

export class Keyboard {
  readonly #table: KeyboardControls;

  constructor(table: KeyboardControls) {
    this.#table = table;
    table.element.addEventListener("keydown", (event) => this.#key(event));
  }

  #key(event: KeyboardEvent): void {
    const action = actionOf(event, this.#table.active);
    if (action === null || (action.do === "copy" && hasSelectedText())) return;
    event.preventDefault();
    this.#do(action);
  }

  #do(action: Action): void {
    const table = this.#table;
    const { active, size } = table;
    if (action.do === "move") this.#move(action);
    else if (action.do === "turn") table.turn(action.by);
    else if (action.do === "first") this.#toEnd("first", { row: 0, column: 0 });
    else if (action.do === "last") {
      this.#toEnd("last", { row: size.height - 1, column: size.width - 1 });
    } else if (action.do === "sort") table.sort(active.column, action.additive);
    else if (action.do === "select") this.#select(action.what);
    else if (action.do === "resize") table.widen(active.column, action.by);
    else if (action.do === "shift") table.shift(active.column, action.by);
    else if (action.do === "leave") this.#leave();
    else table[action.do]();
  }

  #move({ key, far, extend }: { key: string; far: boolean; extend: boolean }): void {
    const table = this.#table;
    const { selection, active, size } = table;
    if (extend && active.row !== HEADER) {
      this.#extend(moveBy(key, far, selection?.head ?? active, size));
      return;
    }
    table.choose(null);
    const to = moveBy(key, far, active, size);
    if (to === "before") table.turn(-1, "bottom");
    else if (to === "behind") table.turn(1, "top");
    else if (to) table.go(to);
  }

  #extend(to: Move | null): void {
    const table = this.#table;
    if (to === null || typeof to === "string" || to.row === HEADER) return;
    const { selection, active } = table;
    table.choose(select(selection?.kind ?? "cells", selection?.anchor ?? active, to));
    table.go(to);
  }

  #toEnd(page: "first" | "last", position: CellPosition): void {
    this.#table.choose(null);
    this.#table.go(position);
    this.#table.turn(page, page === "first" ? "top" : "bottom");
  }

  #select(what: "cell" | "row" | "column" | "page"): void {
    const { active, size } = this.#table;
    const { row, column } = active;
    if (what === "page") this.#table.choose(selectPage(size));
    else if (what === "column") this.#table.choose(select("columns", { row: 0, column }));
    else this.#table.choose(select(what === "row" ? "rows" : "cells", { row, column }));
  }

  /** Escape: first clear the selection, then move the focus to what is around the table. */
  #leave(): void {
    const { element, selection } = this.#table;
    const host = focusableAround(element);
    if (selection) this.#table.choose(null);
    else if (host) host.focus({ preventScroll: true });
    else (activeElementAround(element) as HTMLElement | null)?.blur();
  }
}

/** What takes the focus around the component, such as the cell of a notebook. */
function focusableAround(element: HTMLElement): HTMLElement | null {
  let around: Element | null = element.closest(".tsvshare");
  while (around) {
    const root = around.getRootNode();
    around = around.parentElement ?? (root instanceof ShadowRoot ? root.host : null);
    if (around instanceof HTMLElement && around.tabIndex >= 0) return around;
  }
  return null;
}
