// The statement of test/determinism, on many more random scenarios: lazy and explicit heartbeats tell the same history.

import { expect, test } from 'vitest';
import type { FaultClass } from '../../sim/config.ts';
import { FAULTS } from '../../sim/faults/catalogue.ts';
import { simulate } from '../../sim/simulation.ts';
import { fc } from '../kit/property.ts';
import { policyOf, smallStudy } from '../kit/small-study.ts';

const study = smallStudy();
const hosts = study.config.hosts.map(({ name }) => name);
const racks = [...new Set(study.config.hosts.map(({ rack }) => rack))];

test('lazy and explicit heartbeats tell the same history on 1,000 random scenarios', () => {
  const classes = FAULTS.filter(({ family, name }) => family === 'H' || name === 'bmcUnreachable').map(
    ({ name }) => name,
  );
  const fault = fc.oneof(
    fc.record({ fault: fc.constantFrom(...classes), target: fc.constantFrom(...hosts) }),
    fc.record({
      fault: fc.constantFrom<FaultClass>('switchOutage', 'rackPowerLoss'),
      target: fc.constantFrom(...racks),
    }),
  );
  const scripted = fc.record({
    what: fault,
    atMs: fc.nat(12 * 3_600_000),
    forMs: fc.option(fc.integer({ min: 1000, max: 3_600_000 })),
  });
  fc.assert(
    fc.property(
      fc.array(scripted, { minLength: 1, maxLength: 30 }),
      fc.constantFrom('reboot', 'delete', 'none'),
      (faults, name) => {
        const script = faults.map(({ what, atMs, forMs }, i) => ({
          name: `fault ${i}`,
          atMs,
          ...what,
          ...(forMs === null ? {} : { forMs }),
        }));
        const historyOf = (heartbeats: 'lazy' | 'explicit') => {
          const config = { ...study.config, script, durationMs: 18 * 3_600_000 };
          const { result, recording } = simulate(
            { ...config, kubernetes: { ...config.kubernetes, heartbeats } },
            policyOf(study, name),
            { replication: 1, record: true },
          );
          const { eventsProcessed: _, fingerprint: __, ...observable } = result;
          return { observable, story: recording?.story };
        };
        expect(historyOf('lazy')).toEqual(historyOf('explicit'));
      },
    ),
    { numRuns: 1000 },
  );
});
