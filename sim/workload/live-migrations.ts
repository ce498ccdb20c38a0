// Live migration out of an eviction. A webhook answers evictions of launcher pods with 429 and marks the instance for
// evacuation; the evacuation controller asks for a migration; the migration controller makes a target pod on another node and,
// once it runs, copies the memory; then the guest is on the new node and the old pod has finished, so the next try of the
// eviction takes it away. A machine that may not or cannot migrate is evicted like any pod, or blocks, as its strategy says.
// Source: kubevirt pkg/virt-api/webhooks/validating-webhook/admitters/pod-eviction-admitter.go,
// pkg/virt-controller/watch/drain/evacuation/evacuation.go, watch/migration/migration.go.
//
// Divergence from reality: the copy takes memory over bandwidth whatever the guest writes, and always ends; the pause at the
// switch-over is left out; a migration whose source or target dies fails when its copy would have ended; waiting migrations
// start when another ends instead of after a delay; a migration that a dump shows under way stands still, and another is made
// where the evacuation goes on; an External strategy has nobody who acts on it.

import { findCondition, withCondition } from '../../core/api/conditions.ts';
import { keyOf, keyString, type ObjectKey } from '../../core/api/object.ts';
import {
  ANNOTATION_DOMAIN,
  type EvictionStrategy,
  isFinal,
  LABEL_KUBEVIRT_APP,
  LABEL_MIGRATION_JOB,
  VIRTUAL_MACHINE_INSTANCE,
  VIRTUAL_MACHINE_INSTANCE_MIGRATION,
  type VirtualMachineInstance,
  type VirtualMachineInstanceMigration,
} from '../../core/api/virtual-machine.ts';
import { POD, type Pod } from '../../core/api/workload.ts';
import { type Refusal, tooManyRequests } from '../api-server/refusals.ts';
import { LaggedQueue } from '../kernel/lagged-queue.ts';
import { FINISHED_MIGRATIONS_KEPT, MIGRATION_BACKOFF_MS, MIGRATION_PENDING_MS } from './defaults.ts';
import { guestBytes, launcherOf } from './launcher-pods.ts';
import { migrationSettings } from './migration-settings.ts';
import { isFinished, isTerminating, type PodRecord } from './pod-table.ts';
import type { Serving } from './serving.ts';
import { activeLauncher, type VirtualMachineInstances } from './virtual-machine-instances.ts';
import type { WorkloadContext } from './workload-context.ts';

/** One migration that has not ended. */
interface Migration {
  readonly key: ObjectKey;
  readonly uid: string;
  readonly instance: ObjectKey;
  readonly instanceUid: string;
  readonly source: PodRecord;
  target: PodRecord | undefined;
  copies: boolean;
}

export class LiveMigrations {
  private readonly context: WorkloadContext;
  private readonly serving: Serving;
  private readonly instances: VirtualMachineInstances;
  private readonly queue: LaggedQueue;
  private readonly keys = new Map<string, ObjectKey>();
  /** By `namespace/name` of the instance, in the order in which they were asked for. */
  private readonly open = new Map<string, Migration>();
  /** By uid of the instance: failed evacuations in a row. */
  private readonly failures = new Map<string, number>();
  /** By `namespace/name` of the instance: migrations that ended, oldest first. */
  private readonly finished = new Map<string, ObjectKey[]>();

  constructor(context: WorkloadContext, serving: Serving, instances: VirtualMachineInstances) {
    this.context = context;
    this.serving = serving;
    this.instances = instances;
    const { kernel, config, store } = context;
    this.queue = new LaggedQueue(kernel, 'evacuate instance', config.kubernetes.watchLagMs, (text) =>
      this.evacuate(text),
    );
    store.interceptEvictions((pod) => this.admit(pod));
  }

  /** Evacuations that were asked for before the start go on. */
  load(): void {
    for (const instance of this.context.store.list(VIRTUAL_MACHINE_INSTANCE)) this.instanceChanged(instance);
  }

  instanceChanged(instance: VirtualMachineInstance): void {
    if (isMarked(instance)) this.enqueue(instance);
  }

  podAdded(record: PodRecord): void {
    const uid = record.object.metadata.labels?.[LABEL_MIGRATION_JOB];
    if (uid === undefined) return;
    for (const migration of this.open.values()) if (migration.uid === uid) migration.target = record;
  }

  podChanged(record: PodRecord): void {
    for (const migration of this.open.values()) {
      if (migration.target !== record || migration.copies || !record.ready) continue;
      if (record.node === migration.source.node) this.fail(migration);
      else this.copy(migration);
    }
  }

  podRemoved(record: PodRecord): void {
    for (const migration of this.open.values()) {
      if (!migration.copies && (migration.target === record || migration.source === record)) this.fail(migration);
    }
  }

  /** The webhook: undefined lets the eviction pass. */
  private admit(pod: Pod): Refusal | undefined {
    if (pod.metadata.labels?.[LABEL_KUBEVIRT_APP] !== 'virt-launcher') return undefined;
    const phase = pod.status?.phase;
    const name = pod.metadata.annotations?.[ANNOTATION_DOMAIN];
    if (phase === 'Succeeded' || phase === 'Failed' || name === undefined) return undefined;
    const { store } = this.context;
    const key = { namespace: pod.metadata.namespace ?? '', name };
    const instance = store.get(VIRTUAL_MACHINE_INSTANCE, key);
    if (instance === undefined) return denied(`kubevirt failed getting the vmi: ${name} not found`);
    const strategy = this.strategyOf(instance);
    if (strategy === 'None') return undefined;
    if (strategy !== 'External' && !this.isMigratable(instance)) {
      if (strategy === 'LiveMigrateIfPossible') return undefined;
      return denied(`VMI ${name} is configured with an eviction strategy but is not live-migratable`);
    }
    const triggered = `Eviction triggered evacuation of VMI "${keyString(key)}"`;
    if (isMarked(instance)) return denied(`Evacuation in progress: ${triggered}`);
    if (instance.status?.nodeName !== pod.spec?.nodeName) return denied('Eviction request for target Pod');
    this.setStatus(key, { evacuationNodeName: pod.spec?.nodeName ?? '' });
    return denied(triggered);
  }

  private strategyOf(instance: VirtualMachineInstance): EvictionStrategy {
    return instance.spec?.evictionStrategy ?? migrationSettings(this.context.store).evictionStrategy;
  }

  /** What virt-handler wrote, or where a reduced dump lacks it, what the disks allow. */
  private isMigratable(instance: VirtualMachineInstance): boolean {
    const condition = findCondition(instance.status?.conditions, 'LiveMigratable');
    return condition === undefined ? this.instances.hasSharedDisks(instance) : condition.status === 'True';
  }

  private enqueue(instance: VirtualMachineInstance): void {
    const text = keyString(keyOf(instance));
    this.keys.set(text, keyOf(instance));
    this.queue.add(text);
  }

  /** The evacuation controller: a migration for a marked instance that has none. */
  private evacuate(text: string): void {
    const key = this.keys.get(text);
    const { store } = this.context;
    const instance = key === undefined ? undefined : store.get(VIRTUAL_MACHINE_INSTANCE, key);
    if (instance === undefined || !isMarked(instance) || this.open.has(text)) return;
    if (isFinal(instance) || instance.metadata.deletionTimestamp !== undefined) return;
    const launchers = this.instances.launchersOf(instance);
    const source = activeLauncher(instance, launchers);
    if (source === undefined || this.strategyOf(instance) === 'External' || !this.isMigratable(instance)) return;
    if ([...launchers].some((record) => record !== source && isTerminating(record) && !isFinished(record))) return;
    const made = store.create(VIRTUAL_MACHINE_INSTANCE_MIGRATION, {
      apiVersion: 'kubevirt.io/v1',
      kind: 'VirtualMachineInstanceMigration',
      metadata: {
        name: '',
        generateName: 'kubevirt-evacuation-',
        namespace: keyOf(instance).namespace,
        annotations: { 'kubevirt.io/evacuationMigration': source.node?.name ?? '' },
      },
      spec: { vmiName: instance.metadata.name },
    });
    if (made.kind !== 'done' || made.object === undefined) return;
    this.open.set(text, {
      key: keyOf(made.object),
      uid: made.object.metadata.uid,
      instance: keyOf(instance),
      instanceUid: instance.metadata.uid,
      source,
      target: undefined,
      copies: false,
    });
    this.startWaiting();
  }

  /** Makes target pods as far as the limits allow, the oldest migrations first. */
  private startWaiting(): void {
    for (const migration of this.open.values()) {
      if (migration.target === undefined && this.hasRoom(migration)) this.makeTarget(migration);
    }
  }

  private hasRoom({ source }: Migration): boolean {
    const running = [...this.open.values()].filter(({ target }) => target !== undefined);
    const outbound = running.filter((other) => other.source.node === source.node);
    const { perCluster, perSourceNode } = migrationSettings(this.context.store);
    return running.length < perCluster && outbound.length < perSourceNode;
  }

  private makeTarget(migration: Migration): void {
    const { store, kernel, config } = this.context;
    const instance = store.get(VIRTUAL_MACHINE_INSTANCE, migration.instance);
    if (instance?.metadata.uid !== migration.instanceUid) {
      this.end(migration, 'Failed');
      return;
    }
    this.setPhase(migration, 'Scheduling');
    store.create(POD, launcherOf(instance, config.kubernetes.tolerationMs, migration.uid));
    kernel.call(kernel.nowMs + MIGRATION_PENDING_MS, () => {
      if (this.isOpen(migration) && migration.target?.node === undefined) this.fail(migration);
    });
  }

  private copy(migration: Migration): void {
    const { kernel, store } = this.context;
    migration.copies = true;
    this.setPhase(migration, 'Running');
    const spec = store.get(VIRTUAL_MACHINE_INSTANCE, migration.instance)?.spec;
    const bytes = guestBytes(spec) || migration.source.bytes;
    const takesMs = Math.ceil((bytes / migrationSettings(store).bytesPerSecond) * 1000);
    kernel.call(kernel.nowMs + takesMs, () => {
      if (!this.isOpen(migration)) return;
      if (this.isAlive(migration.source) && this.isAlive(migration.target)) this.switchOver(migration);
      else this.fail(migration);
    });
  }

  /** The guest goes on in the target: up there before it is gone here, so that the machine never counts as down. */
  private switchOver(migration: Migration): void {
    const { store, kernel } = this.context;
    const { source, target } = migration;
    if (target?.node === undefined) return;
    this.serving.setGuest(target, 'up');
    this.serving.setGuest(source, 'down');
    this.setStatus(migration.instance, { nodeName: target.node.name, evacuationNodeName: '' });
    this.failures.delete(migration.instanceUid);
    this.end(migration, 'Succeeded');
    this.serving.setProcess(source, false);
    store.update<Pod>(POD, source.key, 'status', (pod) => ({
      ...pod,
      status: {
        ...pod.status,
        phase: 'Succeeded',
        conditions: withCondition(
          pod.status?.conditions,
          { type: 'Ready', status: 'False', reason: 'PodCompleted' },
          kernel.nowMs,
        ),
      },
    }));
  }

  /** Its target goes, and the next try waits: 20 s after the first failure, twice as long after each further one. */
  private fail(migration: Migration): void {
    if (!this.isOpen(migration)) return;
    const { store, kernel } = this.context;
    const failed = (this.failures.get(migration.instanceUid) ?? 0) + 1;
    this.failures.set(migration.instanceUid, failed);
    this.end(migration, 'Failed');
    const { target } = migration;
    if (target !== undefined && !isTerminating(target)) {
      store.delete(POD, target.key, { onlyIf: { uid: target.uid } });
    }
    const text = keyString(migration.instance);
    kernel.call(kernel.nowMs + MIGRATION_BACKOFF_MS * 2 ** (failed - 1), () => this.queue.add(text));
  }

  private end(migration: Migration, phase: 'Succeeded' | 'Failed'): void {
    const text = keyString(migration.instance);
    this.open.delete(text);
    this.setPhase(migration, phase);
    const finished = this.finished.get(text) ?? [];
    this.finished.set(text, finished);
    finished.push(migration.key);
    const oldest = finished.length > FINISHED_MIGRATIONS_KEPT ? finished.shift() : undefined;
    if (oldest !== undefined) this.context.store.delete(VIRTUAL_MACHINE_INSTANCE_MIGRATION, oldest);
    this.startWaiting();
  }

  private isOpen(migration: Migration): boolean {
    return this.open.get(keyString(migration.instance)) === migration;
  }

  /** Its guest, or the place for it, is there and reached. */
  private isAlive(record: PodRecord | undefined): boolean {
    if (record?.node === undefined || !record.process) return false;
    return this.context.pods.ofId(record.id) === record && this.context.nodes.acts(record.node);
  }

  private setPhase(migration: Migration, phase: string): void {
    this.context.store.update<VirtualMachineInstanceMigration>(
      VIRTUAL_MACHINE_INSTANCE_MIGRATION,
      migration.key,
      'status',
      (current) => ({ ...current, status: { ...current.status, phase } }),
    );
  }

  private setStatus(key: ObjectKey, change: NonNullable<VirtualMachineInstance['status']>): void {
    this.context.store.update<VirtualMachineInstance>(VIRTUAL_MACHINE_INSTANCE, key, 'status', (instance) => ({
      ...instance,
      status: { ...instance.status, ...change },
    }));
  }
}

function isMarked({ status }: VirtualMachineInstance): boolean {
  return (status?.evacuationNodeName ?? '') !== '';
}

function denied(message: string): Refusal {
  return tooManyRequests(
    `admission webhook "virt-launcher-eviction-interceptor.kubevirt.io" denied the request: ${message}`,
  );
}
