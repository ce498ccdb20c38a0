// The page about faults is what the catalogue says, and the catalogue says nothing that is not so.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { INVARIANTS } from '../../sim/checkers/invariants.ts';
import { FAULTS } from '../../sim/faults/catalogue.ts';
import { problemsOf } from '../../sim/kernel/distribution-problems.ts';
import { faultCataloguePage } from '../../tools/generate-fault-catalogue.ts';
import { ROOT } from '../tidy/sources.ts';

/** Fields of a scripted fault and of a fault of the background, which no parameter may be called. */
const TAKEN = ['name', 'at', 'when', 'fault', 'target', 'reaches', 'for', 'perYear', 'gapShape', 'duration', 'cures'];

describe('the catalogue of faults', () => {
  test('docs/generated/fault-catalogue.md is up to date (npm run gen)', () => {
    expect(readFileSync(join(ROOT, 'docs/generated/fault-catalogue.md'), 'utf8')).toBe(faultCataloguePage());
  });

  test('no two faults have one name, and every one threatens an invariant that is checked', () => {
    const names = FAULTS.map(({ name }) => name);
    expect(names).toEqual([...new Set(names)]);
    const ids = new Set(INVARIANTS.map(({ id }) => id));
    expect(
      FAULTS.flatMap(({ name, threatens }) => threatens.filter((id) => !ids.has(id)).map((id) => [name, id])),
    ).toEqual([]);
    expect(FAULTS.filter(({ threatens }) => threatens.length === 0).map(({ name }) => name)).toEqual([]);
  });

  test('what comes by itself has a rate with its reason, what does not has none', () => {
    const wrong = FAULTS.filter(({ background, usual, rateSource }) =>
      background === 'always'
        ? usual.perYear <= 0 || rateSource === undefined
        : usual.perYear !== 0 || rateSource !== undefined,
    );
    expect(wrong.map(({ name }) => name)).toEqual([]);
  });

  test('cures are cumulative, and lengths can be drawn', () => {
    const wrong = FAULTS.filter(({ usual: { cures, durationMs } }) => {
      const shares = [0, cures.itself, cures.reboot, cures.powerCycle, cures.reprovision, 1];
      return shares.some((share, i) => share < (shares[i - 1] ?? 0)) || problemsOf(durationMs).length > 0;
    });
    expect(wrong.map(({ name }) => name)).toEqual([]);
  });

  test('every parameter has a name of its own, a reason, and a default within its bounds', () => {
    const wrong = FAULTS.flatMap(({ name, parameters }) => {
      const fields = Object.values(parameters).map(({ field }) => field);
      return Object.entries(parameters).flatMap(([key, parameter]) => {
        const isTaken =
          TAKEN.includes(parameter.field) || fields.filter((field) => field === parameter.field).length > 1;
        const hasReason = /^(Source|Assumption): ./.test(parameter.source);
        const isWithin =
          'least' in parameter
            ? parameter.default >= parameter.least && parameter.default <= parameter.most
            : parameter.kind === 'choice'
              ? parameter.of.includes(parameter.default)
              : parameter.kind === 'yesNo' || problemsOf(parameter.default).length === 0;
        return isTaken || !hasReason || !isWithin ? [`${name}.${key}`] : [];
      });
    });
    expect(wrong).toEqual([]);
  });
});
