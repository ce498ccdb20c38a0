// Means over independent replications with their standard error, and what control variates take out of it: of other figures of the same
// replications the true mean is known, and what they had more or less of it is regressed out of the answer.

export interface Estimate {
  readonly mean: number;
  readonly standardError: number;
}

export interface Control {
  /** One per replication. */
  readonly values: readonly number[];
  readonly known: number;
}

/** At least two more values than controls; controls must not determine each other. */
export function estimateOf(values: readonly number[], controls: readonly Control[] = []): Estimate {
  const deviations = controls.map(({ values: own, known }) => own.map((value) => value - known));
  const slopes = solved(
    controls.map((_, i) => controls.map((__, j) => covariance(deviations[i] ?? [], deviations[j] ?? []))),
    deviations.map((own) => covariance(values, own)),
  );
  const residuals = values.map((value, at) =>
    deviations.reduce((left, own, i) => left - (slopes[i] ?? 0) * (own[at] ?? Number.NaN), value),
  );
  const n = values.length;
  const variance = (covariance(residuals, residuals) * (n - 1)) / (n - 1 - controls.length);
  return { mean: meanOf(residuals), standardError: Math.sqrt(variance / n) };
}

/** The ratio of two means over the same replications, by the delta method. */
export function ratioOf(pairs: readonly { readonly of: number; readonly to: number }[]): Estimate {
  const to = meanOf(pairs.map((pair) => pair.to));
  const mean = meanOf(pairs.map((pair) => pair.of)) / to;
  const residuals = pairs.map((pair) => pair.of - mean * pair.to);
  return { mean, standardError: Math.sqrt(covariance(residuals, residuals) / pairs.length) / to };
}

export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function covariance(one: readonly number[], other: readonly number[]): number {
  const [meanOne, meanOther] = [meanOf(one), meanOf(other)];
  const sum = one.reduce((total, value, at) => total + (value - meanOne) * ((other[at] ?? Number.NaN) - meanOther), 0);
  return sum / (one.length - 1);
}

/** Gauss and Jordan, for a handful of controls. */
function solved(matrix: readonly (readonly number[])[], right: readonly number[]): readonly number[] {
  const rows = matrix.map((row, i) => [...row, right[i] ?? Number.NaN]);
  rows.forEach((row, i) => {
    const pivot = row[i] ?? Number.NaN;
    for (let column = i; column < row.length; column++) row[column] = (row[column] ?? Number.NaN) / pivot;
    rows.forEach((other, j) => {
      if (j === i) return;
      const factor = other[i] ?? Number.NaN;
      for (let column = i; column < other.length; column++)
        other[column] = (other[column] ?? Number.NaN) - factor * (row[column] ?? Number.NaN);
    });
  });
  return rows.map((row) => row[right.length] ?? Number.NaN);
}
