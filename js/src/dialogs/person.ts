// What stands for a person, in the toolbar and the people panel, and what brings people together.

import type { Person } from "../protocol/state.ts";
import { texts } from "../texts/texts.ts";
import { button, h, setAttr } from "../ui/dom.ts";
import { hueOf, initial } from "../view/people.ts";
import type { Viewer } from "../view/viewer.ts";

/** Somebody's colour, with the beginning of their name. */
export function circle(person: Person, letters = initial(person)): HTMLElement {
  const mark = h("span", { class: "tsv-circle", "aria-hidden": "true" }, letters);
  mark.style.setProperty("--hue", String(hueOf(person.cid)));
  return mark;
}

/** A button that lets everyone see what this screen shows. */
export function bringButton(viewer: Viewer): HTMLButtonElement {
  const onclick = () => void viewer.bringEveryone().catch((error) => viewer.reportError(error));
  const press = button(texts.bringEveryone, { icon: "people", kind: "small", onclick });
  setAttr(press, "title", texts.bringEveryoneTitle);
  return press;
}
