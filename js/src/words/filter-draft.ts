// A filter draft: a filter as the fields of a form hold it. Pure.
import type { Filter, FilterOp, Profile } from "../protocol/query.ts";
import { fill, texts } from "../texts/texts.ts";
import { isDate } from "./dates.ts";
import { isNumber } from "./numbers.ts";

export type ColumnKind = "number" | "date" | "text";
/** "between" is two filters; "empty" is a comparison with nothing. */
export type FilterDraftOp = FilterOp | "between" | "empty" | "notempty";

export interface FilterDraft {
  op: FilterDraftOp;
  value: string;
  /** The other end of "between". */
  to: string;
  caseless: boolean;
  /** The values of "in". */
  chosen: string[];
}

export const columnKindOf = (kind: Profile["kind"]): ColumnKind =>
  kind === "empty" ? "text" : kind;

const ORDER: [FilterDraftOp, string][] = [
  ["==", "="],
  ["!=", "≠"],
  [">", ">"],
  [">=", "≥"],
  ["<", "<"],
  ["<=", "≤"],
];

/** The operators for a column of a kind, each with its label. */
export function opsFor(kind: ColumnKind): [FilterDraftOp, string][] {
  const contains: [FilterDraftOp, string] = ["contains", texts.opContains];
  const order: [FilterDraftOp, string][] = [...ORDER, ["between", texts.opBetween], contains];
  const words: [FilterDraftOp, string][] = [
    contains,
    ["==", texts.opIs],
    ["!=", texts.opIsNot],
    ["startswith", texts.opStartsWith],
    ["endswith", texts.opEndsWith],
  ];
  return [
    ...(kind === "text" ? words : order),
    ["in", texts.opIn],
    ["matches", texts.opMatches],
    ["empty", texts.opEmpty],
    ["notempty", texts.opNotEmpty],
    ["missing", texts.opMissing],
    ["present", texts.opPresent],
  ];
}

/** Which fields a draft has. */
export const takesValue = (op: FilterDraftOp): boolean =>
  !["in", "empty", "notempty", "missing", "present"].includes(op);
export const takesCase = (op: FilterDraftOp, kind: ColumnKind): boolean =>
  ["contains", "startswith", "endswith", "matches"].includes(op) ||
  (kind === "text" && ["==", "!="].includes(op));

export const emptyFilterDraft = (kind: ColumnKind): FilterDraft => ({
  op: kind === "text" ? "contains" : ">=",
  value: "",
  to: "",
  caseless: true,
  chosen: [],
});

/** The draft of the filters that a column has; the empty one if they do not fit into it. */
export function filterDraftOf(filters: Filter[], kind: ColumnKind): FilterDraft {
  const empty = emptyFilterDraft(kind);
  const [one, two] = filters;
  if (one === undefined) return empty;
  if (filters.length === 2 && one.op === ">=" && two?.op === "<=") {
    return { ...empty, op: "between", value: String(one.value), to: String(two.value) };
  }
  if (filters.length > 1) return empty;
  const { op, value, caseless = false } = one;
  if (op === "in") return { ...empty, op, chosen: (value as string[]).map(String) };
  if (value === "" && op === "==") return { ...empty, op: "empty" };
  if (value === "" && op === "!=") return { ...empty, op: "notempty" };
  return { ...empty, op, value: value === undefined ? "" : String(value), caseless };
}

/** The filters that a draft means. */
export function filtersFrom(draft: FilterDraft, column: number, kind: ColumnKind): Filter[] {
  const { op, caseless, chosen } = draft;
  if (op === "missing" || op === "present") return [{ column, op }];
  if (op === "empty") return [{ column, op: "==", value: "" }];
  if (op === "notempty") return [{ column, op: "!=", value: "" }];
  if (op === "in") return [{ column, op, value: chosen }];
  if (op === "between") {
    const ends = [filter(">=", draft.value), filter("<=", draft.to)];
    return ends.filter(({ value }) => value !== "");
  }
  return [filter(op, draft.value)];

  function filter(name: FilterOp, text: string): Filter {
    if (takesCase(name, kind))
      return { column, op: name, value: text, ...(caseless && { caseless }) };
    return { column, op: name, ...compared(text.trim(), kind) };
  }
}

function compared(text: string, kind: ColumnKind): Pick<Filter, "value" | "by"> {
  if (kind === "date") return { value: text, by: "date" };
  // Fifteen digits are exact as a number; more are compared as they are written.
  const digits = text.replace(/[eE].*$/, "").replace(/\D/g, "").length;
  const value = Number(text);
  // Nor is what no float holds: JSON has no infinity.
  const exact = digits <= 15 && text !== "" && Number.isFinite(value);
  return exact ? { value } : { value: text, by: "number" };
}

/** Why a draft cannot be submitted, and at which field; null if it can. */
export function refuseFilterDraft(
  draft: FilterDraft,
  kind: ColumnKind,
): { field: keyof FilterDraft; message: string } | null {
  const { op, value, to, chosen } = draft;
  if (op === "in") {
    const message = texts.chooseValue;
    return chosen.length === 0 ? { field: "chosen", message } : null;
  }
  if (!takesValue(op)) return null;
  if (op === "between" && value.trim() === "" && to.trim() === "") {
    return { field: "value", message: texts.betweenWhat };
  }
  if (op !== "between" && value === "") return { field: "value", message: texts.whichValue };
  if (takesCase(op, kind)) return null;
  return refuseValue("value", value, kind, op) ?? refuseValue("to", to, kind, op);
}

function refuseValue(field: "value" | "to", text: string, kind: ColumnKind, op: FilterDraftOp) {
  if (text.trim() === "" && (field === "to" || op === "between")) return null;
  if (kind === "number" && !isNumber(text.trim())) {
    return { field, message: fill(texts.notNumber, { text }) };
  }
  if (kind === "date" && !isDate(text.trim())) {
    return {
      field,
      message: fill(texts.notDate, { text }),
    };
  }
  return null;
}
