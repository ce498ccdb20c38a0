// The last look: before something is given up, or a request lets go for good, because something is not to be seen, the objects
// that it is about are read past the cache. An event that was lost, or a cache that is minutes behind, must not make a
// remediation call a person, fence twice, or leave a hold or a taint behind. Before a strike a few leases of others are read, too
// (host-remediation.listening.ts).

import type { Action, ReadFreshAction } from '../actions.ts';
import { BARE_METAL_HOST } from '../api/bare-metal-host.ts';
import { HOST_REMEDIATION } from '../api/host-remediation.ts';
import { LEASE } from '../api/lease.ts';
import { machineKind } from '../api/machine.ts';
import { NODE } from '../api/node.ts';
import { type Kind, type KubeObject, keyOf, keyString, kindKeyOf, type ObjectKey } from '../api/object.ts';
import { SELF_NODE_REMEDIATION } from '../api/self-node-remediation.ts';
import type { Fact } from '../facts.ts';
import type { ClusterView } from '../ports/cluster-view.ts';
import type { Scene } from './host-remediation.scene.ts';
import type { HostRemediationRule } from './host-remediation.states.ts';

/** Rules that rest on something not being seen: it may only not have been heard of. */
const UNSEEN: ReadonlySet<HostRemediationRule> = new Set<HostRemediationRule>([
  // Nothing more is done to the host.
  'steps-exhausted',
  'unwanted-after-attempts',
  'hold-came-too-late',
  'hold-removed',
  'unproven-self-fencing',
  'unproven',
  'power-off-timed-out',
  'power-on-timed-out',
  'node-did-not-return',
  'withdrawing-calls-person',
  'self-fencing-came-too-late',
  'self-fencing-timed-out',
  // What was proven or deleted seems not to be.
  'hold-lost-before-proof',
  'release-abandoned',
  'proof-void',
  'proof-too-old-for-wipe',
  'proof-void-before-wipe',
  'wipe-held-back-again',
  'deletion-abandoned',
  'deletion-timed-out',
  // No hold and no taint of ours seem to be left.
  'succeeded',
  'healthy-with-person',
  'succeeded-finalizer-given-up',
  'cancelled-finalizer-given-up',
  'withdrawn',
]);

/** Effects that a guard refuses where the cache is behind. */
const GUARDED: ReadonlySet<HostRemediationRule> = new Set<HostRemediationRule>([
  'held-off',
  'node-tainted',
  'machine-deleted',
  'self-fencing-asked-for',
]);

/** What fresh reads had, beside the view. */
export interface Known {
  /** For this decision. */
  readonly read: readonly KubeObject[];
  /** The same, then those of earlier ones that the view is still behind. */
  readonly objects: readonly KubeObject[];
  /** What a read for this decision did not find. */
  readonly missing: ReadonlySet<string>;
}

/**
 * Reads that must come before the action of this rule.
 * @param leases of nodes, which are read as well.
 */
export function readsBefore(
  rule: HostRemediationRule,
  scene: Scene,
  { facts, leases }: { readonly facts: readonly Fact[]; readonly leases: readonly ObjectKey[] },
): readonly ReadFreshAction[] {
  const isRefused = facts.some(({ fact }) => fact === 'outcome') && GUARDED.has(rule);
  const wanted = [
    ...(UNSEEN.has(rule) || isRefused ? aboutOf(scene) : []),
    ...leases.map((key) => reading(LEASE, key)),
  ];
  const isRead = ({ kind, key }: ReadFreshAction): boolean =>
    facts.some((fact) => fact.fact === 'fresh' && nameOf(fact.kindKey, fact.key) === nameOf(kind.key, key));
  return wanted.every(isRead) ? [] : wanted;
}

function aboutOf(scene: Scene): readonly ReadFreshAction[] {
  const { host, node, machine, request, options, phase, templateNamespace: namespace } = scene;
  const isDoomed = request.status?.replacement !== undefined;
  const about: readonly [Kind, KubeObject | undefined][] = [
    [BARE_METAL_HOST, host],
    [NODE, node],
    [machineKind(options.machineApi), isDoomed ? machine : undefined],
  ];
  const { name } = request.metadata;
  return [
    ...about.flatMap(([kind, object]) => (object === undefined ? [] : [reading(kind, keyOf(object))])),
    ...(phase === 'FencingItself' && namespace !== undefined
      ? [reading(SELF_NODE_REMEDIATION, { namespace, name })]
      : []),
  ];
}

function reading(kind: Kind, key: ObjectKey): ReadFreshAction {
  return { do: 'readFresh', kind, key };
}

/** As nearly always: everything is as the view has it. */
const NOTHING: Known = { read: [], objects: [], missing: new Set() };

export function knownFrom(facts: readonly Fact[], ahead: readonly KubeObject[]): Known {
  if (ahead.length === 0 && facts.every(({ fact }) => fact !== 'fresh')) return NOTHING;
  const reads = facts.flatMap((fact) => (fact.fact === 'fresh' ? [fact] : []));
  const read = reads.flatMap(({ object }) => (object === undefined ? [] : [object]));
  return {
    read,
    objects: [...read, ...ahead],
    missing: new Set(
      reads.filter(({ object }) => object === undefined).map(({ kindKey, key }) => nameOf(kindKey, key)),
    ),
  };
}

/** Of the view's version and the known one the later; what a read of this decision did not find is not there. */
export function newest<T extends KubeObject>(
  kind: Kind,
  seen: T | undefined,
  { objects, missing }: Known,
): T | undefined {
  if (seen === undefined || (objects.length === 0 && missing.size === 0)) return seen;
  if (missing.has(nameOf(kind.key, keyOf(seen)))) return undefined;
  const name = nameOf(kind.key, keyOf(seen));
  const read = objects.find((object) => nameOf(kindKeyOf(object), keyOf(object)) === name) as T | undefined;
  if (read === undefined) return seen;
  return Number(read.metadata.resourceVersion) > Number(seen.metadata.resourceVersion) ? read : seen;
}

/** The same of what the view may not have yet. */
export function newestOrRead<T extends KubeObject>(
  kind: Kind<T>,
  key: ObjectKey,
  view: ClusterView,
  known: Known,
): T | undefined {
  const seen = view.get(kind, key);
  if (seen !== undefined) return newest<T>(kind, seen, known);
  const name = nameOf(kind.key, key);
  return known.read.find((object) => nameOf(kindKeyOf(object), keyOf(object)) === name) as T | undefined;
}

/** A request that the view does not have is not gone while a read had it. */
export function requestOf(key: ObjectKey, view: ClusterView, known: Known) {
  const seen = view.get(HOST_REMEDIATION, key);
  if (seen !== undefined) return newest(HOST_REMEDIATION, seen, known) ?? seen;
  const name = nameOf(HOST_REMEDIATION.key, key);
  const read = known.objects.find((object) => nameOf(kindKeyOf(object), keyOf(object)) === name);
  return read as typeof seen;
}

/** Of what the decision saw, that which the view has not, and which these actions leave as it is. */
export function aheadOf(view: ClusterView, scene: Scene, actions: readonly Action[]): readonly KubeObject[] {
  const { request, host, node, machine, options, known } = scene;
  if (known === NOTHING) return [];
  const seen: readonly [Kind, KubeObject | undefined][] = [
    [HOST_REMEDIATION, request],
    [BARE_METAL_HOST, host],
    [NODE, node],
    [machineKind(options.machineApi), machine],
  ];
  const written = new Set(
    actions.flatMap((action) =>
      action.do === 'patch' || action.do === 'delete' ? [nameOf(action.kind.key, action.key)] : [],
    ),
  );
  return seen.flatMap(([kind, object]) => {
    if (object === undefined || written.has(nameOf(kind.key, keyOf(object)))) return [];
    return view.get(kind, keyOf(object)) === object ? [] : [object];
  });
}

function nameOf(kindKey: string, key: ObjectKey): string {
  return `${kindKey} ${keyString(key)}`;
}
