// Real runs under the eyes of the checkers: a run with them is the run without them, and they see what was really done.

import { describe, expect, test } from 'vitest';
import type { ScriptedFault, SimConfig } from '../../../sim/config.ts';
import { simulate } from '../../../sim/simulation.ts';
import { policyOf, smallStudy, stormy } from '../../kit/small-study.ts';

const study = smallStudy();
/** Two days of small weather, faults 200 times as often as they are. */
const weather: SimConfig = { ...stormy(study.config, 200), durationMs: 2 * 86_400_000 };
const CHECK = { stalenessMs: 10_000 };

function broken(config: SimConfig, policy: string) {
  const { invariants = [] } = simulate(config, policyOf(study, policy), {
    replication: 1,
    record: false,
    check: CHECK,
  });
  return invariants
    .filter(({ verdict }) => verdict === false)
    .map(({ id, broken: found }) => `${id} ${found[0]?.says}`);
}

/** Nothing but these faults. */
function only(script: readonly ScriptedFault[]): SimConfig {
  return { ...stormy(study.config, 0), durationMs: 6 * 3_600_000, script };
}

describe.each(['reboot', 'delete', 'none'])('policy %s', (name) => {
  const policy = policyOf(study, name);
  const checked = simulate(weather, policy, { replication: 1, record: false, check: CHECK });

  test('is the same run with checkers and without', () => {
    const { result } = simulate(weather, policy, { replication: 1, record: false });
    expect(checked.result).toEqual(result);
  });

  test('gives every invariant one verdict', () => {
    const verdicts = checked.invariants ?? [];
    expect(verdicts.map(({ id }) => id)).toHaveLength(37);
    expect(verdicts.filter(({ verdict, brokenCount }) => (verdict === false) !== brokenCount > 0)).toEqual([]);
  });
});

test('reboots by power keep what concerns them, and it was at stake', () => {
  const { invariants = [] } = simulate(weather, policyOf(study, 'reboot'), {
    replication: 1,
    record: false,
    check: CHECK,
  });
  const fencing = invariants.filter(({ id }) => ['S1', 'S2', 'S3', 'S8', 'S9', 'S12', 'S16', 'S19'].includes(id));
  expect(fencing.map(({ id, verdict, exercised }) => `${id} ${verdict} ${exercised > 0}`)).toEqual(
    ['S1', 'S2', 'S3', 'S8', 'S9', 'S12', 'S16', 'S19'].map((id) => `${id} true true`),
  );
});

test('a wrong BMC address is seen to cut another host', () => {
  const script: readonly ScriptedFault[] = [
    { name: 'mistake', atMs: 0, fault: 'wrongBmcAddress', target: 'worker-0', reaches: 'worker-1', forMs: 18_000_000 },
    { name: 'hang', atMs: 600_000, fault: 'osHang', target: 'worker-0', forMs: 18_000_000 },
  ];
  const found = broken(only(script), 'reboot');
  expect(found).toContain('S3 power off for it reached worker-1');
});

test('the same hang with the right address breaks nothing', () => {
  const script: readonly ScriptedFault[] = [
    { name: 'hang', atMs: 600_000, fault: 'osHang', target: 'worker-0', forMs: 18_000_000 },
  ];
  expect(broken(only(script), 'reboot')).toEqual([]);
});

test('deleted Machines are attempts that strike, and their disks are seen to be wiped', () => {
  const { invariants = [] } = simulate(weather, policyOf(study, 'delete'), {
    replication: 1,
    record: false,
    check: CHECK,
  });
  const seen = invariants.filter(({ exercised }) => exercised > 0).map(({ id }) => id);
  expect(seen).toEqual(expect.arrayContaining(['S4', 'S5', 'S12', 'S16', 'S17', 'B12']));
});
