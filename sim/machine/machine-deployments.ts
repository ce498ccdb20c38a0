// The MachineDeployment controller of Cluster API: owns MachineSets, makes a new one when its template changes, and moves replicas from
// the old ones to it as its strategy allows; scaling is a change of spec.replicas.
// Source: cluster-api core/reconcilers/machinedeployment (rolloutRollingUpdate, rolloutOnDelete, sync, status), mdutil
// (MachineTemplateUpToDate, ComputeRevisionAnnotations).
//
// Divergence from reality: labels, annotations and deletion time limits of the template are not carried over to sets and Machines
// that exist; rollout.after, the revision history and the conditions are not written; a paused deployment does not scale either.

import { ANNOTATION_REVISION, CAPI_MACHINE_DEPLOYMENT, type MachineDeployment } from '../../core/api/cluster.ts';
import type { MachineSet } from '../../core/api/machine.ts';
import { controllerOwner, keyOf, keyString, type ObjectKey } from '../../core/api/object.ts';
import { generatedName } from '../api-server/names.ts';
import { sameValue } from '../api-server/same-value.ts';
import { LaggedQueue } from '../kernel/lagged-queue.ts';
import type { Stream } from '../kernel/rng.ts';
import { withoutFinalizer } from './finalizers.ts';
import type { MachineContext } from './machine-context.ts';
import type { StoredMachine } from './machine-objects.ts';
import { MACHINE_SET_FINALIZER, NO_CREATION } from './machine-sets.ts';
import { isPaused } from './paused.ts';
import { type PlannedSet, planRollout, rolloutLimits } from './rollout-plan.ts';

const TEMPLATE_HASH = 'machine-template-hash';
const FINALIZER = 'cluster.x-k8s.io/machinedeployment';

export class MachineDeployments {
  private readonly context: MachineContext;
  private readonly follow: (uid: string, follows: boolean) => void;
  private readonly queue: LaggedQueue;
  /** Deployment uid to its key. */
  private readonly keys = new Map<string, ObjectKey>();
  /** Deployment uid to the keys of its sets. */
  private readonly sets = new Map<string, Map<string, ObjectKey>>();
  private readonly names = new Map<string, Stream>();

  /** @param follow whether the ready replicas of a set (uid) shall follow its Nodes. */
  constructor(context: MachineContext, follow: (uid: string, follows: boolean) => void) {
    this.context = context;
    this.follow = follow;
    const { kernel, config } = context;
    this.queue = new LaggedQueue(kernel, 'deployment sync', config.kubernetes.watchLagMs, (uid) => this.sync(uid));
  }

  load(): void {
    const { store, kinds } = this.context;
    for (const set of store.list(kinds.machineSet)) this.setChanged(undefined, set);
    for (const deployment of store.list(CAPI_MACHINE_DEPLOYMENT)) this.changed(deployment);
  }

  /** A deployment came, is going, or its spec or annotations changed. */
  changed(deployment: MachineDeployment): void {
    this.keys.set(deployment.metadata.uid, keyOf(deployment));
    this.queue.add(deployment.metadata.uid);
  }

  setChanged(before: MachineSet | undefined, after: MachineSet | undefined): void {
    const set = after ?? before;
    const owner = set === undefined ? undefined : controllerOwner(set);
    if (set === undefined || owner?.kind !== CAPI_MACHINE_DEPLOYMENT.kind) return;
    let sets = this.sets.get(owner.uid);
    if (sets === undefined) {
      sets = new Map();
      this.sets.set(owner.uid, sets);
    }
    const text = keyString(keyOf(set));
    if (after === undefined) sets.delete(text);
    else sets.set(text, keyOf(set));
    if (this.keys.has(owner.uid)) this.queue.add(owner.uid);
  }

  private sync(uid: string): void {
    const { store } = this.context;
    const key = this.keys.get(uid);
    const deployment = key === undefined ? undefined : store.get(CAPI_MACHINE_DEPLOYMENT, key);
    if (deployment?.metadata.uid !== uid) return;
    if (deployment.metadata.deletionTimestamp !== undefined) {
      this.takeDown(deployment);
      return;
    }
    if (deployment.spec?.paused === true || isPaused(deployment, store)) return;
    const sets = this.setsOf(uid);
    const current = currentSet(deployment, sets) ?? this.createSet(deployment, sets);
    if (current === undefined) return;
    const old = sets.filter((set) => set !== current).sort(byAge);
    this.numberRevision(deployment, current, old);
    this.forbidCreation(deployment, current, old);
    for (const set of [current, ...old]) this.follow(set.metadata.uid, old.length > 0);
    const plan = planRollout(rolloutLimits(deployment), planned(current), old.map(planned));
    for (const set of [current, ...old]) {
      const replicas = plan.get(set.metadata.name);
      if (replicas !== undefined) this.scale(set, replicas);
    }
    this.writeStatus(deployment, [current, ...old], current);
    if (isComplete(deployment, [current, ...old], current)) this.dropEmpty(old);
  }

  /** Oldest template last to be asked: in key order. */
  private setsOf(uid: string): readonly MachineSet[] {
    const { store, kinds } = this.context;
    return [...(this.sets.get(uid)?.values() ?? [])]
      .flatMap((key) => store.get(kinds.machineSet, key) ?? [])
      .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
      .sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  }

  private createSet(deployment: MachineDeployment, old: readonly MachineSet[]): MachineSet | undefined {
    const { store, kinds } = this.context;
    const { apiVersion, kind, metadata, spec } = deployment;
    const name = generatedName(`${metadata.name}-`, this.nameStream(deployment));
    const hash = { [TEMPLATE_HASH]: name.slice(metadata.name.length + 1) };
    const template = spec?.template;
    const order = spec?.deletion?.order;
    const outcome = store.create(kinds.machineSet, {
      apiVersion,
      kind: 'MachineSet',
      metadata: {
        name,
        namespace: metadata.namespace ?? '',
        labels: { ...template?.metadata?.labels, ...hash },
        annotations: { [ANNOTATION_REVISION]: String(highestRevision(old) + 1) },
        finalizers: [MACHINE_SET_FINALIZER],
        ownerReferences: [
          { apiVersion, kind, name: metadata.name, uid: metadata.uid, controller: true, blockOwnerDeletion: true },
        ],
      },
      spec: {
        ...(template?.spec?.clusterName === undefined ? {} : { clusterName: template.spec.clusterName }),
        replicas: 0,
        selector: { matchLabels: { ...spec?.selector?.matchLabels, ...hash } },
        template: {
          ...template,
          metadata: { ...template?.metadata, labels: { ...template?.metadata?.labels, ...hash } },
        },
        ...(order === undefined ? {} : { deletion: { order } }),
      },
    });
    if (outcome.kind !== 'done') return undefined;
    return store.get(kinds.machineSet, { namespace: metadata.namespace ?? '', name });
  }

  /** The current set has the highest revision, and the deployment says which it is. */
  private numberRevision(deployment: MachineDeployment, current: MachineSet, old: readonly MachineSet[]): void {
    const { store, kinds } = this.context;
    const revision = String(Math.max(revisionOf(current), highestRevision(old) + 1));
    const isNumbered = current.metadata.annotations?.[ANNOTATION_REVISION] === revision;
    if (!isNumbered) {
      store.update(kinds.machineSet, keyOf(current), 'main', (set) => annotated(set, ANNOTATION_REVISION, revision));
    }
    store.update(CAPI_MACHINE_DEPLOYMENT, keyOf(deployment), 'main', (stored) =>
      annotated(stored, ANNOTATION_REVISION, revision),
    );
  }

  /** With OnDelete old sets do not make again what the user deleted. */
  private forbidCreation(deployment: MachineDeployment, current: MachineSet, old: readonly MachineSet[]): void {
    const { store, kinds } = this.context;
    const onDelete = rolloutLimits(deployment).type === 'OnDelete';
    for (const set of [current, ...old]) {
      const value = onDelete && set !== current ? 'true' : 'false';
      if ((set.metadata.annotations?.[NO_CREATION] ?? 'false') === value) continue;
      store.update(kinds.machineSet, keyOf(set), 'main', (stored) => annotated(stored, NO_CREATION, value));
    }
  }

  private scale(set: MachineSet, replicas: number): void {
    const { store, kinds } = this.context;
    store.update(kinds.machineSet, keyOf(set), 'main', (stored) => ({ ...stored, spec: { ...stored.spec, replicas } }));
  }

  private writeStatus(deployment: MachineDeployment, sets: readonly MachineSet[], current: MachineSet): void {
    const numbers = numbersOf(sets);
    const wanted = deployment.spec?.replicas ?? 1;
    const { replicas } = numbers;
    const phase = replicas === wanted ? 'Running' : replicas < wanted ? 'ScalingUp' : 'ScalingDown';
    this.context.store.update(CAPI_MACHINE_DEPLOYMENT, keyOf(deployment), 'status', (stored) => ({
      ...stored,
      status: {
        ...stored.status,
        ...numbers,
        upToDateReplicas: current.status?.replicas ?? 0,
        phase,
        ...(stored.metadata.generation === undefined ? {} : { observedGeneration: stored.metadata.generation }),
      },
    }));
  }

  private dropEmpty(old: readonly MachineSet[]): void {
    const { store, kinds } = this.context;
    for (const set of old) {
      if (set.spec?.replicas === 0 && set.status?.replicas === 0) store.delete(kinds.machineSet, keyOf(set));
    }
  }

  /** Its sets go first, then itself. */
  private takeDown(deployment: MachineDeployment): void {
    const { store, kinds } = this.context;
    const sets = this.sets.get(deployment.metadata.uid);
    for (const key of sets?.values() ?? []) store.delete(kinds.machineSet, key);
    if ((sets?.size ?? 0) > 0) return;
    store.update(CAPI_MACHINE_DEPLOYMENT, keyOf(deployment), 'main', (stored) => withoutFinalizer(stored, FINALIZER));
  }

  private nameStream(deployment: MachineDeployment): Stream {
    const text = keyString(keyOf(deployment));
    let stream = this.names.get(text);
    if (stream === undefined) {
      stream = this.context.draws.stream(text, 'machine set names');
      this.names.set(text, stream);
    }
    return stream;
  }
}

/** The set whose template makes the Machines that the deployment wants; of several the one with most replicas. */
function currentSet(deployment: MachineDeployment, sets: readonly MachineSet[]): MachineSet | undefined {
  const wanted = rolloutFields(deployment.spec?.template?.spec);
  return sets
    .filter((set) => sameValue(rolloutFields(set.spec?.template?.spec), wanted))
    .sort((a, b) => (b.spec?.replicas ?? 1) - (a.spec?.replicas ?? 1) || byAge(a, b))[0];
}

/** What makes a Machine another one: all else is changed in place. */
function rolloutFields(spec: StoredMachine['spec']): unknown {
  return {
    version: spec?.version,
    failureDomain: spec?.failureDomain,
    bootstrap: spec?.bootstrap,
    infrastructureRef: { kind: spec?.infrastructureRef?.kind, name: spec?.infrastructureRef?.name },
  };
}

function planned({ metadata, spec, status }: MachineSet): PlannedSet {
  return {
    name: metadata.name,
    wanted: spec?.replicas ?? 1,
    actual: status?.replicas ?? 0,
    available: status?.availableReplicas ?? 0,
  };
}

function numbersOf(sets: readonly MachineSet[]) {
  const sum = (value: (status: NonNullable<MachineSet['status']>) => number | undefined): number =>
    sets.reduce((total, { status }) => total + (status === undefined ? 0 : (value(status) ?? 0)), 0);
  return {
    replicas: sum(({ replicas }) => replicas),
    readyReplicas: sum(({ readyReplicas }) => readyReplicas),
    availableReplicas: sum(({ availableReplicas }) => availableReplicas),
  };
}

function isComplete({ spec }: MachineDeployment, sets: readonly MachineSet[], current: MachineSet): boolean {
  const wanted = spec?.replicas ?? 1;
  const { replicas, availableReplicas } = numbersOf(sets);
  return current.status?.replicas === wanted && replicas === wanted && availableReplicas === wanted;
}

function revisionOf({ metadata }: MachineSet): number {
  const revision = Number(metadata.annotations?.[ANNOTATION_REVISION] ?? '0');
  return Number.isInteger(revision) ? revision : 0;
}

function highestRevision(sets: readonly MachineSet[]): number {
  return Math.max(0, ...sets.map(revisionOf));
}

function byAge(a: MachineSet, b: MachineSet): number {
  const [left, right] = [a.metadata.creationTimestamp ?? '', b.metadata.creationTimestamp ?? ''];
  if (left !== right) return left < right ? -1 : 1;
  return a.metadata.name < b.metadata.name ? -1 : 1;
}

function annotated<T extends MachineSet | MachineDeployment>(object: T, name: string, value: string): T {
  const { annotations } = object.metadata;
  if (annotations?.[name] === value) return object;
  return { ...object, metadata: { ...object.metadata, annotations: { ...annotations, [name]: value } } };
}
