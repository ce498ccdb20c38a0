// RemediationPolicy and RemediationBudget as a user writes them: what is refused, at its place and all at once; what is filled
// in; and that the API server is of the same opinion.

import { describe, expect, test } from 'vitest';
import { REMEDIATION_BUDGET } from '../../core/api/remediation-budget.ts';
import { REMEDIATION_POLICY } from '../../core/api/remediation-policy.ts';
import { MANIFEST_SCHEMAS } from '../../scenarios/policy/manifest-schemas.ts';
import { readPolicy } from '../../scenarios/policy/read-policy.ts';
import { BUILT_IN_DEFINED } from '../../sim/api-server/definitions/built-in-definitions.ts';
import { isJsonObject } from '../../sim/api-server/same-value.ts';
import { fc } from '../kit/property.ts';
import { memoryFiles } from './memory-files.ts';

const API = 'apiVersion: remediation.metaltwin.dev/v1alpha1\n';
const policy = (spec: string) => `${API}kind: RemediationPolicy\nmetadata: { name: workers }\nspec:\n${spec}`;
const budget = (spec: string) => `${API}kind: RemediationBudget\nmetadata: { name: workers }\nspec:\n${spec}`;
const LEAST = '  selector: { matchLabels: { role: worker } }\n  budget: workers\n';

function read(text: string) {
  return readPolicy([{ path: 'p.yaml' }], memoryFiles({ 'p.yaml': text }));
}

function problemsOf(text: string): readonly string[] {
  return read(text).problems.map(({ code, line, column, message }) => `${code} ${line}:${column} ${message}`);
}

/** Given, and everything that is said about it. */
const ROWS: readonly (readonly [given: string, text: string, expected: readonly string[]])[] = [
  ['the least policy', policy(LEAST), []],
  ['the least budget', budget('  {}\n'), []],
  [
    'a policy without a budget and without a selector',
    policy('  dryRun: true\n'),
    ['MT103 4:1 "spec" has no "selector"', 'MT103 4:1 "spec" has no "budget"'],
  ],
  [
    'misspelt fields, inside and outside',
    policy(`${LEAST}  step: []\n  steps: [{ action: Reboot, tries: 2 }]\n`),
    ['MT102 8:29 unknown field "tries" in "spec.steps[0]"', 'MT102 7:3 unknown field "step" in "spec"'],
  ],
  [
    'a step that does not exist, no attempts, a time-out that is none',
    policy(`${LEAST}  steps:\n    - { action: Reset }\n    - { action: Reboot, attempts: 0, timeout: 5 minutes }\n`),
    [
      'MT105 8:17 "spec.steps[0].action" is "Reset", which is not one of its values',
      'MT105 9:35 "spec.steps[1].attempts" is 0, expected at least 1',
      'MT110 9:47 "5 minutes" is not a duration',
    ],
  ],
  [
    'durations that would mean never, or nothing',
    policy(`${LEAST}  memory: 0s\n  powerTimeout: -1s\n  healthyDelay: 0s\n`),
    ['MT105 7:11 "0s" must be longer than 0s', 'MT110 8:17 "-1s" is not a duration'],
  ],
  [
    'a person in the middle',
    policy(`${LEAST}  steps: [{ action: Person }, { action: Reboot }]\n`),
    ['MT105 7:3 "spec.steps" must end with Person, where it has it at all'],
  ],
  [
    'a back-off whose base is longer than its default maximum',
    policy(`${LEAST}  backOff: { base: 3h }\n`),
    ['MT105 7:3 "spec.backOff" must not have a base longer than max'],
  ],
  [
    'a condition twice',
    policy(
      `${LEAST}  unhealthyConditions:\n    - { type: Ready, status: Unknown, duration: 5m }\n    - { type: Ready, status: Unknown, duration: 1m }\n`,
    ),
    ['MT120 9:7 type and status "Ready","Unknown" stands here a second time'],
  ],
  [
    'limits that are none, percentages that are none',
    budget('  maxUnavailable: {}\n  maxInFlight: { percent: 0 }\n  doubt: { percent: 101 }\n  rate: {}\n'),
    [
      'MT105 5:3 "spec.maxUnavailable" must have count, percent or both',
      'MT105 6:27 "spec.maxInFlight.percent" is 0, expected at least 1',
      'MT105 8:3 "spec.rate" must have tokenBucket, slidingWindow or both',
      'MT105 7:21 "spec.doubt.percent" is 101, expected at most 100',
    ],
  ],
  [
    'a domain twice, a storage cluster without a namespace',
    budget(
      '  domains: [{ topologyKey: rack, maxInFlight: 1 }, { topologyKey: rack, maxInFlight: 2 }]\n  storage: { cephClusters: [{ name: ceph }] }\n',
    ),
    [
      'MT120 5:52 topologyKey "rack" stands here a second time',
      'MT103 6:29 "spec.storage.cephClusters[0]" has no "namespace"',
    ],
  ],
  [
    'an episode, which is the controller’s',
    `${API}kind: HostRemediation\nmetadata: { name: worker-0-1 }\nspec: { reason: mine }\n`,
    ['MT145 2:7 a HostRemediation is made by the controller of a RemediationPolicy, never by hand'],
  ],
];

describe('manifests of our own policy', () => {
  test.each(ROWS)('%s', (_, text, expected) => {
    expect(problemsOf(text)).toEqual(expected);
  });

  test('what is left out is filled in, also inside of what is there', () => {
    const text = `${policy(`${LEAST}  steps: [{ action: Reboot }]\n  backOff: { max: 1h }\n`)}---\n${budget('  maxInFlight: { percent: 5 }\n  storage: {}\n')}`;
    expect(read(text).manifests.map(({ object }) => [object.metadata.namespace, object.spec])).toEqual([
      [
        undefined,
        {
          selector: { matchLabels: { role: 'worker' } },
          budget: 'workers',
          unhealthyConditions: [
            { type: 'Ready', status: 'False', duration: '300s' },
            { type: 'Ready', status: 'Unknown', duration: '300s' },
          ],
          healthyDelay: '1m',
          steps: [{ action: 'Reboot', attempts: 1 }],
          memory: '24h',
          backOff: { base: '5m', max: '1h' },
          whenPowerUnknown: 'Person',
          powerTimeout: '5m',
          identityCheck: 'Require',
          bootGrace: '15m',
          wipeAllowed: false,
          dryRun: false,
        },
      ],
      [
        undefined,
        {
          maxInFlight: { percent: 5, floor: 1 },
          controlPlane: { maxInFlight: 1, keepQuorum: true },
          storage: {
            forbiddenWhile: ['PG_DEGRADED', 'PG_AVAILABILITY', 'PG_DAMAGED', 'OSD_FULL', 'OSD_BACKFILLFULL'],
            staleAfter: '3m',
            allowSameHost: true,
          },
          waitForUpgrades: true,
          stormCoolDown: '10m',
          doubt: { percent: 50, atLeast: 3, within: '2m' },
          ageEvery: '10m',
          costs: { Reboot: 6, ReprovisionInPlace: 25, Replace: 25, Person: 480 },
        },
      ],
    ]);
  });
});

/** As the API server decides: defaults, unknown fields, schema, rules. */
function serverSays(object: unknown): { readonly taken: boolean; readonly spec: unknown } {
  const { kind } = object as { readonly kind: string };
  const schema = BUILT_IN_DEFINED.find(({ names }) => names.kind === kind)?.schema('v1alpha1');
  if (schema === undefined || !isJsonObject(object)) throw new Error('no schema');
  const { object: pruned, unknownFields } = schema.prune(schema.applyDefaults(object));
  return { taken: unknownFields.length === 0 && schema.validate(pruned).length === 0, spec: pruned.spec };
}

/** As a manifest is checked. */
function manifestSays(object: unknown): { readonly taken: boolean; readonly spec: unknown } {
  const { kind } = object as { readonly kind: string };
  const kindKey = [REMEDIATION_POLICY, REMEDIATION_BUDGET].find((each) => each.kind === kind)?.key ?? '';
  const result = MANIFEST_SCHEMAS[kindKey]?.v1alpha1?.safeParse(object);
  return { taken: result?.success === true, spec: (result?.data as { readonly spec?: unknown } | undefined)?.spec };
}

const header = (kind: string) => ({
  apiVersion: 'remediation.metaltwin.dev/v1alpha1',
  kind,
  metadata: { name: 'a' },
});

/** Right nine times of ten: an object of many fields is then often right, and often wrong in one. */
const mostly = (right: readonly unknown[], wrong: readonly unknown[]) =>
  fc.oneof({ weight: 19, arbitrary: fc.constantFrom(...right) }, { weight: 1, arbitrary: fc.constantFrom(...wrong) });
// No null: the server takes one for a field that is left out, the checks of manifests for a forgotten value.
const duration = mostly(['1ms', '30s', '5m', '2h', '1.5h', '1h30m'], ['0s', '', '-1s', '5', '1d', 300]);
const count = mostly([1, 2, 3], [-1, 0, 101, 1.5, '1']);
/** Without the fields that are left out: no field is undefined in JSON. */
const record = (fields: Record<string, fc.Arbitrary<unknown>>, required: readonly string[] = []) =>
  fc.record(fields, { requiredKeys: [...required] });
const limit = record({ count, percent: count, floor: count }, ['count']);
const list = (items: fc.Arbitrary<unknown>) => fc.array(items, { minLength: 1, maxLength: 2 });

const POLICIES = record(
  {
    selector: mostly([{}, { matchLabels: { a: 'b' } }], [{ matchExpressions: [{ key: 'a', operator: 'Is' }] }]),
    budget: mostly(['a'], ['', 5]),
    unhealthyConditions: list(
      record({ type: mostly(['Ready', 'Disk'], ['']), status: mostly(['Unknown'], ['No']), duration }, [
        'type',
        'status',
        'duration',
      ]),
    ),
    steps: list(
      record({ action: mostly(['Reboot', 'Replace', 'Person'], ['Reset']), attempts: count, timeout: duration }, [
        'action',
      ]),
    ),
    backOff: record({ base: duration, max: duration }),
    memory: duration,
    whenPowerUnknown: mostly(['Person'], ['Anybody']),
    pauseRequests: fc.array(mostly(['a', 'b', 'c'], ['']), { maxLength: 2 }),
    dryRun: mostly([true], ['yes']),
    dryrun: fc.constant(true),
  },
  ['selector', 'budget'],
).map(without('dryrun'));

const BUDGETS = record({
  selector: fc.constant({}),
  maxUnavailable: limit,
  maxInFlight: record({ count, percent: count, floor: count }),
  rate: record({
    tokenBucket: record({ burst: count, refillEvery: duration }, ['burst', 'refillEvery']),
    slidingWindow: record({ starts: count, per: duration }, ['starts', 'per']),
  }),
  domains: list(
    record({ topologyKey: fc.constantFrom('rack', 'zone', 'feed'), maxInFlight: count }, [
      'topologyKey',
      'maxInFlight',
    ]),
  ),
  storage: record({ staleAfter: duration, forbiddenWhile: list(mostly(['PG_DEGRADED', 'OSD_FULL'], ['bad'])) }),
  costs: record({ Reboot: count }),
  stormCoolDown: duration,
  doubts: fc.constant(true),
}).map(without('doubts'));

/** A field that nobody knows stays in one of eight. */
function without(field: string) {
  return (value: Readonly<Record<string, unknown>>, index = Object.keys(value).length) =>
    index % 8 === 0 ? value : Object.fromEntries(Object.entries(value).filter(([name]) => name !== field));
}

describe('the API server and the checks of manifests', () => {
  test.each([
    ['RemediationPolicy', POLICIES],
    ['RemediationBudget', BUDGETS],
  ])('are of one opinion about every %s, and fill in the same', (kind, specs) => {
    const verdicts = [0, 0];
    fc.assert(
      fc.property(specs, (spec) => {
        const object = { ...header(kind), spec };
        const server = serverSays(object);
        const manifest = manifestSays(object);
        expect(manifest.taken).toBe(server.taken);
        if (server.taken) expect(manifest.spec).toEqual(server.spec);
        verdicts[Number(server.taken)] = (verdicts[Number(server.taken)] ?? 0) + 1;
      }),
      { numRuns: 500, seed: 20261123 },
    );
    // Both happen often enough to mean something.
    expect(Math.min(...verdicts)).toBeGreaterThan(50);
  });
});
