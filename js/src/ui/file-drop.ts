// Dropping a file anywhere on an element.
import { texts } from "../texts/texts.ts";
import { h, icon, setAttr, setText } from "./dom.ts";

export interface Drops {
  allowed(): boolean;
  onfile(file: File): void;
  onrefuse(message: string): void;
  signal: AbortSignal;
}

/** Accept files dropped on `element`, with an overlay while one hovers over it. */
export function acceptDrops(element: HTMLElement, drops: Drops): void {
  const text = h("span");
  const overlay = h("div", { class: "tsv-drop", hidden: true }, icon("upload"), text);
  const { signal } = drops;
  let depth = 0;
  element.append(overlay);
  const show = (by: number) => {
    depth = Math.max(0, depth + by);
    setAttr(overlay, "hidden", depth === 0);
    setAttr(overlay, "data-refused", !drops.allowed());
    setText(text, drops.allowed() ? texts.dropForEveryone : texts.lookNotUpload);
  };
  const on = (type: "dragenter" | "dragover" | "dragleave" | "drop", act: (e: DragEvent) => void) =>
    element.addEventListener(type, (event) => carriesFiles(event) && act(event), { signal });
  on("dragenter", (event) => {
    event.preventDefault();
    show(1);
  });
  on("dragover", (event) => {
    event.preventDefault();
    if (event.dataTransfer) event.dataTransfer.dropEffect = drops.allowed() ? "copy" : "none";
  });
  on("dragleave", () => show(-1));
  on("drop", (event) => {
    event.preventDefault();
    event.stopPropagation();
    show(-depth);
    acceptFiles([...(event.dataTransfer?.files ?? [])], drops);
  });
}

function acceptFiles(files: File[], drops: Drops): void {
  const [file] = files;
  if (!drops.allowed()) drops.onrefuse(texts.lookNotUpload);
  else if (files.length > 1) drops.onrefuse(texts.oneTable);
  else if (file) drops.onfile(file);
}

const carriesFiles = (event: DragEvent): boolean =>
  event.dataTransfer?.types.includes("Files") ?? false;
