// What the second part of the front end adds to the table itself: pictures in the headers, how high
// rows are. Browser-only.

import type { TablePane } from "../pane/table-pane.ts";
import type { Filter, Query } from "../protocol/query.ts";
import { type Heatmap, isNarrow, refilter } from "../protocol/query.ts";
import { h } from "../ui/dom.ts";
import type { Viewer } from "../view/viewer.ts";
import { type LookSource, looksOf, scaleColumns } from "./cell-looks.ts";
import { ColumnFacts, type FactsView } from "./column-facts.ts";
import type { ColumnLook } from "./column-look.ts";
import { HeaderPictures } from "./header-pictures.ts";
import { heatRules } from "./heat-scale.ts";
import { KeptFormats } from "./kept-formats.ts";
import { LookMenu } from "./look-menu.ts";

export class Figures {
  readonly #viewer: Viewer;
  readonly #pane: TablePane;
  readonly #facts: ColumnFacts;
  readonly #pictures: HeaderPictures;
  readonly #menu: LookMenu;
  /** Of the whole table, where the rows that are shown are not all. */
  readonly #whole: ColumnFacts;
  readonly #formats: KeptFormats;
  #coloured = "";
  #sight: Int32Array = new Int32Array();
  #frame = 0;

  constructor(host: HTMLElement, viewer: Viewer, pane: TablePane) {
    host.append(h("style", {}, heatRules()));
    this.#viewer = viewer;
    this.#pane = pane;
    this.#facts = new ColumnFacts(viewer.lookups);
    this.#whole = new ColumnFacts(viewer.lookups);
    for (const facts of [this.#facts, this.#whole]) facts.onchange = () => this.#drawSoon();
    this.#formats = new KeptFormats(() => viewer.link?.uuid);
    const filter = (column: number, filters: Filter[]) => this.#filter(column, filters);
    this.#pictures = new HeaderPictures(pane.grid, this.#facts, filter);
    this.#menu = new LookMenu(host, pane.grid, viewer, () => this.#toggled());
    pane.grid.looks = (column) => looksOf(this.#looks, column);
    pane.onsight = (columns) => this.#see(columns);
    this.update();
    pane.grid.redraw();
  }

  /** Show what is new. */
  update(): void {
    const { heatmap } = this;
    this.#showRows();
    this.#menu.update();
    const coloured = JSON.stringify(heatmap);
    if (coloured === this.#coloured) return;
    this.#coloured = coloured;
    this.#pane.grid.redraw();
  }

  /** What the menu of a column has for this one; null: it is not of numbers. */
  columnLook(column: number): ColumnLook | null {
    const name = this.#viewer.names.of(column);
    if (!this.#viewer.sheet?.numeric(column)) return null;
    return {
      heatmap: this.heatmap,
      format: this.#formats.get(name),
      colour: (heatmap) => this.#viewer.colour(heatmap),
      setFormat: (format) => {
        this.#formats.set(name, format);
        this.#pane.grid.redraw();
      },
    };
  }

  get heatmap(): Heatmap | null {
    return this.#viewer.view?.heatmap ?? null;
  }

  get #looks(): LookSource {
    const { heatmap } = this;
    const facts = this.#filtered ? this.#whole : this.#facts;
    return {
      heatmap,
      columns: this.#viewer.document?.table?.columns ?? 0,
      facts: (column) => facts.get(column),
      format: (column) => this.#formats.get(this.#viewer.names.of(column)),
    };
  }

  get #filtered(): boolean {
    return isNarrow(this.#viewer.view?.query ?? {});
  }

  /** Have what is shown now looked at, as far as it is in sight. */
  #showRows(): void {
    const { heatmap } = this;
    const view = this.#view();
    const narrow = heatmap !== null && this.#filtered;
    const heated = heatmap !== null && !narrow;
    this.#facts.show(this.#shown || heated ? view : null);
    this.#whole.show(narrow && view ? { ...view, query: {}, rows: this.#allRows } : null);
    const scale = heatmap?.scale === "table" ? scaleColumns(heatmap, view?.columns ?? 0) : [];
    const heat = heatmap ? [...this.#sight, ...scale] : [];
    this.#whole.want(narrow ? heat : []);
    this.#facts.want(heated ? heat : this.#shown ? this.#sight : []);
  }

  get #allRows(): number {
    return this.#viewer.document?.table?.rows ?? 0;
  }

  close(): void {
    cancelAnimationFrame(this.#frame);
    for (const facts of [this.#facts, this.#whole]) facts.stop();
    this.#pane.onsight = () => {};
  }

  get #shown(): boolean {
    return this.#pane.grid.preferences.pictures;
  }

  #see(columns: Int32Array): void {
    this.#sight = columns;
    // Before anything is drawn, so that what was asked for is there sooner.
    this.#showRows();
    if (this.#shown) this.#pictures.draw(columns);
  }

  #toggled(): void {
    this.#see(this.#sight);
    if (!this.#shown) this.#pictures.remove(this.#sight);
  }

  #view(): FactsView | null {
    const { view, document: shared, live } = this.#viewer;
    const table = shared?.table;
    if (!table || !view || !live) return null;
    const { notes: _, ...reading } = table.reading;
    return {
      table: JSON.stringify([table.id, reading]),
      columns: table.columns,
      query: this.#narrow(view.query),
      rows: view.n_rows,
      growing: table.status === "receiving" || table.status === "rereading",
    };
  }

  /** A query but for its order, which makes no difference. */
  #narrow({ filters = [], search = "" }: Query): Query {
    return { ...(filters.length > 0 && { filters }), ...(search !== "" && { search }) };
  }

  #drawSoon(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => {
      if (this.heatmap) this.#pane.grid.redraw();
      if (this.#shown) this.#pictures.draw(this.#sight);
    });
  }

  #filter(column: number, filters: Filter[]): void {
    this.#viewer.submitQuery(refilter(this.#viewer.query, column, filters));
  }
}
