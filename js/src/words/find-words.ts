// What is said of hits. Pure.

import { fill, texts } from "../texts/texts.ts";
import { sentence } from "./format.ts";

export interface HitState {
  asked: boolean;
  total: number;
  number: number;
  cell: number;
  cells: number;
  problem: string;
}

/** "hit 3 of 41", and where a row has several, which of its cells. */
export function hitWords({ asked, total, number, cell, cells, problem }: HitState): string {
  if (problem) return sentence(problem);
  if (!asked) return "";
  if (total === 0) return texts.notFound;
  const hit = fill(texts.hitOf, { number, total });
  return cells > 1 ? fill(texts.hitCell, { hit, cell, cells }) : hit;
}
