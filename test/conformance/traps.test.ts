// The traps that lie in these products for whoever reimplements them. A fault of a product has a switch between the lineages and
// rows in both; a fact that is easily taken for another product's has a row that pins it. docs/lineage.md names the products.

import { describe, expect, test } from 'vitest';
import type { Lineage } from '../../core/api/lineage.ts';
import { lineageSwitches } from '../../tools/generate-lineage.ts';
import { sourcesUnder } from '../tidy/sources.ts';

interface Trap {
  readonly is: 'fact' | 'fault';
  /** Rows that show it without naming it. */
  readonly rows?: readonly string[];
}

const TRAPS: Readonly<Record<string, Trap>> = {
  /** How each product rounds a percentage. */
  T1: { is: 'fact', rows: ['C170', 'C171'] },
  /** A MachineDisruptionBudget allows one more than a PodDisruptionBudget would. */
  T2: { is: 'fact' },
  T3: { is: 'fault' },
  T4: { is: 'fault' },
  T5: { is: 'fault' },
  T6: { is: 'fault', rows: ['C130'] },
  /** Power cycles are retryLimit + 1. */
  T7: { is: 'fact', rows: ['C129'] },
  T8: { is: 'fault' },
  /** The field is stormCooldownDuration. */
  T9: { is: 'fact', rows: ['C178', 'C179'] },
  /** A reboot annotation with a suffix holds the host off, one without is one reboot. */
  T10: { is: 'fact' },
  T11: { is: 'fault' },
  /** Nobody sorts or caps: all unhealthy targets of a pass are acted on. */
  T12: { is: 'fact' },
  /** What counts against currentHealthy in OpenShift. */
  T13: { is: 'fact' },
  T14: { is: 'fault', rows: ['C239'] },
  T15: { is: 'fault' },
  T16: { is: 'fault' },
};

interface Row {
  /** Undefined where a helper of the file fills it in. */
  readonly id: string | undefined;
  readonly trap: string | undefined;
  readonly lineages: readonly Lineage[];
}

/** Where a row begins: with its id, perhaps as the argument that is shown in each lineage. */
const ROW_START = /(inEachLineage\(\s*\{\s*)?\bid(?:: '([A-Z]\d+)'|,)/g;

/** Rows as the sources have them: each from its id to the next one's. */
const ROWS: readonly Row[] = sourcesUnder('test/conformance', 'test/museum')
  .filter(({ path }) => path.endsWith('.test.ts') && !path.endsWith('traps.test.ts'))
  .flatMap(({ text }) => {
    const starts = [...text.matchAll(ROW_START)];
    return starts.map(({ index, 1: inEach, 2: id }, i): Row => {
      const part = text.slice(index, starts[i + 1]?.index);
      const isCorrected = part.includes("lineage: 'corrected'");
      const lineages: readonly Lineage[] =
        inEach === undefined ? [isCorrected ? 'corrected' : 'exact'] : ['exact', 'corrected'];
      return { id, trap: /\btrap: '(T\d+)'/.exec(part)?.[1], lineages };
    });
  });

function rowsOf(trap: string, rows: readonly string[] = []): readonly Row[] {
  return ROWS.filter((row) => row.trap === trap || row.id === trap || (row.id !== undefined && rows.includes(row.id)));
}

describe.each(Object.entries(TRAPS))('%s', (trap, { is, rows }) => {
  const lineages = new Set(rowsOf(trap, rows).flatMap((row) => row.lineages));

  test(is === 'fact' ? 'is pinned by a row' : 'has rows in both lineages', () => {
    expect([...lineages]).toEqual(expect.arrayContaining(is === 'fact' ? ['exact'] : ['exact', 'corrected']));
  });

  test(is === 'fact' ? 'has no switch' : 'has a switch', () => {
    expect(lineageSwitches().some((known) => known.trap === trap)).toBe(is === 'fault');
  });
});

test('all sixteen are here, and no switch names another', () => {
  expect(Object.keys(TRAPS)).toEqual(Array.from({ length: 16 }, (_, i) => `T${i + 1}`));
  const named = lineageSwitches().map(({ trap }) => trap);
  expect(named.filter((trap) => trap.startsWith('T') && TRAPS[trap]?.is !== 'fault')).toEqual([]);
});
