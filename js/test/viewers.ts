// A viewer of a kernel, as the tests of the view open it, and queries they ask.
import type { LinkState } from "../src/link/model.ts";
import type { Query } from "../src/protocol/query.ts";
import { Viewer } from "../src/view/viewer.ts";
import { Kernel, settle } from "./kernel.ts";

export async function openViewer(link: Partial<LinkState> = {}) {
  const kernel = new Kernel(link);
  const viewer = new Viewer(kernel, null, async () => "yes");
  const notices: string[] = [];
  viewer.onnotice = ({ code }) => notices.push(code);
  await settle();
  return { kernel, viewer, notices };
}

export const SORTED: Query = { sort: [{ column: 1 }] };
export const NARROW: Query = { filters: [{ column: 0, op: "contains", value: "a" }] };
export const sets = (kernel: Kernel) => kernel.asked("op").map(({ set }) => set);
