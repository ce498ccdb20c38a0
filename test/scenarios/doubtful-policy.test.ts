// Policies that run but may not do what their author believes: a study with warnings, each at its place.

import { describe, expect, test } from 'vitest';
import { loadStudy } from '../../scenarios/compile.ts';
import { memoryFiles } from './memory-files.ts';
import { smallScenario } from './small-scenario.ts';

const scenario = (more = '') => smallScenario('[{ name: p, files: [p.yaml] }, { name: none }]', more);
const WITHOUT_POOL = scenario('  storage: { kind: external }\n');

const HEAD = 'apiVersion: machine.openshift.io/v1beta1\nkind: MachineHealthCheck\n';
const CONDITIONS = '  unhealthyConditions: [{ type: Ready, status: Unknown, timeout: 300s }]\n';
const ONE = '  maxUnhealthy: 1\n';
const role = (name: string) =>
  `  selector: { matchLabels: { machine.openshift.io/cluster-api-machine-role: ${name} } }\n`;
const check = (name: string, spec: string) =>
  `${HEAD}metadata: { name: ${name}, namespace: openshift-machine-api }\nspec:\n${spec}`;
const reboots = (manifest: string) =>
  manifest.replace('api }', 'api, annotations: { machine.openshift.io/remediation-strategy: external-baremetal } }');

function problemsOf(text: string, manifests: string): readonly string[] {
  const loaded = loadStudy({ scenarioFile: 's.yaml' }, memoryFiles({ 's.yaml': text, 'p.yaml': manifests }));
  if ('problems' in loaded) throw new Error(JSON.stringify(loaded.problems, null, 1));
  expect(loaded.study.problems.filter(({ severity }) => severity !== 'warning')).toEqual([]);
  return loaded.study.problems.map(({ code, line, column, message }) => `${code} ${line}:${column} ${message}`);
}

const ROWS: readonly (readonly [given: string, manifests: string, expected: readonly string[]])[] = [
  ['nothing doubtful', check('w', `${role('worker')}${CONDITIONS}  nodeStartupTimeout: 60m\n${ONE}`), []],
  [
    'a node start-up time shorter than a reprovision',
    check('w', `${role('worker')}${CONDITIONS}  nodeStartupTimeout: 20m\n${ONE}`),
    ['MT132 7:23 MachineHealthCheck "w" gives a new node 20m; cleaning and deploying this hardware takes up to 28m'],
  ],
  [
    'the same time where nothing is reprovisioned at first: a boot fits',
    reboots(check('w', `${role('worker')}${CONDITIONS}  nodeStartupTimeout: 20m\n`)),
    [],
  ],
  ['node start-up switched off', check('w', `${role('worker')}${CONDITIONS}  nodeStartupTimeout: "0"\n${ONE}`), []],
  [
    'no selector: control plane and workers under one limit, and Machines that nobody replaces',
    check('w', `${CONDITIONS}  nodeStartupTimeout: 60m\n${ONE}`),
    [
      'MT128 4:1 MachineHealthCheck "w" deletes Machines, and 3 of its 9 have no controller owner',
      'MT131 4:1 MachineHealthCheck "w" selects 3 control plane Machines together with 6 others',
    ],
  ],
  [
    'two of three control plane Machines at once',
    reboots(check('m', `${role('master')}${CONDITIONS}  nodeStartupTimeout: 60m\n  maxUnhealthy: 2\n`)),
    ['MT131 8:17 MachineHealthCheck "m" allows 2 of 3 control plane Machines at once; etcd can lose 1'],
  ],
  [
    'no unhealthy conditions, which the server accepts',
    check('w', `${role('worker')}  nodeStartupTimeout: 60m\n${ONE}`),
    ['MT135 4:1 MachineHealthCheck "w" has no unhealthy conditions: only missing Nodes and failed Machines count'],
  ],
  [
    'two health checks for the same Machines',
    `${check('w', `${role('worker')}${CONDITIONS}  nodeStartupTimeout: 60m\n${ONE}`)}---\n${check('x', `${role('worker')}${CONDITIONS}  nodeStartupTimeout: 60m\n${ONE}`)}`,
    ['MT133 14:3 MachineHealthCheck "x" and "w" both select 6 Machines'],
  ],
  [
    'a limit within which a whole rack is reprovisioned',
    check('w', `${role('worker')}${CONDITIONS}  nodeStartupTimeout: 60m\n  maxUnhealthy: 40%\n`),
    ['MT137 8:17 MachineHealthCheck "w" would reprovision all 2 hosts of rack "rack-1" at once when its switch fails'],
  ],
  [
    'the same limit where the hosts are rebooted: a rack keeps its data',
    reboots(check('w', `${role('worker')}${CONDITIONS}  nodeStartupTimeout: 60m\n  maxUnhealthy: 40%\n`)),
    [],
  ],
  [
    'a limit that was written for a larger cluster',
    reboots(check('w', `${role('worker')}${CONDITIONS}  nodeStartupTimeout: 60m\n  maxUnhealthy: 10\n`)),
    ['MT139 8:17 MachineHealthCheck "w" allows 10 unhealthy ones and selects 6: it limits nothing'],
  ],
];

const POOL_ROWS: readonly (readonly [given: string, manifests: string, expected: readonly string[]])[] = [
  ['one at a time: two copies stay', check('w', `${role('worker')}${CONDITIONS}  nodeStartupTimeout: 60m\n${ONE}`), []],
  [
    'two at a time: data with one copy left stands still',
    reboots(check('w', `${role('worker')}${CONDITIONS}  nodeStartupTimeout: 60m\n  maxUnhealthy: 2\n`)),
    [
      'MT138 8:17 MachineHealthCheck "w" lets hosts of 2 racks be down at once; pool "ceph-rbd" keeps 3 copies over racks and needs 2',
    ],
  ],
  [
    'three reprovisioned at a time: data without a copy is lost',
    check('w', `${role('worker')}${CONDITIONS}  nodeStartupTimeout: 60m\n  maxUnhealthy: 3\n`),
    [
      'MT137 8:17 MachineHealthCheck "w" would reprovision all 2 hosts of rack "rack-1" at once when its switch fails',
      'MT138 8:17 MachineHealthCheck "w" lets hosts of 3 racks be reprovisioned at once; pool "ceph-rbd" keeps 3 copies over racks',
    ],
  ],
];

describe('a doubtful policy', () => {
  test.each(ROWS)('%s', (_, manifests, expected) => {
    expect(problemsOf(WITHOUT_POOL, manifests)).toEqual(expected);
  });
});

describe('a limit beside a storage pool', () => {
  test.each(POOL_ROWS)('%s', (_, manifests, expected) => {
    expect(problemsOf(scenario(), manifests)).toEqual(expected);
  });
});
