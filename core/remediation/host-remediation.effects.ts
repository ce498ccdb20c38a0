// The external effects of a HostRemediation, each a guarded write: what must still be true, by fresh reads, in the moment before.
//
//   effect                  the request is as it was read, and ...
//   hold the host off       the Node is exactly as it was read (boot, health, taints of maintenance); the host is ours, online and in
//                           nobody else's hands; the ledger's entry is for this attempt; the policy is the one that was read;
//                           the others of the control plane are exactly as they were read; a storage that was clean says nothing
//                           that forbids it
//   take the hold back      (nothing else: a host is never left off because something changed)
//   let workloads go        our hold is on the host and its operator says off; the proof is fresh
//   delete the Machine      the same, ledger and policy as above, and the storage says nothing that forbids it
//   self-fencing            the Node, the ledger, the control plane and the storage as with the hold

import type { Action, EffectCondition, EffectGuard, MergePatch } from '../actions.ts';
import { ANNOTATION_DETACHED, ANNOTATION_PAUSED, BARE_METAL_HOST, type BareMetalHost } from '../api/bare-metal-host.ts';
import { HOST_REMEDIATION } from '../api/host-remediation.ts';
import { type Machine, machineKind } from '../api/machine.ts';
import { ANNOTATION_NODE_NAME } from '../api/medik8s.ts';
import { NODE, type Node } from '../api/node.ts';
import { type Kind, type KubeObject, keyOf } from '../api/object.ts';
import { REMEDIATION_BUDGET } from '../api/remediation-budget.ts';
import { REMEDIATION_POLICY } from '../api/remediation-policy.ts';
import { SELF_NODE_REMEDIATION, type SelfNodeRemediation } from '../api/self-node-remediation.ts';
import { formatTime } from '../api/time.ts';
import { etcdWitnessOf } from '../cluster/etcd-members.ts';
import { OFF_PROOF_FRESH_MS, STRIKE_WITHIN_MS } from './defaults.ts';
import { othersOfControlPlane } from './host-remediation.quorum.ts';
import type { Scene } from './host-remediation.scene.ts';
import { storageConditions } from './host-remediation.storage.ts';
import { REBOOT_HARD } from './names.ts';
import { type OffProof, provenUntilMs } from './off-proof.ts';
import { OUT_OF_SERVICE } from './workload-release.ts';

/** Puts our reboot annotation on the host: its operator powers it off and keeps it off. */
export function holdOff(scene: Scene, host: BareMetalHost, node: Node): Action {
  return {
    ...patchHost(host, { metadata: { annotations: { [scene.hold]: REBOOT_HARD } } }),
    guard: {
      onlyIf: [asRead(scene), exactly(NODE, node), hostIsFree(host), ...whileSpared(scene)],
      notAfterMs: scene.phaseSinceMs + STRIKE_WITHIN_MS,
    },
  };
}

/** Takes our own annotation off, and nobody else's: whoever else holds the host off goes on doing so (invariants S6, S7). */
export function letGo(scene: Scene, host: BareMetalHost): Action {
  return {
    ...patchHost(host, { metadata: { annotations: { [scene.hold]: null } } }),
    guard: { onlyIf: [asRead(scene)], notAfterMs: scene.nowMs + STRIKE_WITHIN_MS },
  };
}

/** Lets the workloads go. Only a proof of off opens this door. */
export function release(scene: Scene, node: Node, host: BareMetalHost, proof: OffProof): Action {
  const taints = [...(node.spec?.taints ?? []), { ...OUT_OF_SERVICE, timeAdded: formatTime(scene.nowMs) }];
  const { uid, resourceVersion } = node.metadata;
  return {
    do: 'patch',
    kind: NODE,
    key: keyOf(node),
    subresource: 'main',
    patch: { spec: { taints } },
    onlyIf: { uid, resourceVersion },
    guard: whileOff(scene, host, proof, []),
  };
}

/** Deletes the Machine, by which its host is wiped. Only a proof of off opens this door, too. */
export function wipe(scene: Scene, machine: Machine, host: BareMetalHost, proof: OffProof): Action {
  return {
    do: 'delete',
    kind: machineKind(scene.options.machineApi),
    key: keyOf(machine),
    onlyIf: { uid: machine.metadata.uid },
    guard: whileOff(scene, host, proof, [...ledgerAndPolicy(scene), ...storageConditions(scene)]),
  };
}

/** Asks the node's own agent to fence it. Its name is that of the request, so that there is one. */
export function fenceItself(scene: Scene, namespace: string, node: Node): Action {
  const { metadata, apiVersion, kind } = scene.request;
  const object: Omit<SelfNodeRemediation, 'metadata'> & { readonly metadata: object } = {
    apiVersion: 'self-node-remediation.medik8s.io/v1alpha1',
    kind: SELF_NODE_REMEDIATION.kind,
    metadata: {
      name: metadata.name,
      namespace,
      annotations: { [ANNOTATION_NODE_NAME]: node.metadata.name },
      ownerReferences: [{ apiVersion, kind, name: metadata.name, uid: metadata.uid, controller: true }],
    },
    spec: { remediationStrategy: 'OutOfServiceTaint' },
  };
  return {
    do: 'create',
    kind: SELF_NODE_REMEDIATION,
    object: { ...object, metadata: { ...object.metadata, name: metadata.name } },
    guard: {
      onlyIf: [asRead(scene), exactly(NODE, node), ...whileSpared(scene)],
      notAfterMs: scene.phaseSinceMs + STRIKE_WITHIN_MS,
    },
  };
}

function patchHost(host: BareMetalHost, patch: MergePatch): Extract<Action, { do: 'patch' }> {
  const { uid } = host.metadata;
  return { do: 'patch', kind: BARE_METAL_HOST, key: keyOf(host), subresource: 'main', patch, onlyIf: { uid } };
}

function whileOff(scene: Scene, host: BareMetalHost, proof: OffProof, more: readonly EffectCondition[]): EffectGuard {
  const isOff: EffectCondition = {
    ...ofSameUid(BARE_METAL_HOST, host),
    fields: [
      { path: ['metadata', 'annotations', scene.hold], equals: REBOOT_HARD },
      { path: ['status', 'poweredOn'], equals: false },
    ],
  };
  return { onlyIf: [asRead(scene), isOff, ...more], notAfterMs: provenUntilMs(proof, OFF_PROOF_FRESH_MS) };
}

/** Whoever else leads may have moved on: then this decision is an old one. */
function asRead({ request }: Scene): EffectCondition {
  return exactly(HOST_REMEDIATION, request);
}

function hostIsFree(host: BareMetalHost): EffectCondition {
  return {
    ...ofSameUid(BARE_METAL_HOST, host),
    fields: [
      { path: ['spec', 'online'], equals: host.spec?.online },
      { path: ['metadata', 'annotations', ANNOTATION_PAUSED], equals: undefined },
      { path: ['metadata', 'annotations', ANNOTATION_DETACHED], equals: undefined },
    ],
  };
}

/** Ledger and policy, control plane and storage: what granted the attempt still does. */
function whileSpared(scene: Scene): readonly EffectCondition[] {
  return [...ledgerAndPolicy(scene), ...quorum(scene), ...storageConditions(scene)];
}

/** The entry of this attempt in the ledger, and the policy as it was read: a swap in between is decided anew. */
function ledgerAndPolicy({ request, budget, policy, attempt }: Scene): readonly EffectCondition[] {
  const entry = ['status', 'grants', request.metadata.name];
  const ledger =
    budget === undefined
      ? []
      : [
          {
            ...ofSameUid(REMEDIATION_BUDGET, budget),
            fields: [
              { path: [...entry, 'uid'], equals: request.metadata.uid },
              { path: [...entry, 'step'], equals: attempt?.step },
              { path: [...entry, 'attempt'], equals: attempt?.attempt },
            ],
          },
        ];
  const wanted =
    policy === undefined
      ? []
      : [
          {
            ...ofSameUid(REMEDIATION_POLICY, policy),
            fields: [{ path: ['metadata', 'generation'], equals: policy.metadata.generation }],
          },
        ];
  return [...ledger, ...wanted];
}

/** The others of the control plane, and what speaks for their members, are exactly as they were when they made a majority. */
function quorum(scene: Scene): readonly EffectCondition[] {
  const { options, view } = scene;
  return (othersOfControlPlane(scene) ?? []).flatMap((other) => {
    const witness = etcdWitnessOf(other, options.machineApi, view);
    return [exactly(NODE, other), ...(witness === undefined ? [] : [exactly(witness.kind, witness.object)])];
  });
}

function ofSameUid(kind: Kind, object: KubeObject): EffectCondition {
  return { kind, key: keyOf(object), uid: object.metadata.uid };
}

function exactly(kind: Kind, object: KubeObject): EffectCondition {
  return { ...ofSameUid(kind, object), resourceVersion: object.metadata.resourceVersion };
}
