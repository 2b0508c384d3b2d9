// Which pages have a button of their own: the first, the last, and those around the one shown. Pure.

/** Buttons and gaps at most. */
const MOST = 7;

/** The pages to offer, null where some are left out: 1 … 4 5 6 … 120. */
export function pageNumbers(page: number, pages: number): (number | null)[] {
  if (pages <= MOST) return range(1, pages);
  const near = Math.ceil(MOST / 2);
  if (page <= near) return [...range(1, MOST - 2), null, pages];
  if (page > pages - near) return [1, null, ...range(pages - MOST + 3, pages)];
  return [1, null, ...range(page - 1, page + 1), null, pages];
}

const range = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, i) => first + i);
