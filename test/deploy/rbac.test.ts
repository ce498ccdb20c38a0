// deploy/rbac.yaml has what the controllers of our own policy ask an API server for in whole runs, and nothing beyond.

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { NODE } from '../../core/api/node.ts';
import { kindOf } from '../../core/api/object.ts';
import { ANNOTATION_REMEDIATE } from '../../core/api/remediation-policy.ts';
import { LEADER_ELECTION_TIMES, LeaderLease } from '../../core/runtime/leader-lease.ts';
import { StoreWriter } from '../../sim/api-server/kube-writer.ts';
import type { World } from '../../sim/world.ts';
import { ownControllers, pluralOf, RBAC_FILE, rbacText } from '../../tools/generate-rbac.ts';
import { clockOf, coreBench } from '../kit/core-bench.ts';
import { loaded, ownPolicy } from '../kit/crash/crash-cluster.ts';
import * as flows from '../kit/crash/flows.ts';
import { NOW_MS } from '../kit/machine-objects.ts';
import { notingWriter, type Requests, recordedRequests } from '../kit/recorded-requests.ts';

const OURS: ReadonlySet<string> = new Set(ownControllers('openshift').map(({ name }) => name));
const MINUTE_MS = 60_000;
const CEPH = '{ namespace: rook-ceph, name: rook-ceph }';

/** In the file, and in no run: why it is needed all the same. */
const NOT_EXERCISED: Readonly<Record<string, string>> = {
  'patch events.k8s.io/events':
    'the recorder of client-go patches the series of an event that repeats; simulated events are not merged',
};

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly rules?: readonly Rule[];
  readonly roleRef?: { readonly name: string };
}

const MANIFESTS = parseAllDocuments(readFileSync(RBAC_FILE, 'utf8')).map((document) => document.toJS() as Manifest);

/** `patch metal3.io/baremetalhosts`, sorted, of the roles of this name. */
function allowedBy(name?: string): readonly string[] {
  const rules = MANIFESTS.filter(({ metadata }) => name === undefined || metadata.name === name).flatMap(
    (manifest) => manifest.rules ?? [],
  );
  return rules
    .flatMap(({ apiGroups, resources, verbs }) =>
      apiGroups.flatMap((group) =>
        resources.flatMap((resource) => verbs.map((verb) => `${verb} ${group}/${resource}`)),
      ),
    )
    .toSorted();
}

/** The same of `patch BareMetalHost.metal3.io`. */
function asResource(request: string): string {
  const [verb = '', what = ''] = request.split(' ');
  const [key = '', subresource] = what.split('/');
  const [name = '', ...group] = key.split('.');
  const plural = pluralOf(kindOf(group.join('.'), name, 'Cluster'));
  return `${verb} ${group.join('.')}/${plural}${subresource === undefined ? '' : `/${subresource}`}`;
}

/** A dead host is replaced while the storage is watched, a person asks for a healthy one, and all is forgotten soon. */
function everythingElse(machineApi: 'openshift' | 'cluster-api'): Requests {
  const story = loaded({
    machineApi,
    minutes: 180,
    more: '        - { name: storage, count: 3, dataDisks: 1 }\n        - { name: spare, role: spare, count: 1 }',
    deadUntil: 'reprovision',
    script: '[{ at: 5m, fault: hostDead, target: { host: worker-1 } }]',
    policy: ownPolicy({
      steps: '[{ action: Replace, timeout: 60m }, { action: Person }]',
      // Only a full storage forbids a start here: a wipe waits for no resync.
      budget: `{ maxInFlight: { count: 1 }, storage: { forbiddenWhile: [OSD_FULL], cephClusters: [${CEPH}] } }`,
      more: '  wipeAllowed: true\n  memory: 20m',
    }),
  });
  const wish = ({ store, kernel }: World): void => {
    kernel.call(kernel.nowMs + 70 * MINUTE_MS, () => {
      const annotations = { [ANNOTATION_REMEDIATE]: 'disk is slow' };
      store.patch(NODE, { namespace: '', name: 'worker-2' }, { metadata: { annotations } }, { subresource: 'main' });
    });
  };
  return recordedRequests(story.config, story.policy, { of: OURS, before: wish });
}

/** A replica that becomes the leader and stays it for a while. */
function election(): Requests {
  const requests: Requests = new Set();
  const bench = coreBench({ objects: [], controllers: [], atMs: NOW_MS });
  const writer = notingWriter(new StoreWriter(bench.store), (verb, { key }) => void requests.add(`${verb} ${key}`));
  const lease = new LeaderLease(
    { clock: clockOf(bench.kernel), writer },
    {
      lease: { namespace: 'metaltwin-system', name: 'remediation' },
      nextIdentity: () => 'one',
      ...LEADER_ELECTION_TIMES,
    },
    { elected: () => undefined, lost: () => undefined },
  );
  lease.campaign();
  bench.runFor(MINUTE_MS);
  lease.stop();
  return requests;
}

const FLOWS = [
  flows.reboot('cluster-api'),
  flows.reboot('openshift'),
  flows.escalate(),
  flows.replace(),
  flows.reprovision(),
  flows.selfFencing(),
  flows.maintenance(),
  flows.policySwap(),
];

describe('deploy/rbac.yaml', () => {
  test('is what the generator writes', () => {
    expect(readFileSync(RBAC_FILE, 'utf8')).toBe(rbacText());
  });

  test('allows every request of whole runs, and nothing that none of them makes without a reason', () => {
    const requests = [
      ...FLOWS.flatMap(({ config, policy }) => [...recordedRequests(config, policy, { of: OURS })]),
      ...everythingElse('openshift'),
      ...everythingElse('cluster-api'),
      ...election(),
    ];
    const asked = [...new Set(requests.map(asResource))].toSorted();
    const allowed = [...new Set(allowedBy())];
    expect({
      missing: asked.filter((request) => !allowed.includes(request)),
      beyond: allowed.filter((permission) => !asked.includes(permission)),
    }).toEqual({ missing: [], beyond: Object.keys(NOT_EXERCISED) });
  });

  test('lets a dry run read and nothing else, and binds nothing but that', () => {
    const verbs = new Set(allowedBy('metaltwin-remediation-dry-run').map((permission) => permission.split(' ')[0]));
    expect({
      verbs: [...verbs].toSorted(),
      bound: MANIFESTS.flatMap(({ roleRef }) => (roleRef === undefined ? [] : [roleRef.name])),
      secrets: allowedBy().filter((permission) => permission.endsWith('secrets')),
    }).toEqual({ verbs: ['get', 'list', 'watch'], bound: ['metaltwin-remediation-dry-run'], secrets: [] });
  });
});
