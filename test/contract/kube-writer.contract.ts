// What every KubeWriter promises, whatever server is behind it: run by the virtual writer, and by those on the wire and live.

import { describe, expect, test } from 'vitest';
import type { WriteAction } from '../../core/actions.ts';
import { OPENSHIFT_MACHINE } from '../../core/api/machine.ts';
import { NODE } from '../../core/api/node.ts';
import { type Kind, type KubeObject, kindOf, type ObjectKey } from '../../core/api/object.ts';
import { POD } from '../../core/api/workload.ts';
import type { Outcome } from '../../core/facts.ts';
import type { FreshAnswer, KubeWriter } from '../../core/ports/kube-writer.ts';
import { aBudget, aMachine, aNode, aPod, keyIn } from '../sim/api-server/objects.ts';

/** Makes a server that holds exactly these objects, and a writer to it. Node, Pod, Machine and PodDisruptionBudget are served. */
export type MakeWriter = (objects: readonly KubeObject[]) => KubeWriter | Promise<KubeWriter>;

interface Row {
  readonly title: string;
  readonly given: readonly KubeObject[];
  readonly when: readonly WriteAction[];
  /** Of the last write; earlier ones must be done. */
  readonly outcome: object;
  /** What a fresh read then finds; `absent` for nothing. */
  readonly leaves: {
    readonly kind: Kind;
    readonly key: ObjectKey;
    readonly object: object | 'absent';
    /** Path of a field that must not be there. */
    readonly lacks?: string;
  };
}

const WORKER = keyIn('', 'worker-1');
const MACHINE = keyIn('metal', 'worker-1');
const DB = keyIn('shop', 'db-0');

function patchNode(patch: Record<string, unknown>, subresource: 'main' | 'status' = 'main', onlyIf = {}): WriteAction {
  return { do: 'patch', kind: NODE, key: WORKER, subresource, patch, onlyIf };
}

function patchMachine(patch: Record<string, unknown>, subresource: 'main' | 'status' = 'main'): WriteAction {
  return { do: 'patch', kind: OPENSHIFT_MACHINE, key: MACHINE, subresource, patch, onlyIf: {} };
}

function newNode(name: string): WriteAction {
  return {
    do: 'create',
    kind: NODE,
    object: { apiVersion: 'v1', kind: 'Node', metadata: { name }, spec: { unschedulable: true } },
  };
}

const node = aNode('worker-1', {
  metadata: { labels: { zone: 'rack-1', role: 'worker' } },
  spec: { providerID: 'metal3://worker-1' },
  status: { conditions: [{ type: 'Ready', status: 'True' }] },
});
const machine = aMachine('worker-1', { spec: { providerID: 'metal3://worker-1' }, status: { phase: 'Running' } });
const finalized = aMachine('worker-1', { metadata: { finalizers: ['a.example.com/one', 'b.example.com/two'] } });
const deleteMachine: WriteAction = { do: 'delete', kind: OPENSHIFT_MACHINE, key: MACHINE, onlyIf: {} };
const evictDb: WriteAction = { do: 'evict', key: DB, onlyIf: {} };

const ROWS: readonly Row[] = [
  {
    title: 'a create stores the object with the metadata of the server and is done',
    given: [],
    when: [newNode('worker-1')],
    outcome: { kind: 'done', object: { metadata: { name: 'worker-1', uid: expect.any(String) } } },
    leaves: {
      kind: NODE,
      key: WORKER,
      object: {
        metadata: {
          name: 'worker-1',
          uid: expect.any(String),
          resourceVersion: expect.any(String),
          creationTimestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
        },
        spec: { unschedulable: true },
      },
    },
  },
  {
    title: 'a create drops status where that is a subresource',
    given: [],
    when: [
      {
        do: 'create',
        kind: OPENSHIFT_MACHINE,
        object: {
          apiVersion: 'machine.openshift.io/v1beta1',
          kind: 'Machine',
          metadata: { name: 'worker-1', namespace: 'metal' },
          status: { phase: 'Running' },
        },
      },
    ],
    outcome: { kind: 'done' },
    leaves: { kind: OPENSHIFT_MACHINE, key: MACHINE, object: { metadata: { name: 'worker-1' } }, lacks: 'status' },
  },
  {
    title: 'a create of an object that is there is refused with 409 AlreadyExists',
    given: [node],
    when: [newNode('worker-1')],
    outcome: { kind: 'refused', code: 409, reason: 'AlreadyExists', message: 'nodes "worker-1" already exists' },
    leaves: { kind: NODE, key: WORKER, object: node },
  },
  {
    title: 'a create of an object with a bad name is refused with 422 Invalid',
    given: [],
    when: [newNode('Worker_1')],
    outcome: {
      kind: 'refused',
      code: 422,
      reason: 'Invalid',
      message: expect.stringContaining('Node "Worker_1" is invalid: metadata.name: Invalid value: "Worker_1"'),
    },
    leaves: { kind: NODE, key: keyIn('', 'Worker_1'), object: 'absent' },
  },
  {
    title: 'a patch of an object that is not there is refused with 404 NotFound',
    given: [],
    when: [patchMachine({ spec: null })],
    outcome: {
      kind: 'refused',
      code: 404,
      reason: 'NotFound',
      message: 'machines.machine.openshift.io "worker-1" not found',
    },
    leaves: { kind: OPENSHIFT_MACHINE, key: MACHINE, object: 'absent' },
  },
  {
    title: 'a write of a kind that is not served is refused with 404',
    given: [],
    when: [
      {
        do: 'create',
        kind: kindOf('nobody.example.com', 'Gadget', 'Cluster'),
        object: { apiVersion: 'nobody.example.com/v1', kind: 'Gadget', metadata: { name: 'g' } },
      },
    ],
    outcome: {
      kind: 'refused',
      code: 404,
      reason: 'NotFound',
      message: 'the server could not find the requested resource',
    },
    leaves: { kind: NODE, key: WORKER, object: 'absent' },
  },
  {
    title: 'a merge patch changes the named fields, removes with null and leaves the others',
    given: [node],
    when: [patchNode({ metadata: { labels: { zone: null, rack: 'r2' } }, spec: { unschedulable: true } })],
    outcome: { kind: 'done', object: { spec: { unschedulable: true, providerID: 'metal3://worker-1' } } },
    leaves: {
      kind: NODE,
      key: WORKER,
      object: { metadata: { uid: 'uid-of-worker-1', labels: { role: 'worker', rack: 'r2' } } },
    },
  },
  {
    title: 'a patch of the main resource cannot change status',
    given: [node],
    when: [patchNode({ spec: { unschedulable: true }, status: { conditions: [] } })],
    outcome: { kind: 'done' },
    leaves: {
      kind: NODE,
      key: WORKER,
      object: { spec: { unschedulable: true }, status: { conditions: [{ type: 'Ready', status: 'True' }] } },
    },
  },
  {
    title: 'a patch of status cannot change spec',
    given: [machine],
    when: [patchMachine({ spec: { providerID: 'other' }, status: { phase: 'Failed' } }, 'status')],
    outcome: { kind: 'done' },
    leaves: {
      kind: OPENSHIFT_MACHINE,
      key: MACHINE,
      object: { spec: { providerID: 'metal3://worker-1' }, status: { phase: 'Failed' } },
    },
  },
  {
    title: 'a patch that changes nothing is done and leaves the resourceVersion',
    given: [node],
    when: [patchNode({ metadata: { labels: { zone: 'rack-1', nothing: null } } })],
    outcome: { kind: 'done', object: { metadata: { resourceVersion: '100' } } },
    leaves: { kind: NODE, key: WORKER, object: { metadata: { resourceVersion: '100' } } },
  },
  {
    title: 'a patch with the stored uid and resourceVersion goes through',
    given: [node],
    when: [patchNode({ spec: { unschedulable: true } }, 'main', { uid: 'uid-of-worker-1', resourceVersion: '100' })],
    outcome: { kind: 'done' },
    leaves: { kind: NODE, key: WORKER, object: { spec: { unschedulable: true } } },
  },
  {
    title: 'a patch with a stale resourceVersion is refused with 409 Conflict',
    given: [node],
    when: [
      patchNode({ metadata: { labels: { zone: 'rack-2' } } }),
      patchNode({ spec: { unschedulable: true } }, 'main', { resourceVersion: '100' }),
    ],
    outcome: {
      kind: 'refused',
      code: 409,
      reason: 'Conflict',
      message:
        'Operation cannot be fulfilled on nodes "worker-1": the object has been modified; please apply your changes to the latest version and try again',
    },
    leaves: { kind: NODE, key: WORKER, object: { spec: { providerID: 'metal3://worker-1' } } },
  },
  {
    title: 'a patch meant for an earlier object of that name is refused with 409 Conflict',
    given: [node],
    when: [patchNode({ spec: { unschedulable: true } }, 'main', { uid: 'another' })],
    outcome: { kind: 'refused', code: 409, reason: 'Conflict', message: expect.stringContaining('another') },
    leaves: { kind: NODE, key: WORKER, object: { metadata: { resourceVersion: '100' } } },
  },
  {
    title: 'generation grows with spec',
    given: [machine],
    when: [patchMachine({ spec: { providerID: 'metal3://other' } })],
    outcome: { kind: 'done', object: { metadata: { generation: 2 } } },
    leaves: { kind: OPENSHIFT_MACHINE, key: MACHINE, object: { metadata: { generation: 2 } } },
  },
  {
    title: 'generation does not grow with labels or status',
    given: [machine],
    when: [patchMachine({ metadata: { labels: { a: 'b' } } }), patchMachine({ status: { phase: 'Failed' } }, 'status')],
    outcome: { kind: 'done', object: { metadata: { generation: 1, labels: { a: 'b' } } } },
    leaves: { kind: OPENSHIFT_MACHINE, key: MACHINE, object: { metadata: { generation: 1 } } },
  },
  {
    title: 'uid, creationTimestamp, deletionTimestamp and generation belong to the server',
    given: [machine],
    when: [
      patchMachine({
        metadata: {
          labels: { a: 'b' },
          uid: null,
          generation: 99,
          creationTimestamp: '1999-01-01T00:00:00Z',
          deletionTimestamp: '1999-01-01T00:00:00Z',
        },
      }),
    ],
    outcome: { kind: 'done' },
    leaves: {
      kind: OPENSHIFT_MACHINE,
      key: MACHINE,
      object: {
        ...machine,
        metadata: { ...machine.metadata, labels: { a: 'b' }, resourceVersion: expect.not.stringMatching(/^100$/) },
      },
    },
  },
  {
    title: 'a delete without finalizers removes the object',
    given: [machine],
    when: [deleteMachine],
    outcome: { kind: 'done' },
    leaves: { kind: OPENSHIFT_MACHINE, key: MACHINE, object: 'absent' },
  },
  {
    title: 'a delete with another uid is refused with 409 Conflict',
    given: [machine],
    when: [{ ...deleteMachine, onlyIf: { uid: 'another' } }],
    outcome: { kind: 'refused', code: 409, reason: 'Conflict', message: expect.stringContaining('another') },
    leaves: { kind: OPENSHIFT_MACHINE, key: MACHINE, object: machine },
  },
  {
    title: 'a delete with finalizers marks the object, which then waits',
    given: [finalized],
    when: [deleteMachine],
    outcome: { kind: 'done', object: { metadata: { deletionTimestamp: expect.any(String) } } },
    leaves: {
      kind: OPENSHIFT_MACHINE,
      key: MACHINE,
      object: {
        metadata: { deletionTimestamp: expect.any(String), finalizers: ['a.example.com/one', 'b.example.com/two'] },
      },
    },
  },
  {
    title: 'a finalizer cannot be added to an object that is being deleted',
    given: [finalized],
    when: [deleteMachine, patchMachine({ metadata: { finalizers: ['a.example.com/one', 'c.example.com/three'] } })],
    outcome: {
      kind: 'refused',
      code: 422,
      reason: 'Invalid',
      message: expect.stringContaining(
        'metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{"c.example.com/three"}',
      ),
    },
    leaves: {
      kind: OPENSHIFT_MACHINE,
      key: MACHINE,
      object: { metadata: { finalizers: ['a.example.com/one', 'b.example.com/two'] } },
    },
  },
  {
    title: 'an object that is being deleted goes with its last finalizer',
    given: [finalized],
    when: [
      deleteMachine,
      patchMachine({ metadata: { finalizers: ['b.example.com/two'] } }),
      patchMachine({ metadata: { finalizers: null } }),
    ],
    outcome: { kind: 'done' },
    leaves: { kind: OPENSHIFT_MACHINE, key: MACHINE, object: 'absent' },
  },
  {
    title: 'the delete of a scheduled pod leaves it until its containers have stopped',
    given: [aPod('db-0')],
    when: [{ do: 'delete', kind: POD, key: DB, onlyIf: {} }],
    outcome: { kind: 'done', object: { metadata: { deletionGracePeriodSeconds: 20 } } },
    leaves: {
      kind: POD,
      key: DB,
      object: { metadata: { deletionTimestamp: expect.any(String), deletionGracePeriodSeconds: 20 } },
    },
  },
  {
    title: 'the delete of a pod without grace removes it at once, also when it is terminating already',
    given: [aPod('db-0')],
    when: [
      { do: 'delete', kind: POD, key: DB, onlyIf: {} },
      { do: 'delete', kind: POD, key: DB, gracePeriodSeconds: 0, onlyIf: {} },
    ],
    outcome: { kind: 'done' },
    leaves: { kind: POD, key: DB, object: 'absent' },
  },
  {
    title: 'an eviction without a budget deletes the pod and says why on it',
    given: [aPod('db-0')],
    when: [evictDb],
    outcome: { kind: 'done' },
    leaves: {
      kind: POD,
      key: DB,
      object: {
        metadata: { deletionTimestamp: expect.any(String) },
        status: {
          conditions: [
            { type: 'Ready', status: 'True' },
            { type: 'DisruptionTarget', status: 'True', reason: 'EvictionByEvictionAPI' },
          ],
        },
      },
    },
  },
  {
    title: 'an eviction that a budget forbids is refused with 429 and cause DisruptionBudget',
    given: [aPod('db-0'), aPod('db-1'), aBudget('db', { minAvailable: 2 })],
    when: [evictDb],
    outcome: {
      kind: 'refused',
      code: 429,
      reason: 'TooManyRequests',
      message: "Cannot evict pod as it would violate the pod's disruption budget.",
      causes: [
        { reason: 'DisruptionBudget', message: 'The disruption budget db needs 2 healthy pods and has 2 currently' },
      ],
    },
    leaves: { kind: POD, key: DB, object: aPod('db-0'), lacks: 'metadata.deletionTimestamp' },
  },
  {
    title: 'two evictions in a row do not both pass a budget of one',
    given: [aPod('db-0'), aPod('db-1'), aPod('db-2'), aBudget('db', { minAvailable: 2 })],
    when: [{ do: 'evict', key: keyIn('shop', 'db-1'), onlyIf: {} }, evictDb],
    outcome: { kind: 'refused', code: 429, reason: 'TooManyRequests' },
    leaves: { kind: POD, key: DB, object: aPod('db-0'), lacks: 'metadata.deletionTimestamp' },
  },
  {
    title: 'an eviction under two budgets is refused with 500',
    given: [aPod('db-0'), aBudget('db', { minAvailable: 0 }), aBudget('db-too', { minAvailable: 0 })],
    when: [evictDb],
    outcome: {
      kind: 'refused',
      code: 500,
      message: 'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.',
    },
    leaves: { kind: POD, key: DB, object: aPod('db-0'), lacks: 'metadata.deletionTimestamp' },
  },
  {
    title: 'an eviction of a pod that is gone is refused with 404',
    given: [],
    when: [evictDb],
    outcome: { kind: 'refused', code: 404, reason: 'NotFound', message: 'pods "db-0" not found' },
    leaves: { kind: POD, key: DB, object: 'absent' },
  },
  {
    title: 'an eviction meant for an earlier pod of that name is refused with 409',
    given: [aPod('db-0')],
    when: [{ ...evictDb, onlyIf: { uid: 'another' } }],
    outcome: { kind: 'refused', code: 409, reason: 'Conflict' },
    leaves: { kind: POD, key: DB, object: aPod('db-0') },
  },
];

export function describeKubeWriter(name: string, make: MakeWriter): void {
  describe(`KubeWriter: ${name}`, () => {
    test.each(ROWS)('$title', async ({ given, when, outcome, leaves }) => {
      const writer = await make(given);
      const outcomes: Outcome[] = [];
      for (const write of when) outcomes.push(await submitted(writer, write));
      expect(outcomes.slice(0, -1).map(({ kind }) => kind)).toEqual(when.slice(1).map(() => 'done'));
      expect(outcomes.at(-1)).toMatchObject(outcome);
      const found = await fresh(writer, leaves.kind, leaves.key);
      if (leaves.object === 'absent') expect(found).toEqual({ kind: 'absent' });
      else expect(found).toMatchObject({ kind: 'found', object: leaves.object });
      if (leaves.lacks !== undefined) expect(found).not.toHaveProperty(`object.${leaves.lacks}`);
    });

    test('versions of later writes are greater', async () => {
      const writer = await make([]);
      const versions: number[] = [];
      for (const name of ['c', 'a', 'b']) {
        const outcome = await submitted(writer, newNode(name));
        versions.push(outcome.kind === 'done' ? Number(outcome.object?.metadata.resourceVersion) : Number.NaN);
      }
      expect(versions).toEqual([...versions].sort((a, b) => a - b));
      expect(new Set(versions).size).toBe(3);
    });

    test('a generated name is the prefix and five letters that spell no words', async () => {
      const writer = await make([]);
      const outcome = await submitted(writer, {
        do: 'create',
        kind: NODE,
        object: { apiVersion: 'v1', kind: 'Node', metadata: { name: '', generateName: 'worker-' } },
      });
      expect(outcome).toMatchObject({
        kind: 'done',
        object: { metadata: { name: expect.stringMatching(/^worker-[bcdfghjklmnpqrstvwxz2456789]{5}$/) } },
      });
    });

    test('removes a label with null', async () => {
      const writer = await make([node]);
      await submitted(writer, patchNode({ metadata: { labels: { zone: null } } }));
      const found = await fresh(writer, NODE, WORKER);
      expect(found.kind === 'found' ? found.object.metadata.labels : found).toEqual({ role: 'worker' });
    });
  });
}

/** A server that holds exactly these objects, the writer that tries, and one whose writes are kept. */
export type MakeDryRun = (
  objects: readonly KubeObject[],
) => Promise<{ readonly dry: KubeWriter; readonly kept: KubeWriter }>;

/** The same rows: the last write is only tried. It has the same outcome, and leaves what was there before it. */
export function describeDryRunWriter(name: string, make: MakeDryRun): void {
  describe(`KubeWriter, dry run: ${name}`, () => {
    test.each(ROWS)('$title, and nothing of it is kept', async ({ given, when, outcome, leaves }) => {
      const { dry, kept } = await make(given);
      for (const write of when.slice(0, -1)) expect(await submitted(kept, write)).toMatchObject({ kind: 'done' });
      const before = await fresh(dry, leaves.kind, leaves.key);
      const last = when.at(-1);
      expect(last === undefined ? undefined : await submitted(dry, last)).toMatchObject(outcome);
      expect(await fresh(dry, leaves.kind, leaves.key)).toEqual(before);
    });
  });
}

function submitted(writer: KubeWriter, write: WriteAction): Promise<Outcome> {
  return new Promise((resolve) => writer.submit('contract-suite', write, resolve));
}

function fresh(writer: KubeWriter, kind: Kind, key: ObjectKey): Promise<FreshAnswer> {
  return new Promise((resolve) => writer.readFresh(kind, key, resolve));
}
