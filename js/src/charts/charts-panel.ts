// The panel beside the table: its rows in groups with a bar for each, or two of its columns as a
// picture. It is of the rows that this screen shows, and follows them.

import type { Group, Groups, Points, Query } from "../protocol/query.ts";
import type { GroupsAnswer, PointsAnswer } from "../protocol/relay-messages.ts";
import type { GetPoints } from "../protocol/viewer-messages.ts";
import { texts } from "../texts/texts.ts";
import { openSide } from "../ui/dialog.ts";
import { button, h, setAttr, setText } from "../ui/dom.ts";
import type { Viewer } from "../view/viewer.ts";
import { sentence } from "../words/format.ts";
import { ColumnField } from "./column-field.ts";
import { isChosen, toggled, ungrouped } from "./group-filters.ts";
import { groupsTable, type Measure, measures } from "./groups-table.ts";
import { pointsChart } from "./points-chart.ts";

type Kind = "groups" | "dots" | "line";

/** Seconds that an answer may take, and milliseconds between two while rows come. */
const [SECONDS, AGAIN_MS] = [180, 1500];

const CHART = "M4 4v16h16M8 15l4-5 3 3 5-7";

/** What is shown: the answer to the newest question. */
type Shown = { groups: Groups } | { of_rows: number; points: Points };

export class ChartsPanel {
  readonly #host: HTMLElement;
  readonly #viewer: Viewer;
  readonly #here: () => number;
  readonly #answer = h("div", { class: "tsv-chart" });
  readonly #note = h("p", { class: "tsv-note", role: "alert" });
  #box: HTMLElement | null = null;
  #kind: Kind = "groups";
  #measure: Measure = "count";
  #fields: ColumnField[] = [];
  #form = h("div", { class: "tsv-chart-form" });
  #asked = "";
  #asking: AbortController | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #shown: Shown | null = null;
  #drawn: Query | null = null;

  /** `here` gives the column that this viewer is at. */
  constructor(host: HTMLElement, viewer: Viewer, here: () => number) {
    this.#host = host;
    this.#viewer = viewer;
    this.#here = here;
    const open = button(texts.charts, {
      ...{ icon: CHART, bare: true, kind: "quiet", onclick: () => this.open() },
    });
    setAttr(open, "aria-haspopup", "dialog");
    host.querySelector(".tsv-look")?.prepend(open);
  }

  open(): void {
    if (this.#box?.isConnected) return;
    this.#fill();
    const kinds = this.#choice(texts.chartKind, this.#kinds, this.#kind, (kind) => {
      this.#kind = kind;
      this.#fill();
    });
    const content = h("div", { class: "tsv-charts" }, kinds, this.#form, this.#note, this.#answer);
    this.#box = openSide(this.#host, texts.charts, content);
  }

  close(): void {
    this.#stop();
    this.#box?.remove();
  }

  /** Ask again if the rows on the screen are others. */
  update(): void {
    if (!this.#box?.isConnected) {
      this.#stop();
      return;
    }
    // Which group is chosen shows at once, whatever has to be asked for.
    if (this.#viewer.query !== this.#drawn) this.#draw();
    // Rows that come are asked for now and then.
    if (this.#question !== this.#asked) {
      this.#timer ??= setTimeout(() => this.#ask(), this.#shown ? this.#pause : 0);
    }
  }

  get #pause(): number {
    return this.#viewer.document?.table?.status === "receiving" ? AGAIN_MS : 0;
  }

  get #kinds(): [Kind, string][] {
    return [
      ["groups", texts.chartGroups],
      ["dots", texts.chartDots],
      ["line", texts.chartLine],
    ];
  }

  // --- what is asked ---

  #fill(): void {
    const here = Math.max(0, this.#here());
    const field = (label: string, column: number | null, optional = false) =>
      new ColumnField(this.#viewer, label, column, optional, () => this.#changed());
    const [x = null, y = null] = this.#numeric;
    this.#fields =
      this.#kind === "groups"
        ? [
            field(texts.groupBy, here),
            field(texts.groupAnd, null, true),
            field(texts.groupValue, x === here ? y : x, true),
          ]
        : [field(texts.chartAcross, x ?? here), field(texts.chartUp, y ?? x ?? here)];
    this.#changed();
  }

  /** The first two columns of numbers on the page. */
  get #numeric(): number[] {
    const { sheet } = this.#viewer;
    const columns = Array.from({ length: Math.min(100, sheet?.width ?? 0) }, (_, i) => i);
    return columns.filter((column) => sheet?.numeric(column)).slice(0, 2);
  }

  #changed(): void {
    const bars = measures(this.#value !== null);
    if (!bars.some(([measure]) => measure === this.#measure)) this.#measure = "count";
    const measure = this.#choice(texts.chartBars, bars, this.#measure, (chosen) => {
      this.#measure = chosen;
      this.#draw();
    });
    const fields = this.#fields.map(({ element }) => element);
    this.#form.replaceChildren(...fields, ...(this.#kind === "groups" ? [measure] : []));
    this.#shown = null;
    this.#answer.replaceChildren();
    clearTimeout(this.#timer);
    this.#ask();
  }

  get #by(): number[] {
    const [first, second] = this.#fields.map(({ column }) => column);
    const by = [first, second].filter((column) => column !== null && column !== undefined);
    return [...new Set(by as number[])];
  }

  get #value(): number | null {
    return this.#kind === "groups" ? (this.#fields[2]?.column ?? null) : null;
  }

  get #query(): Query {
    const query = this.#viewer.view?.query ?? {};
    return this.#kind === "groups" ? ungrouped(query, this.#by) : query;
  }

  /** All that the answer depends on. */
  get #question(): string {
    const { document: shared, view, live } = this.#viewer;
    const { id, rows, reading } = shared?.table ?? {};
    const told = { ...reading, notes: null };
    const asked = [this.#kind === "groups", this.#by, this.#value, this.#query];
    const shown = this.#kind === "groups" ? null : view?.n_rows;
    return JSON.stringify([id, rows, told, live, shown, ...asked]);
  }

  #stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#asking?.abort();
    this.#asking = null;
    this.#asked = "";
  }

  #ask(): void {
    this.#stop();
    this.#asked = this.#question;
    const table = this.#viewer.document?.table?.id;
    if (table === undefined || !this.#viewer.live || this.#by.length === 0) return;
    const asking = new AbortController();
    this.#asking = asking;
    setAttr(this.#answer, "aria-busy", "true");
    this.#fetch(table, asking.signal)
      .then((shown) => {
        if (this.#asking !== asking) return;
        this.#shown = shown;
        setText(this.#note, "");
      })
      .catch((error) => {
        if (this.#asking === asking) setText(this.#note, sentence((error as Error).message));
      })
      .finally(() => {
        if (this.#asking !== asking) return;
        setAttr(this.#answer, "aria-busy", null);
        this.#draw();
      });
  }

  async #fetch(table: string, signal: AbortSignal): Promise<Shown> {
    const { requests } = this.#viewer;
    const options = { seconds: SECONDS, signal };
    const query = this.#query;
    if (this.#kind === "groups") {
      const asked = { type: "groups", table, by: this.#by, value: this.#value, query } as const;
      return { groups: (await requests.ask<GroupsAnswer>(asked, options)).groups };
    }
    const [x = 0, y = 0] = this.#fields.map(({ column }) => column ?? 0);
    const columns: GetPoints["columns"] = [x, y];
    const asked = { type: "points", table, columns, query } as const;
    return requests.ask<PointsAnswer>(asked, options);
  }

  // --- what is shown ---

  #draw(): void {
    const shown = this.#shown;
    if (shown === null) return;
    const { names, query } = this.#viewer;
    this.#drawn = query;
    const focused = this.#answer.querySelector(":focus")?.textContent;
    if ("groups" in shown) {
      const table = groupsTable({
        groups: shown.groups,
        names: this.#by.map(names.of),
        measure: this.#measure,
        hasValue: this.#value !== null,
        isChosen: (group) => isChosen(query, this.#by, group),
        onchoose: (group) => this.#choose(group),
      });
      this.#answer.replaceChildren(table);
    } else {
      const [x = 0, y = 0] = this.#fields.map(({ column }) => column ?? 0);
      const line = this.#kind === "line";
      const named: [string, string] = [names.of(x), names.of(y)];
      this.#answer.replaceChildren(pointsChart({ ...shown, names: named, line }));
    }
    if (focused) this.#focus(focused);
  }

  /** Give the focus back to a group that was drawn anew. */
  #focus(name: string): void {
    const all = [...this.#answer.querySelectorAll("button")];
    all.find(({ textContent }) => textContent === name)?.focus();
  }

  #choose(group: Group): void {
    this.#viewer.submitQuery(toggled(this.#viewer.query, this.#by, group));
  }

  #choice<Value extends string>(
    label: string,
    values: [Value, string][],
    now: Value,
    onchange: (value: Value) => void,
  ): HTMLElement {
    const list = h("select");
    list.append(...values.map(([value, words]) => h("option", { value }, words)));
    list.value = now;
    list.addEventListener("change", () => onchange(list.value as Value));
    return h("label", { class: "tsv-field" }, h("span", {}, label), list);
  }
}
