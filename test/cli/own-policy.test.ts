// What explain and whatif answer for our own policy: rule, budget, alternatives, and what would happen next. As printed.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EXIT } from '../../cli/exit-codes.ts';
import type { StoryEntry } from '../../sim/result.ts';
import { metaltwin } from './captured-console.ts';

const DUMP = 'test/fixtures/metal3/all.yaml';

/** One host at a time; two hang at once, and the BMC of a third that hangs later is dead. */
const SCENARIO = `apiVersion: metaltwin.dev/v1alpha1
kind: Scenario
metadata: { name: own }
spec:
  study: from-now
  duration: 8h
  replications: 1
  seed: own
  cluster:
    generate:
      machineApi: openshift
      racks: 3
      groups:
        - { name: master, role: control-plane, count: 3 }
        - { name: worker, count: 8 }
        - { name: spare, role: spare, count: 1 }
  faults:
    background: none
    script:
      - { name: first, at: 10m, fault: osHang, target: { host: worker-1 } }
      - { name: second, at: 10m, fault: osHang, target: { host: worker-2 } }
      - { name: no-bmc, at: 2h, fault: bmcUnreachable, target: { host: worker-3 }, for: 5h }
      - { name: third, at: 2h, fault: osHang, target: { host: worker-3 } }
  policies:
    - name: own
      files: [own.yaml]
`;

const OWN = `apiVersion: remediation.metaltwin.dev/v1alpha1
kind: RemediationPolicy
metadata: { name: workers }
spec:
  selector: { matchExpressions: [{ key: node-role.kubernetes.io/worker, operator: Exists }] }
  unhealthyConditions: [{ type: Ready, status: Unknown, duration: 300s }]
  budget: hosts
  steps:
    - { action: Reboot, attempts: 2, timeout: 30m }
    - { action: Replace, timeout: 2h }
    - { action: Person }
  wipeAllowed: true
  identityCheck: WhenKnown
---
apiVersion: remediation.metaltwin.dev/v1alpha1
kind: RemediationBudget
metadata: { name: hosts }
spec:
  maxInFlight: { count: 1 }
  maxUnavailable: { count: 4 }
  rate: { tokenBucket: { burst: 3, refillEvery: 10m } }
`;

let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'metaltwin-own-'));
  await Promise.all([writeFile(join(folder, 'own.yaml'), OWN), writeFile(join(folder, 'scenario.yaml'), SCENARIO)]);
  const { code, err } = await metaltwin(
    'run',
    join(folder, 'scenario.yaml'),
    '--policy',
    'own',
    '--results',
    folder,
    '-q',
  );
  expect({ code, err }).toEqual({ code: EXIT.ok, err: '' });
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** Names of a generated cluster have a random end. */
async function explained(...argv: readonly string[]) {
  const { code, out } = await metaltwin('explain', 'latest#own/1', '--results', folder, ...argv);
  expect(code).toBe(EXIT.ok);
  return out;
}

describe('explain', () => {
  test('of a fencing tells the steps of the policy, what the budget said, and the attempts that would follow', async () => {
    await expect(await explained('--host', 'worker-1')).toMatchFileSnapshot('golden/explain-own-fencing.txt');
  });

  test('of a host that waits tells who is before it, and which limit it waits for', async () => {
    const [refused = ''] = (await explained('--host', 'worker-2'))
      .split('\n\n')
      .filter((block) => /refused:/.test(block));
    await expect(`${refused}\n`).toMatchFileSnapshot('golden/explain-own-waiting.txt');
  });

  test('of a host whose BMC is dead tells why a person is called', async () => {
    await expect(await explained('--host', 'worker-3')).toMatchFileSnapshot('golden/explain-own-person.txt');
  });

  test('in JSON has every edge of the state table, whatever stood against it', async () => {
    const { fencings } = JSON.parse(await explained('-o', 'json')) as {
      readonly fencings: readonly { readonly host: string; readonly steps: readonly StoryEntry[] }[];
    };
    const struck = fencings[0]?.steps.find(({ rule }) => rule === 'held-off');
    expect({
      host: fencings[0]?.host,
      state: struck?.weighed?.state,
      verdicts: struck?.weighed?.edges.map(({ rule, verdict }) => `${rule} ${verdict}`).slice(-2),
      next: struck?.surroundings?.next.map(({ rule }) => rule),
    }).toEqual({
      host: 'worker-1',
      state: 'PoweringOff',
      verdicts: ['hold-came-too-late refused', 'held-off taken'],
      next: ['attempt-ends', 'attempt-follows', 'attempt-follows', 'person-follows'],
    });
  });
});

describe('whatif', () => {
  test('tells for a host that fails now what our policy would do, what else, and what next', async () => {
    const { code, out } = await metaltwin(
      ...[
        'whatif',
        DUMP,
        '--policy',
        `own=${join(folder, 'own.yaml')}`,
        '--node-fail',
        'bm008-r01',
        '--duration',
        '3h',
      ],
    );
    const rows = out.split(/^ (?=[A-Z]+ +bm)/m).filter((row) => /^[A-Z]+ +bm008-r01/.test(row));
    expect(code).toBe(EXIT.ok);
    const firstOf = (verb: string): string => rows.find((row) => row.startsWith(verb))?.split('\n\n')[0] ?? '';
    await expect(`${firstOf('FENCED')}${firstOf('REFUSED')}`).toMatchFileSnapshot('golden/whatif-own.txt');
  });
});
