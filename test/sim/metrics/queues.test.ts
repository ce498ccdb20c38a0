// Little's law for every queue that a run reports, in stormy clusters under policies with and without a limit: what is there over time,
// and how long each stayed, are counted apart and are the same.

import { describe, expect, test } from 'vitest';
import type { SimConfig } from '../../../sim/config.ts';
import type { QueueName } from '../../../sim/metrics/queues.ts';
import { simulate } from '../../../sim/simulation.ts';
import { fc } from '../../kit/property.ts';
import { policyOf, smallStudy, stormy } from '../../kit/small-study.ts';

const DAY_MS = 86_400_000;
const study = smallStudy();

/** A small crew by day, with few parts, mistakes and other work; Ironic has one slot. */
function busy(seed: string): SimConfig {
  const config = stormy(study.config, 40);
  const hour = 3_600_000;
  return {
    ...config,
    durationMs: 15 * DAY_MS,
    seed,
    reportQueues: true,
    people: {
      ...config.people,
      repairCrew: 1,
      queue: 'by-severity',
      shifts: [{ days: ['mon', 'tue', 'wed', 'thu', 'fri'], fromMs: 8 * hour, toMs: 17 * hour, crew: 2 }],
      spareParts: { hostDead: { stock: 1, deliveryMs: { kind: 'exponential', mean: 2 * DAY_MS } } },
      mistakes: {
        ...{ wrongServer: 0.1, staysCordoned: 0, noOutStays: 0, staysOff: 0.1 },
        noticedMs: { kind: 'constant', value: hour },
      },
      otherWork: [
        {
          ...{ name: 'tickets', severity: 3, at: 'desk' },
          everyMs: { kind: 'exponential', mean: 5 * hour },
          takesMs: { kind: 'exponential', mean: hour },
        },
      ],
    },
    provisioning: {
      ...config.provisioning,
      services: { ironic: { on: { kind: 'host', host: config.hosts[0]?.name ?? '' }, atOnce: 1 } },
    },
  };
}

describe('queues', () => {
  test("Little's law holds for each of them", () => {
    const came = new Map<QueueName, number>();
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e9 }), fc.constantFrom('reboot', 'delete'), (seed, name) => {
        const { result } = simulate(busy(`queues ${seed}`), policyOf(study, name), { replication: 1, record: false });
        for (const { queue, inSystemMs, stayedMs, waitingMs, waitedMs, entered } of result.queues ?? []) {
          expect([queue, inSystemMs, waitingMs]).toEqual([queue, stayedMs, waitedMs]);
          came.set(queue, (came.get(queue) ?? 0) + entered);
        }
      }),
      { numRuns: 6, seed: 1 },
    );
    expect([...came].filter(([, entered]) => entered > 10).map(([queue]) => queue)).toEqual([
      'repairs',
      'budget',
      'provisioning',
      'resync',
    ]);
  });

  test('a run that does not report them is the same run without them', () => {
    const { reportQueues: _, ...config } = busy('one');
    const run = (of: SimConfig) => simulate(of, policyOf(study, 'reboot'), { replication: 1, record: false }).result;
    const { queues, ...reported } = run({ ...config, reportQueues: true });
    expect(queues).toHaveLength(4);
    expect(run(config)).toEqual(reported);
  });
});
