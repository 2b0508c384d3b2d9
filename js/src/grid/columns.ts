// The arrangement of columns: which a viewer sees, in which order and how wide. Private to this
// screen. Pure but for what it holds. A slot is a place on the screen, from 0: the pinned columns
// first, then the others.

/** What a viewer made of columns, by their positions in the file. */
export interface Arranged {
  readonly pinned: readonly number[];
  readonly hidden: readonly number[];
  readonly widths: ReadonlyMap<number, number>;
  /** All columns in the viewer's order; null as long as that is the file's. */
  readonly order: readonly number[] | null;
}

export class Columns {
  #total = 0;
  /** All columns in this viewer's order; null as long as that is the file's. */
  #order: number[] | null = null;
  #pinned: number[] = [];
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

  get arrangement(): Arranged {
    const { hidden } = this;
    return { pinned: this.#pinned, hidden, widths: this.#widths, order: this.#order };
  }

  /** Arrange all columns anew; those that an order lacks stand behind the others. */
  set arrangement({ pinned, hidden, widths, order }: Arranged) {
    this.#pinned = [...pinned];
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
    return this.#pinned.length + this.#hidden.size + size > 0 || this.#order !== null;
  }

  /** Show the columns as in the file again. */
  reset(): void {
    this.arrangement = { pinned: [], hidden: [], widths: new Map(), order: null };
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
    return this.#pinned;
  }

  /** The hidden columns, in the order of the file. */
  get hidden(): number[] {
    return [...this.#hidden].sort((a, b) => a - b);
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
    this.#changed();
  }

  showColumn(column: number): void {
    this.#hidden.delete(column);
    this.#changed();
  }

  showAllColumns(): void {
    this.#hidden.clear();
    this.#changed();
  }

  pin(column: number): void {
    if (this.#pinned.includes(column)) return;
    this.#pinned.push(column);
    this.#changed();
  }

  /** Unpin a column: it goes back to its place among the others. */
  unpin(column: number): void {
    this.#pinned = this.#pinned.filter((pinned) => pinned !== column);
    this.#changed();
  }

  /** Move a column to a slot; one among the pinned ones pins it, one behind them does not. */
  move(column: number, slot: number): void {
    const pins = slot < this.pinnedSlots;
    const others = [...this.slots].filter((other) => other !== column);
    const next = others[slot];
    this.unpin(column);
    if (pins) this.#pinned = inserted(this.#pinned, column, next);
    else this.#order = inserted(without(this.#all(), column), column, next);
    this.#changed();
  }

  #all(): number[] {
    return this.#order ?? Array.from({ length: this.#total }, (_, column) => column);
  }

  get #pinnedShown(): number[] {
    return this.#pinned.filter((column) => !this.#hidden.has(column) && column < this.#total);
  }

  #unpinned(): number[] {
    const pinned = new Set(this.#pinned);
    return this.#all().filter((column) => !this.#hidden.has(column) && !pinned.has(column));
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

const without = (columns: number[], column: number): number[] =>
  columns.filter((other) => other !== column);

/** The columns with one more before `next`, or behind all others if that is not among them. */
function inserted(columns: number[], column: number, next: number | undefined): number[] {
  const at = next === undefined ? -1 : columns.indexOf(next);
  return at < 0 ? [...columns, column] : columns.toSpliced(at, 0, column);
}
