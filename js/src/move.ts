// Where the arrow keys lead in a table. Pure.

export interface Place {
  row: number;
  column: number;
}

/** The place a key leads to, within `width` x `height`; null for a key that does not move. */
export function moveBy(
  key: string,
  far: boolean,
  from: Place,
  size: { width: number; height: number },
): Place | null {
  const step = STEPS[key];
  if (!step || size.height === 0 || size.width === 0) return null;
  const [row, column] = step(from, far, size);
  return {
    row: Math.min(Math.max(row, 0), size.height - 1),
    column: Math.min(Math.max(column, 0), size.width - 1),
  };
}

type Step = (
  from: Place,
  far: boolean,
  size: { width: number; height: number },
) => [number, number];

const STEPS: Record<string, Step> = {
  ArrowUp: ({ row, column }, far) => [far ? 0 : row - 1, column],
  ArrowDown: ({ row, column }, far, { height }) => [far ? height : row + 1, column],
  ArrowLeft: ({ row, column }, far) => [row, far ? 0 : column - 1],
  ArrowRight: ({ row, column }, far, { width }) => [row, far ? width : column + 1],
  Home: ({ row }, far) => [far ? 0 : row, 0],
  End: ({ row }, far, { width, height }) => [far ? height : row, width],
};
