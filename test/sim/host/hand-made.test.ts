// What a reprovision loses of what was made by hand: how the host comes back, and what a person puts right.

import { describe, expect, test } from 'vitest';
import { NODE } from '../../../core/api/node.ts';
import type { SimConfig } from '../../../sim/config.ts';
import type { HandMadeConfig } from '../../../sim/host/hand-made.ts';
import { startedRun } from '../../../sim/simulation.ts';
import { policyOf, smallStudy, stormy } from '../../kit/small-study.ts';
import { toldBy } from '../../kit/told-story.ts';

const study = smallStudy();
const ZONE = 'topology.kubernetes.io/zone';
const DAY_MS = 86_400_000;

/** One worker hangs, its Machine is deleted, and the cluster has a host for the next one. */
function reprovisioned(handMade: HandMadeConfig | undefined) {
  const [target] = study.config.hosts.filter(({ name }) => name.startsWith('worker'));
  const hardware = Object.fromEntries(
    Object.entries(study.config.hardware).map(([name, model]) => [
      name,
      handMade === undefined ? model : { ...model, handMade },
    ]),
  );
  const config: SimConfig = {
    ...stormy(study.config, 0),
    hardware,
    durationMs: 4 * DAY_MS,
    plannedReboots: { ...study.config.plannedReboots, everyMs: 0 },
    provisioning: { ...study.config.provisioning, failShare: 0 },
    script: [{ name: 'hang', atMs: 3_600_000, fault: 'osHang', target: target?.name ?? '', forMs: 30 * DAY_MS }],
  };
  const run = startedRun(config, policyOf(study, 'delete'), { replication: 1, record: true });
  const { world } = run;
  world.kernel.runUntil(config.startMs + config.durationMs);
  const started = world.fleet.hosts.find(({ provisions, boots }) => provisions > 0 && boots > 0);
  const { index = -1 } = started ?? {};
  const about = toldBy(run).filter(
    ({ topic, hosts, text }) =>
      hosts.includes(started?.config.name ?? '') &&
      /fault|people|node/.test(topic) &&
      /Lost|at work|repaired|Ready=/.test(text),
  );
  return {
    lines: about.map(({ text }) => text),
    label: world.store.get(NODE, { namespace: '', name: world.fleet.nodeName(index) })?.metadata.labels?.[ZONE],
    acts: world.fleet.kubeletActs(index),
    hadLabel: world.config.objects.find(
      ({ kind, metadata }) => kind === 'Node' && metadata.name === world.fleet.nodeName(index),
    )?.metadata.labels?.[ZONE],
  };
}

describe('a reprovision', () => {
  test('of a host where everything is declared brings everything back', () => {
    const { lines, acts } = reprovisioned(undefined);
    expect([lines, acts]).toEqual([['Ready=Unknown', 'Ready=False', 'Ready=True'], true]);
  });

  test.each([
    {
      given: 'the boot order: the host does not come back',
      handMade: { nodeLabels: [], firmwareSettings: true, raid: false },
      seen: [
        'Ready=Unknown',
        'firmwareSettingsLost (born while it was down), ends by person',
        'a person is at work: person',
        'firmwareSettingsLost ended by person',
        'repaired (person)',
        'Ready=False',
        'Ready=True',
      ],
    },
    {
      given: 'a RAID: the host comes back without its disks',
      handMade: { nodeLabels: [], firmwareSettings: false, raid: true },
      seen: [
        'Ready=Unknown',
        'raidLost, ends by person',
        'Ready=False',
        'Ready=True',
        'a person is at work: person',
        'raidLost ended by person',
        'repaired (person)',
      ],
    },
    {
      given: 'labels: the Node comes back without them',
      handMade: { nodeLabels: [ZONE], firmwareSettings: false, raid: false },
      seen: ['Ready=Unknown', 'Ready=False', 'Ready=True', 'a person is at work: reboot', 'repaired (reboot)'],
    },
  ])('loses $given, until a person puts it right', ({ handMade, seen }) => {
    const { lines, acts, label, hadLabel } = reprovisioned(handMade);
    expect([lines, acts, label]).toEqual([seen, true, hadLabel]);
  });
});
