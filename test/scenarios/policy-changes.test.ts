// Policies that change in the course of a study: what is applied and deleted when, what the reports say of it, and every mistake
// that one can make, all at once.

import { describe, expect, test } from 'vitest';
import { loadStudy } from '../../scenarios/compile.ts';
import type { LoadedStudy } from '../../scenarios/study.ts';
import { memoryFiles } from './memory-files.ts';

const HEAD = `apiVersion: metaltwin.dev/v1alpha1
kind: Scenario
metadata: { name: rollout }
spec:
  duration: 10d
  storage: { kind: external }
  cluster:
    generate:
      racks: 3
      groups:
        - { name: master, role: control-plane, count: 3 }
        - { name: worker, count: 6 }
  policies:
    - name: rollout
      files: [old.yaml]
`;

const check = (
  name: string,
  timeout: string,
  field = 'maxUnhealthy: 2',
): string => `apiVersion: machine.openshift.io/v1beta1
kind: MachineHealthCheck
metadata: { name: ${name}, namespace: openshift-machine-api }
spec:
  selector: { matchLabels: { machine.openshift.io/cluster-api-machine-role: ${name === 'masters' ? 'master' : 'worker'} } }
  unhealthyConditions: [{ type: Ready, status: Unknown, timeout: ${timeout} }]
  ${field}
  nodeStartupTimeout: 60m
`;

const FILES = {
  'old.yaml': `${check('workers', '300s')}---\n${check('masters', '300s', 'maxUnhealthy: 1')}`,
  'new.yaml': check('workers', '900s'),
  'typo.yaml': check('workers', '900s', 'maxUnhealty: 2'),
  'stray.yaml': check('workers', '900s').replace('role: worker', 'role: wroker'),
  'map.yaml': `apiVersion: v1
kind: ConfigMap
metadata: { name: node-unhealthy-conditions, namespace: openshift-machine-api }
data: { conditions: "items: [{ name: Ready, status: Unknown, timeout: 300s }]" }
`,
};

/** Changes start at line 17. */
const loaded = (changes: string): LoadedStudy =>
  loadStudy(
    { scenarioFile: 's.yaml' },
    memoryFiles({ ...FILES, 's.yaml': changes === '' ? HEAD : `${HEAD}      changes:\n${changes}` }),
  );

function problemsOf(changes: string): readonly string[] {
  const found = loaded(changes);
  const problems = 'problems' in found ? found.problems : found.study.problems;
  return problems
    .filter(({ severity }) => severity === 'error')
    .map(
      ({ code, file, line, column, message, remedy }) =>
        `${code} ${file}:${line}:${column} ${message}${remedy === undefined ? '' : ` -> ${remedy}`}`,
    );
}

function studyOf(changes: string) {
  const found = loaded(changes);
  if (!('study' in found)) throw new Error(found.problems.map(({ message }) => message).join('; '));
  return found.study;
}

const shown = (changes: string) =>
  studyOf(changes).policies[0]?.changes?.map(({ atMs, apply, delete: gone }) => ({
    hours: atMs / 3_600_000,
    apply: apply.map(({ kind, metadata }) => `${kind} ${metadata.name}`),
    delete: gone.map(({ kind, metadata }) => `${kind} ${metadata.name}`),
  }));

describe('what a change is', () => {
  test('files are applied, named objects deleted; in the order of time', () => {
    expect(
      shown(`        - { at: 5h, delete: [{ kind: MachineHealthCheck, name: masters }] }
        - { at: 2h, apply: [new.yaml] }
`),
    ).toEqual([
      { hours: 2, apply: ['MachineHealthCheck workers'], delete: [] },
      { hours: 5, apply: [], delete: ['MachineHealthCheck masters'] },
    ]);
  });

  test('a whole policy in place of another: what it does not have is deleted, what came meanwhile too', () => {
    expect(
      shown(`        - { at: 1h, delete: [{ kind: MachineHealthCheck, name: workers, namespace: openshift-machine-api }] }
        - { at: 2h, replace: [new.yaml] }
        - { at: 3h, replace: [] }
`),
    ).toEqual([
      { hours: 1, apply: [], delete: ['MachineHealthCheck workers'] },
      { hours: 2, apply: ['MachineHealthCheck workers'], delete: ['MachineHealthCheck masters'] },
      { hours: 3, apply: [], delete: ['MachineHealthCheck workers'] },
    ]);
  });

  test('reports list it after the manifests of the start, and say when the policy stops being that', () => {
    const study = studyOf(`        - { at: 2h, replace: [new.yaml] }\n`);
    expect(study.policies[0]?.manifests).toEqual([
      'MachineHealthCheck openshift-machine-api/workers (machine.openshift.io/v1beta1)',
      'MachineHealthCheck openshift-machine-api/masters (machine.openshift.io/v1beta1)',
      'at 2h applied: MachineHealthCheck openshift-machine-api/workers (machine.openshift.io/v1beta1)',
      'at 2h deleted: MachineHealthCheck openshift-machine-api/masters (machine.openshift.io/v1beta1)',
    ]);
    expect(study.meaningDifferences).toContain(
      'rollout: this is how it starts; after 2h 1 manifest applied, 1 manifest deleted',
    );
  });

  test('another change is another study', () => {
    const digests = ['', `        - { at: 2h, apply: [new.yaml] }\n`, `        - { at: 3h, apply: [new.yaml] }\n`].map(
      (changes) => studyOf(changes).scenarioDigest,
    );
    expect(new Set(digests).size).toBe(3);
  });
});

describe('what is wrong with a change', () => {
  test('everything at once, each at its place', () => {
    expect(
      problemsOf(`        - { at: 11d, apply: [new.yaml] }
        - { at: 1h }
        - { at: 2h, replace: [new.yaml], delete: [{ kind: MachineHealthCheck, name: workers }] }
        - { at: 3h, delete: [{ kind: MachineHealthCheck, name: masers }] }
        - { at: 4h, apply: [missing.yaml, typo.yaml] }
        - { at: 5h, apply: [map.yaml] }
`),
    ).toEqual([
      'MT124 s.yaml:17:17 the policy changes after 11d, the study lasts 10d -> change it earlier, or lengthen spec.duration',
      'MT105 s.yaml:18:11 a change that changes nothing -> add apply, delete or replace',
      'MT105 s.yaml:19:11 a change replaces the whole policy, or applies and deletes parts of it -> make it two changes',
      'MT121 s.yaml:20:30 MachineHealthCheck "masers" is to be deleted, and the policy does not have it then',
      'MT101 s.yaml:21:29 cannot read missing.yaml: it does not exist',
      'MT102 typo.yaml:7:3 unknown field "maxUnhealty" in "spec" -> did you mean "maxUnhealthy"?',
      'MT142 map.yaml:2:7 ConfigMap "node-unhealthy-conditions" is read at the start of a run only -> have it in the files of the policy',
    ]);
  });

  test('a name that is nearly right', () => {
    expect(problemsOf(`        - { at: 3h, delete: [{ kind: MachineHealthCheck, name: masers }] }\n`)).toEqual([
      'MT121 s.yaml:17:30 MachineHealthCheck "masers" is to be deleted, and the policy does not have it then -> did you mean "masters"?',
    ]);
  });

  test('each version is checked as a policy of its own', () => {
    expect(problemsOf(`        - { at: 1h, apply: [stray.yaml] }\n`)).toEqual([
      `MT122 stray.yaml:5:3 the selector of MachineHealthCheck "workers" matches none of the cluster's 9 Machines -> without a match the policy would equal "no-remediation"`,
    ]);
  });
});
