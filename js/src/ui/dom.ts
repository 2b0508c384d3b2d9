// Elements and their texts. Text from outside becomes text nodes or attribute values, never markup,
// and has symbols for the characters that would not be seen or would reorder what stands around
// them.
import { plain } from "../words/format.ts";

type Attributes = Record<string, string | number | boolean | null | undefined>;
type Child = Node | string | null;

/** An element with attributes (true: present, false or null: absent) and children. */
export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const name in attributes) {
    const value = attributes[name];
    if (value === false || value === null || value === undefined) continue;
    element.setAttribute(name, value === true ? "" : attributeText(name, String(value)));
  }
  for (const child of children) {
    if (child !== null) element.append(typeof child === "string" ? plain(child) : child);
  }
  return element;
}

/** The attributes that people see or hear; others are for programs and stay as they are. */
const FOR_PEOPLE = /^(title|aria-label|aria-valuetext)$/;

/** The text of an attribute: only what is for people has symbols in it. */
export const attributeText = (name: string, value: string): string =>
  FOR_PEOPLE.test(name) ? plain(value) : value;

/** Set or remove an attribute, touching the page only if that changes something. */
export function setAttr(element: Element, name: string, value: Attributes[string]): void {
  if (value === false || value === null || value === undefined) {
    if (element.hasAttribute(name)) element.removeAttribute(name);
    return;
  }
  const text = value === true ? "" : attributeText(name, String(value));
  if (element.getAttribute(name) !== text) element.setAttribute(name, text);
}

/** The style of an element that nobody else sets: what stays the same is not touched. */
export class KeptStyle {
  readonly #element: HTMLElement;
  readonly #known = new Map<string, string>();

  constructor(element: HTMLElement) {
    this.#element = element;
  }

  set(name: string, value: string): void {
    if (this.#known.get(name) === value) return;
    this.#known.set(name, value);
    this.#element.style.setProperty(name, value);
  }
}

/** Disable a button or enable it again; it keeps its place in the tab order. */
export const setDisabled = (element: Element, disabled: boolean): void =>
  setAttr(element, "aria-disabled", disabled ? "true" : null);

/** Whether a button is disabled. */
export const isDisabled = (element: Element): boolean =>
  element.getAttribute("aria-disabled") === "true";

/** Set the text of an element, touching the page only if that changes something. */
export function setText(element: Element, text: string): void {
  const shown = plain(text);
  if (element.textContent === shown) return;
  const { firstChild: node } = element;
  // A node that comes or goes makes the browser look at all styles that ask what there is.
  if (shown !== "" && node?.nodeType === 3 && !node.nextSibling) node.nodeValue = shown;
  else element.textContent = shown;
}

/** The element with the focus in the document or shadow tree that an element is in. */
export const activeElementAround = (element: Node): Element | null =>
  (element.getRootNode() as Document | ShadowRoot).activeElement;

/** Whether a part of a text is selected, which the browser copies by itself. */
export const hasSelectedText = (): boolean => !(getSelection()?.isCollapsed ?? true);

const PATHS = {
  first: "M17 6l-6 6 6 6M7 6v12",
  previous: "M15 6l-6 6 6 6",
  next: "M9 6l6 6-6 6",
  last: "M7 6l6 6-6 6M17 6v12",
  upload: "M12 15V4m0 0L8 8m4-4l4 4M5 15v4h14v-4",
  download: "M12 4v11m0 0l-4-4m4 4l4-4M5 15v4h14v-4",
  more: "M7 10l5 5 5-5",
  share: "M10 14l4-4M8.5 10.5l-2 2a3.5 3.5 0 005 5l2-2m2-2l2-2a3.5 3.5 0 00-5-5l-2 2",
  people:
    "M9 11.5a3 3 0 100-6 3 3 0 000 6zM3.5 19c0-3 2.5-4.8 5.5-4.8s5.5 1.8 5.5 4.8M15.5 6a3 3 0 010 5.5M17 14.6c2.2.6 3.5 2.2 3.5 4.4",
  table: "M4 5h16v14H4zM4 10h16M4 14.5h16M10 10v9",
  copy: "M9 9h10v11H9zM5 15V4h10",
  close: "M6 6l12 12M18 6L6 18",
  check: "M5 12.5l4.5 4.5L19 7.5",
  search: "M10.5 17a6.5 6.5 0 100-13 6.5 6.5 0 000 13zM15.5 15.5L20 20",
  columns: "M4 5h16v14H4zM9.3 5v14M14.7 5v14",
  up: "M12 19V5m0 0l-6 6m6-6l6 6",
  down: "M12 5v14m0 0l-6-6m6 6l6-6",
  undo: "M8 5L4 9l4 4M4 9h10a5.5 5.5 0 010 11h-3",
  bars: "M4 20h16M6 20v-6h3v6M10.5 20V9h3v11M15 20V5h3v15",
  look: "M4 7h9m4 0h3M4 12h3m4 0h9M4 17h9m4 0h3M15 5v4M9 10v4M15 15v4",
  reading: "M12 7c-2-1.6-4.6-2-8-2v13c3.4 0 6 .4 8 2 2-1.6 4.6-2 8-2V5c-3.4 0-6 .4-8 2zM12 7v13",
} as const;

type Known = keyof typeof PATHS;
/** One of those that are here, or its own path. */
export type IconName = Known | `M${string}`;

/** A line drawing in the colour of the text around it. */
export function icon(name: IconName): SVGSVGElement {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  setAttr(svg, "viewBox", "0 0 24 24");
  setAttr(svg, "aria-hidden", "true");
  setAttr(svg, "class", "tsv-icon");
  setAttr(path, "d", PATHS[name as Known] ?? name);
  svg.append(path);
  return svg;
}

/** A button with an icon, a label, or both; an icon alone takes the label as its name. */
export function button(
  label: string,
  options: { icon?: IconName; bare?: boolean; kind?: string; onclick: () => void },
): HTMLButtonElement {
  const { icon: name, bare, kind, onclick } = options;
  const named = bare ? { "aria-label": label, title: label } : {};
  const element = h(
    "button",
    { type: "button", class: `tsv-button ${kind ?? ""}`.trim(), ...named },
    name ? icon(name) : null,
    bare ? null : h("span", {}, label),
  );
  element.addEventListener("click", () => {
    if (!isDisabled(element)) onclick();
  });
  return element;
}
