// Policies that run but may not do what their author believes: a study with warnings, each at its place.

import { describe, expect, test } from 'vitest';
import { loadStudy } from '../../scenarios/compile.ts';
import { memoryFiles } from './memory-files.ts';

const SCENARIO = `apiVersion: metaltwin.dev/v1alpha1
kind: Scenario
metadata: { name: small }
spec:
  cluster:
    generate:
      racks: 3
      groups: [{ name: master, role: control-plane, count: 3 }, { name: worker, count: 6 }]
  policies: [{ name: p, files: [p.yaml] }, { name: none }]
`;

const HEAD = 'apiVersion: machine.openshift.io/v1beta1\nkind: MachineHealthCheck\n';
const CONDITIONS = '  unhealthyConditions: [{ type: Ready, status: Unknown, timeout: 300s }]\n';
const role = (name: string) =>
  `  selector: { matchLabels: { machine.openshift.io/cluster-api-machine-role: ${name} } }\n`;
const check = (name: string, spec: string) =>
  `${HEAD}metadata: { name: ${name}, namespace: openshift-machine-api }\nspec:\n${spec}`;

const ROWS: readonly (readonly [given: string, manifests: string, expected: readonly string[]])[] = [
  ['nothing doubtful', check('w', `${role('worker')}${CONDITIONS}  nodeStartupTimeout: 60m\n`), []],
  [
    'a node start-up time shorter than a reprovision',
    check('w', `${role('worker')}${CONDITIONS}  nodeStartupTimeout: 20m\n`),
    ['MT132 7:23 MachineHealthCheck "w" gives a new node 20m; cleaning and deploying this hardware takes up to 28m'],
  ],
  [
    'the same time where nothing is reprovisioned at first: a boot fits',
    check('w', `${role('worker')}${CONDITIONS}  nodeStartupTimeout: 20m\n`).replace(
      'api }',
      'api, annotations: { machine.openshift.io/remediation-strategy: external-baremetal } }',
    ),
    [],
  ],
  ['node start-up switched off', check('w', `${role('worker')}${CONDITIONS}  nodeStartupTimeout: "0"\n`), []],
  [
    'no selector: control plane and workers under one limit',
    check('w', `${CONDITIONS}  nodeStartupTimeout: 60m\n`),
    ['MT131 4:1 MachineHealthCheck "w" selects 3 control plane Machines together with 6 others'],
  ],
  [
    'two of three control plane Machines at once',
    check('m', `${role('master')}${CONDITIONS}  nodeStartupTimeout: 60m\n  maxUnhealthy: 2\n`),
    ['MT131 8:17 MachineHealthCheck "m" allows 2 of 3 control plane Machines at once; etcd can lose 1'],
  ],
  [
    'no unhealthy conditions, which the server accepts',
    check('w', `${role('worker')}  nodeStartupTimeout: 60m\n`),
    ['MT135 4:1 MachineHealthCheck "w" has no unhealthy conditions: only missing Nodes and failed Machines count'],
  ],
  [
    'two health checks for the same Machines',
    `${check('w', `${role('worker')}${CONDITIONS}  nodeStartupTimeout: 60m\n`)}---\n${check('x', `${role('worker')}${CONDITIONS}  nodeStartupTimeout: 60m\n`)}`,
    ['MT133 13:3 MachineHealthCheck "x" and "w" both select 6 Machines'],
  ],
];

describe('a doubtful policy', () => {
  test.each(ROWS)('%s', (_, manifests, expected) => {
    const loaded = loadStudy({ scenarioFile: 's.yaml' }, memoryFiles({ 's.yaml': SCENARIO, 'p.yaml': manifests }));
    if ('problems' in loaded) throw new Error(JSON.stringify(loaded.problems, null, 1));
    expect(loaded.study.problems.map(({ severity }) => severity)).toEqual(expected.map(() => 'warning'));
    expect(
      loaded.study.problems.map(({ code, line, column, message }) => `${code} ${line}:${column} ${message}`),
    ).toEqual(expected);
  });
});
