// One published result beside ours: what was measured or computed there, what comes out of the simulator here.

export interface PublishedRow {
  readonly what: string;
  readonly published: string;
  readonly ours: string;
}

export interface PublishedItem {
  readonly title: string;
  /** Where it was published. */
  readonly source: string;
  /** How ours came about, and what of it is not as there; in Markdown. */
  readonly how: string;
  readonly rows: readonly PublishedRow[];
}

/** Mean with its standard error, in a unit of the caller. */
export interface MeanAndError {
  readonly mean: number;
  readonly error: number;
}

export function meanAndError(values: readonly number[]): MeanAndError {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const square = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, error: Math.sqrt(square / (values.length - 1) / values.length) };
}

export function withError({ mean, error }: MeanAndError, decimals: number): string {
  return `${mean.toFixed(decimals)} ± ${error.toFixed(decimals)}`;
}
