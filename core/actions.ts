// Everything that a decision may ask for: a closed union of plain values. core/runtime is the only interpreter.
//
// Order matters: the first action that is not confirmed (`done`) drops the rest of its list, and the key is decided again
// from fresh facts. `recordEvent` is best effort and never drops anything. At most one action of a list is an external
// effect (`setPower`, `inspect`, `provision`, `deprovision`, `fence`, or a create, patch or delete that carries a guard), only events
// follow it, and its intent was confirmed in the API before.

import type { Kind, KubeObject, NewObject, ObjectKey, StringMap } from './api/object.ts';

/** Merge patch (RFC 7386): `null` removes a field, arrays are replaced whole. */
export type MergePatch = { readonly [field: string]: unknown };

/** Optimistic concurrency: the write is refused with a conflict unless these match the stored object. */
export interface WritePrecondition {
  readonly uid?: string;
  readonly resourceVersion?: string;
}

export interface CreateAction {
  readonly do: 'create';
  readonly kind: Kind;
  readonly object: NewObject;
  /** As with a patch: a request that makes another controller act on the world. */
  readonly guard?: EffectGuard;
}

export interface PatchAction {
  readonly do: 'patch';
  readonly kind: Kind;
  readonly key: ObjectKey;
  /** `main` cannot change status, `status` cannot change anything else. */
  readonly subresource: 'main' | 'status';
  readonly patch: MergePatch;
  readonly onlyIf: WritePrecondition;
  /** This write is how an external effect is asked of another controller: a host held off, workloads released. */
  readonly guard?: EffectGuard;
}

export interface DeleteAction {
  readonly do: 'delete';
  readonly kind: Kind;
  readonly key: ObjectKey;
  /** Pods: how long their containers may take; 0 removes the object at once. Absent: what the pod itself says. */
  readonly gracePeriodSeconds?: number;
  readonly onlyIf: WritePrecondition;
  /** As with a patch: deleting a Machine wipes its host. */
  readonly guard?: EffectGuard;
}

/** The eviction API: asks the PodDisruptionBudgets, unlike a delete. */
export interface EvictAction {
  readonly do: 'evict';
  readonly key: ObjectKey;
  readonly onlyIf: WritePrecondition;
}

/** Re-checked by the interpreter with a fresh read immediately before an external effect; otherwise `refused`. */
export interface EffectCondition {
  readonly kind: Kind;
  readonly key: ObjectKey;
  /** The object must exist with this uid, and with this resourceVersion when given. */
  readonly uid: string;
  readonly resourceVersion?: string;
  /** These fields have these values, by path; `undefined` is an absent field. For objects that others write often. */
  readonly fields?: readonly FieldCondition[];
}

export interface FieldCondition {
  readonly path: readonly string[];
  readonly equals: string | number | boolean | undefined;
}

export interface EffectGuard {
  readonly onlyIf: readonly EffectCondition[];
  /** The effect must not start after this instant of the controller's clock. */
  readonly notAfterMs: number;
}

export type PowerState = 'on' | 'off';

/** Starts a power change; the outcome arrives later as an `operation` fact under `operationId`. */
export interface SetPowerAction {
  readonly do: 'setPower';
  /** Key of the BareMetalHost whose BMC is meant. */
  readonly host: ObjectKey;
  readonly power: PowerState;
  /** `soft` asks the operating system (ACPI), `hard` cuts the power. */
  readonly mode: 'soft' | 'hard';
  readonly operationId: string;
  readonly guard: EffectGuard;
}

/**
 * Asks the BMC for its power state, who it is and how far it has booted. With `everyMs` it is a standing poll on a fixed grid: a `power` fact arrives at the
 * first poll after the reading changed, and polls that would read the same are elided. It lives until the key's object is
 * gone or the controller stops; asking again while it runs changes nothing, another `everyMs` replaces it.
 */
export interface ObservePowerAction {
  readonly do: 'observePower';
  readonly host: ObjectKey;
  readonly everyMs?: number;
}

/** Starts the collection of hardware details: `fast` asks the BMC, `agent` boots the host. Outcome as `operation` fact. */
export interface InspectAction {
  readonly do: 'inspect';
  readonly host: ObjectKey;
  readonly mode: 'fast' | 'agent';
  readonly operationId: string;
  readonly guard: EffectGuard;
}

/**
 * Starts the deployment of an image on an available host (Ironic's role). Outcome as `operation` fact.
 * With `cleaning: 'metadata'` the disks are cleaned first.
 */
export interface ProvisionAction {
  readonly do: 'provision';
  readonly host: ObjectKey;
  readonly cleaning: 'metadata' | 'disabled';
  readonly operationId: string;
  readonly guard: EffectGuard;
}

/** Starts deprovisioning; `cleaning` follows the BareMetalHost's automatedCleaningMode. Outcome as `operation` fact. */
export interface DeprovisionAction {
  readonly do: 'deprovision';
  readonly host: ObjectKey;
  readonly cleaning: 'metadata' | 'disabled';
  readonly operationId: string;
  readonly guard: EffectGuard;
}

/**
 * Runs a fence agent once: a program that switches a node's power through its management controller. The end arrives as a
 * `fence` fact under `operationId`.
 */
export interface FenceAction {
  readonly do: 'fence';
  /** Name of the Node. */
  readonly node: string;
  /** Name of the program: `fence_ipmilan`. */
  readonly agent: string;
  readonly action: 'reboot' | 'off' | 'status';
  /** Options in plain text to their values; a flag has the empty value. */
  readonly parameters: StringMap;
  /** Secrets whose entries are options as well, read when the agent starts: their values are in no decision. */
  readonly sharedSecret?: ObjectKey;
  /** Wins over the shared one. */
  readonly nodeSecret?: ObjectKey;
  /** The agent is killed after this. */
  readonly timeoutMs: number;
  readonly operationId: string;
  /** The agent is a child of the controller's process, and dies when that dies. */
  readonly diesWithController: boolean;
  readonly guard: EffectGuard;
}

/** Kills a fence agent of this key, if it still runs; no fact follows. What the agent has switched stays switched. */
export interface KillFenceAction {
  readonly do: 'killFence';
  readonly operationId: string;
}

/** Reads one object past the cache; the answer arrives as a `fresh` fact. */
export interface ReadFreshAction {
  readonly do: 'readFresh';
  readonly kind: Kind;
  readonly key: ObjectKey;
}

/** A Kubernetes Event about `about`. */
export interface RecordEventAction {
  readonly do: 'recordEvent';
  readonly about: KubeObject;
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
}

export type WriteAction = CreateAction | PatchAction | DeleteAction | EvictAction;
export type EffectAction = SetPowerAction | InspectAction | ProvisionAction | DeprovisionAction | FenceAction;
export type Action =
  | WriteAction
  | EffectAction
  | KillFenceAction
  | ObservePowerAction
  | ReadFreshAction
  | RecordEventAction;
