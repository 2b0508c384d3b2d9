// Keys for tests.
import type { PressedKeys } from "../src/ui/host-keys.ts";

/** A key as it is written in the list: "Ctrl+Shift+ArrowLeft". */
export function press(written: string): PressedKeys {
  const parts = written.split("+");
  const held = (name: string) => parts.slice(0, -1).includes(name);
  return {
    key: written.endsWith("+") ? "+" : (parts[parts.length - 1] as string),
    ctrlKey: held("Ctrl"),
    metaKey: held("Meta"),
    altKey: held("Alt"),
    shiftKey: held("Shift"),
  };
}
