// Whole runs of a small real cluster with scripted faults: nobody is forgotten, and only what happened is counted.

import { describe, expect, test } from 'vitest';
import type { FaultClass, ScriptedFault, SimConfig } from '../../sim/config.ts';
import { simulate } from '../../sim/simulation.ts';
import { policyOf, smallStudy, stormy } from '../kit/small-study.ts';

const HOUR = 3_600_000;
const study = smallStudy();

function quiet(script: readonly ScriptedFault[], days: number): SimConfig {
  const config = stormy(study.config, 0);
  return {
    ...config,
    durationMs: days * 24 * HOUR,
    plannedReboots: { ...config.plannedReboots, everyMs: 0 },
    script,
  };
}

function strike(fault: FaultClass, atMs: number, forMs?: number): ScriptedFault {
  return { name: `${fault} ${atMs}`, atMs, fault, target: 'worker-0', ...(forMs === undefined ? {} : { forMs }) };
}

function run(config: SimConfig, policy: string) {
  const { result, recording } = simulate(config, policyOf(study, policy), { replication: 1, record: true });
  const story = (recording?.story ?? []).filter(({ hosts }) => hosts.includes('worker-0'));
  const ready = story.filter(({ topic }) => topic === 'node').map(({ text }) => text);
  return { metrics: result.metrics, ready };
}

describe('a slot that does not serve', () => {
  test('is looked at again when a second death was waiting behind the first', () => {
    const { metrics, ready } = run(quiet([strike('hostDead', 1000), strike('hostDead', 2000)], 30), 'none');
    expect({ repairs: metrics.humanRepairs, ready: ready.at(-1) }).toEqual({ repairs: 2, ready: 'Ready=True' });
  });
});

describe('a reprovision whose BMC does not answer', () => {
  test('is a fencing when it takes the host, not each time that it tries', () => {
    const config = quiet([strike('bmcUnreachable', 0, 6 * HOUR), strike('selfHealingOutage', 60_000, HOUR / 2)], 3);
    const { metrics, ready } = run(config, 'delete');
    expect(ready).toEqual([
      'Ready=Unknown',
      'Ready=True',
      'Ready=Unknown',
      'Node deleted',
      'Ready=False',
      'Ready=True',
    ]);
    expect(metrics).toMatchObject({
      fencings: 1,
      reprovisionings: 1,
      needlessHealthy: 1,
      needlessSelfHealing: 0,
      needlessBooting: 0,
    });
  });
});
