// Kubernetes versions as Machines carry them: `v1.32.8`.

/** The minor version, 32 of `v1.32.8`; undefined for anything else. */
export function minorVersion(version: string | undefined): number | undefined {
  const minor = Number(/^v?\d+\.(\d+)(\.|$)/.exec(version ?? '')?.[1] ?? Number.NaN);
  return Number.isNaN(minor) ? undefined : minor;
}

/** Negative when `a` is older than `b`, 0 when they are the same, compared number by number. */
export function compareVersions(a: string, b: string): number {
  const left = numbersOf(a);
  const right = numbersOf(b);
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function numbersOf(version: string): readonly number[] {
  return (version.match(/\d+/g) ?? []).map(Number);
}
