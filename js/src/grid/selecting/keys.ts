// The key bindings of the grid. Pure. The list that people are shown is in dialogs/shortcuts.ts.
import type { PressedKeys } from "../../ui/host-keys.ts";
import { type CellPosition, HEADER } from "./move.ts";

export type Action =
  | { do: "move"; key: string; far: boolean; extend: boolean }
  | { do: "turn"; by: -1 | 1 }
  | { do: "first" | "last" }
  | { do: "sort"; additive: boolean }
  | { do: "select"; what: "cell" | "row" | "column" | "page" }
  | { do: "resize" | "shift"; by: -1 | 1 }
  | { do: "menu" | "open" | "copy" | "leave" | "help" | "search" | "find" | "row" }
  | { do: "record" | "transpose" };

export type Keys = PressedKeys;

const ARROWS = /^Arrow/;
const MOVES = /^(Arrow(Up|Down|Left|Right)|Home|End)$/;

/** The action of a key at a position of the grid; null if the key is not for the grid. */
export function actionOf(keys: Keys, at: CellPosition): Action | null {
  const { key, altKey, shiftKey } = keys;
  const ctrl = keys.ctrlKey || keys.metaKey;
  const header = at.row === HEADER;
  if (altKey) return key === "ArrowDown" && !ctrl && !shiftKey ? { do: "menu" } : null;
  if (key === "ContextMenu" || (key === "F10" && shiftKey && !ctrl)) return { do: "menu" };
  if (header && ARROWS.test(key) && ctrl && shiftKey) return shifted(key);
  if (ctrl) return withCtrl(key, shiftKey);
  if (MOVES.test(key)) return { do: "move", key, far: false, extend: shiftKey };
  return (header ? inHeader(key, shiftKey) : inCell(key, shiftKey)) ?? anywhere(key, shiftKey);
}

function shifted(key: string): Action | null {
  if (key === "ArrowLeft") return { do: "shift", by: -1 };
  return key === "ArrowRight" ? { do: "shift", by: 1 } : null;
}

function withCtrl(key: string, shift: boolean): Action | null {
  if (ARROWS.test(key)) return { do: "move", key, far: true, extend: shift };
  if (key === " " && !shift) return { do: "select", what: "column" };
  if (shift) return null;
  if (key === "Home") return { do: "first" };
  if (key === "End") return { do: "last" };
  if (key === "a" || key === "A") return { do: "select", what: "page" };
  return key === "c" || key === "C" ? { do: "copy" } : null;
}

function inHeader(key: string, shift: boolean): Action | null {
  if (key === "Enter") return { do: "sort", additive: shift };
  if (key === " ") return { do: "select", what: "column" };
  if (key === "+" || key === "=") return { do: "resize", by: 1 };
  return key === "-" ? { do: "resize", by: -1 } : null;
}

function inCell(key: string, shift: boolean): Action | null {
  if (key === " ") return { do: "select", what: shift ? "row" : "cell" };
  if (shift) return null;
  if (key === "v") return { do: "record" };
  return key === "Enter" || key === "F2" ? { do: "open" } : null;
}

function anywhere(key: string, shift: boolean): Action | null {
  if (key === "?") return { do: "help" };
  if (shift) return null;
  if (key === "/") return { do: "search" };
  if (key === "g") return { do: "find" };
  if (key === "r") return { do: "row" };
  if (key === "t") return { do: "transpose" };
  if (key === "PageUp") return { do: "turn", by: -1 };
  if (key === "PageDown") return { do: "turn", by: 1 };
  return key === "Escape" ? { do: "leave" } : null;
}
