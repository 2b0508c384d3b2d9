// Keys and the host of a component, a notebook that has commands on plain letters: what is pressed
// in any part of the component stays in it. One rule at its root, so that no part can forget it.
import { setAttr } from "./dom.ts";

/** Lumino, which JupyterLab and Notebook are built on, takes no keys of an element that has this. */
const SUPPRESS = "data-lm-suppress-shortcuts";

export interface PressedKeys {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  shiftKey: boolean;
}

/**
 * Whether the host may act on a key that was pressed in the component: to save and to show its
 * commands, and, from a cell of the table, to run the cell of the notebook. Tab leaves the
 * component. Everything else would change what is around the table. Pure.
 */
export function isForHost(keys: PressedKeys, inCell: boolean): boolean {
  const { key, altKey, shiftKey } = keys;
  const ctrl = keys.ctrlKey || keys.metaKey;
  if (altKey) return false;
  if (!ctrl) return key === "Tab" || (key === "Enter" && shiftKey && inCell);
  return shiftKey ? /^c$/i.test(key) : /^s$/i.test(key);
}

/** Whether a key opens the browser's own find. Pure. */
export function opensFind({ key, ctrlKey, metaKey, altKey, shiftKey }: PressedKeys): boolean {
  if (altKey || shiftKey) return false;
  return ctrlKey || metaKey ? /^f$/i.test(key) : key === "F3";
}

/** What a table's cells are, which let a notebook run. */
const CELL = "[role=gridcell], [role=rowheader]";

/**
 * Keep the keys that are pressed in `root` from its host.
 *
 * Notebook takes keys at the document on their way down, and looks at the element with the focus
 * before those around it: that element itself must say that its keys are not for the host.
 * JupyterLab and others take them on their way up, and get none.
 */
export function keepKeys(root: HTMLElement, signal: AbortSignal): void {
  const forHost = (event: KeyboardEvent): boolean => {
    const [pressed] = event.composedPath();
    return isForHost(event, pressed instanceof Element && pressed.closest(CELL) !== null);
  };
  const suppress = (event: Event, is: boolean) => {
    // Outside a shadow tree that the component may be in, its host stands for it.
    if (event.target instanceof Element) setAttr(event.target, SUPPRESS, is ? "true" : null);
  };
  root.addEventListener("focusin", (event) => suppress(event, true), { signal });
  const decide = (event: KeyboardEvent) => {
    if (event.composedPath().includes(root)) suppress(event, !forHost(event));
  };
  window.addEventListener("keydown", decide, { capture: true, signal });
  const keep = (event: KeyboardEvent) => {
    if (!forHost(event)) event.stopPropagation();
  };
  root.addEventListener("keydown", keep, { signal });
}
