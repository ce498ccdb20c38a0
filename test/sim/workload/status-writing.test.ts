// The status of owners and budgets is written as it changes, or when someone asks. Which of both is nobody's fate: what happens
// to hosts and pods is the same.

import { describe, expect, test } from 'vitest';
import { REPLICA_SET, STATEFUL_SET } from '../../../core/api/workload.ts';
import { startedRun } from '../../../sim/simulation.ts';
import { policyOf, smallStudy, stormy } from '../../kit/small-study.ts';

const study = smallStudy();
const config = stormy(study.config, 20);

function lived(policy: string, replication: number, followStatus: boolean) {
  const { world } = startedRun(config, policyOf(study, policy), { replication, record: false, followStatus });
  world.kernel.runUntil(config.startMs + config.durationMs);
  for (const runtime of world.runtimes) runtime.stop();
  const { availability, podsMoved } = world.workload;
  return { world, history: world.observer.history.digest(), podsMoved, lost: availability.totals().lostReplicaMs };
}

describe.each(['reboot', 'none'])('under %s', (policy) => {
  test.each([1, 2, 3])('replication %i: the same hosts fail, the same pods move, as much is lost', (replication) => {
    const { world: _followed, ...followed } = lived(policy, replication, true);
    const { world: _settled, ...settled } = lived(policy, replication, false);
    expect(settled).toEqual(followed);
    expect(settled.podsMoved).toBeGreaterThan(0);
  });
});

test('asked for, every status says what it would have said', () => {
  const followed = lived('reboot', 1, true).world;
  const settled = lived('reboot', 1, false).world;
  settled.workload.settleStatus();
  for (const kind of [REPLICA_SET, STATEFUL_SET]) {
    const told = (world: typeof settled) =>
      world.store.list(kind).map(({ metadata, status }) => [metadata.name, status?.replicas, status?.readyReplicas]);
    expect(told(settled)).toEqual(told(followed));
  }
});
