// The arrangement of columns: which a viewer sees, in which order and how wide. Private to this
// screen. Pure but for what it holds. A slot is a place on the screen, from 0: the pinned columns
// first, then the others.

/** A column by its position, with its name in the file as far as that is known. */
export type NamedColumn = readonly [column: number, name: string];

/** What a viewer made of columns, by their positions in the file. */
export interface Arranged {
  /** Null as long as the viewer pinned none and freed none. */
  readonly pinned: readonly number[] | null;
  readonly hidden: readonly number[];
  readonly widths: ReadonlyMap<number, number>;
  /** All columns in the viewer's order; null as long as that is the file's. */
  readonly order: readonly number[] | null;
  /** The only ones that show, in their order, beside the pinned ones; null: all but the hidden. */
  readonly only: readonly NamedColumn[] | null;
}

export class Columns {
  #total = 0;
  /** All columns in this viewer's order; null as long as that is the file's. */
  #order: number[] | null = null;
  /** Null: as is suggested. */
  #pinned: number[] | null = null;
  #suggested: number[] = [];
  #only: readonly NamedColumn[] | null = null;
  #hidden = new Set<number>();
  #widths = new Map<number, number>();
  #slots: Int32Array | null = null;
  #places: Int32Array | null = null;
  /** Raised by every change. */
  version = 0;

  /** How many columns the table has; more may come while it grows. */
  set total(total: number) {
    if (total === this.#total) return;
    for (let column = this.#total; this.#order && column < total; column++) {
      this.#order.push(column);
    }
    this.#total = total;
    this.#changed();
  }

  /** Pin a column as long as the viewer has not pinned or freed any. */
  suggestPin(column: number): void {
    this.#suggested = [column];
    this.#changed();
  }

  get total(): number {
    return this.#total;
  }

  get arrangement(): Arranged {
    const hidden = inOrder(this.#hidden);
    const [widths, order, only] = [this.#widths, this.#order, this.#only];
    return { pinned: this.#pinned, hidden, widths, order, only };
  }

  /** Arrange all columns anew; those that an order lacks stand behind the others. */
  set arrangement({ pinned, hidden, widths, order, only }: Arranged) {
    this.#pinned = pinned && [...pinned];
    this.#only = only?.length ? only : null;
    // Something has to show.
    this.#hidden = new Set(hidden.length < this.#total ? hidden : []);
    this.#widths = new Map(widths);
    this.#order = null;
    if (order) this.#order = [...new Set([...order, ...this.#all()])];
    this.#changed();
  }

  /** Whether the viewer made anything of the columns. */
  get arranged(): boolean {
    const { size } = this.#widths;
    const own = this.#pinned !== null || this.#only !== null || this.#order !== null;
    return own || this.#hidden.size + size > 0;
  }

  /** Show the columns as in the file again. */
  reset(): void {
    this.arrangement = { pinned: null, hidden: [], widths: new Map(), order: null, only: null };
  }

  /** The column in each slot. */
  get slots(): Int32Array {
    this.#slots ??= Int32Array.from([...this.#pinnedShown, ...this.#unpinned()]);
    return this.#slots;
  }

  /** The slot of a column; -1 if it is hidden. */
  slotOf(column: number): number {
    this.#places ??= this.#findPlaces();
    return this.#places[column] ?? -1;
  }

  /** How many of the first slots are pinned. */
  get pinnedSlots(): number {
    return this.#pinnedShown.length;
  }

  get pinned(): readonly number[] {
    return this.#pinned ?? this.#suggested;
  }

  /** The columns that do not show, in the order of the file. */
  get hidden(): number[] {
    if (this.#only === null) return inOrder(this.#hidden);
    return this.#all().filter((column) => this.slotOf(column) < 0);
  }

  /** Whether some columns were chosen, beside which only the pinned ones show. */
  get chosen(): boolean {
    return this.#only !== null;
  }

  /** The width that the viewer gave a column, in pixels; null if they gave none. */
  width(column: number): number | null {
    return this.#widths.get(column) ?? null;
  }

  resize(column: number, width: number | null): void {
    if (width === null) this.#widths.delete(column);
    else this.#widths.set(column, width);
    this.#changed();
  }

  /** Hide a column, unless it is the last one that shows. */
  hideColumn(column: number): void {
    if (this.slots.length < 2) return;
    this.#hidden.add(column);
    this.#only = this.#only?.filter(([other]) => other !== column) ?? null;
    this.#changed();
  }

  showColumn(column: number): void {
    if (this.slotOf(column) >= 0) return;
    this.#hidden.delete(column);
    if (this.#only && this.slotOf(column) < 0) this.#only = [...this.#only, [column, ""]];
    this.#changed();
  }

  showAllColumns(): void {
    this.#hidden.clear();
    this.#only = null;
    this.#changed();
  }

  /** Show some columns in this order, beside the pinned ones, and no others. */
  showOnly(columns: readonly NamedColumn[]): void {
    if (columns.length === 0) return;
    this.#only = columns;
    for (const [column] of columns) this.#hidden.delete(column);
    this.#changed();
  }

  pin(column: number): void {
    if (this.pinned.includes(column)) return;
    this.#pinned = [...this.pinned, column];
    this.#changed();
  }

  /** Unpin a column: it goes back to its place among the others. */
  unpin(column: number): void {
    this.#pinned = this.pinned.filter((pinned) => pinned !== column);
    this.#changed();
  }

  /** Move a column to a slot; one among the pinned ones pins it, one behind them does not. */
  move(column: number, slot: number): void {
    const pins = slot < this.pinnedSlots;
    const others = [...this.slots].filter((other) => other !== column);
    const next = others[slot];
    if (pins || this.pinned.includes(column)) this.unpin(column);
    if (pins) this.#pinned = inserted(this.#pinned ?? [], column, next);
    else if (this.#only) this.#only = moved(this.#only, column, next);
    else this.#order = inserted(without(this.#all(), column), column, next);
    this.#changed();
  }

  #all(): number[] {
    return this.#order ?? Array.from({ length: this.#total }, (_, column) => column);
  }

  get #pinnedShown(): number[] {
    return this.pinned.filter((column) => !this.#hidden.has(column) && column < this.#total);
  }

  #unpinned(): number[] {
    const pinned = new Set(this.pinned);
    const among = this.#only ? this.#onlyThere : this.#all();
    return among.filter((column) => !this.#hidden.has(column) && !pinned.has(column));
  }

  get #onlyThere(): number[] {
    const columns = (this.#only ?? []).map(([column]) => column);
    return [...new Set(columns)].filter((column) => column < this.#total);
  }

  #findPlaces(): Int32Array {
    const places = new Int32Array(this.#total).fill(-1);
    this.slots.forEach((column, slot) => {
      places[column] = slot;
    });
    return places;
  }

  #changed(): void {
    this.#slots = null;
    this.#places = null;
    this.version++;
  }
}

const inOrder = (columns: Iterable<number>): number[] => [...columns].sort((a, b) => a - b);

/** The chosen columns with one of them, or one more, before `next`. */
function moved(
  only: readonly NamedColumn[],
  column: number,
  next: number | undefined,
): NamedColumn[] {
  const names = new Map(only);
  const others = only.map(([other]) => other).filter((other) => other !== column);
  return inserted(others, column, next).map((other) => [other, names.get(other) ?? ""]);
}

const without = (columns: number[], column: number): number[] =>
  columns.filter((other) => other !== column);

/** The columns with one more before `next`, or behind all others if that is not among them. */
function inserted(columns: number[], column: number, next: number | undefined): number[] {
  const at = next === undefined ? -1 : columns.indexOf(next);
  return at < 0 ? [...columns, column] : columns.toSpliced(at, 0, column);
}
