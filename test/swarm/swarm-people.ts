// What people do in the middle of it all, each in some runs and by itself: they want a worker for themselves, ask for a remediation,
// or take one back; they pause, edit and swap. All of it is over when the rain is.

import type { MergePatch } from '../../core/actions.ts';
import { HOST_REMEDIATION } from '../../core/api/host-remediation.ts';
import { NODE, type Node, type Taint } from '../../core/api/node.ts';
import { NODE_MAINTENANCE } from '../../core/api/node-maintenance.ts';
import type { Kind, KubeObject } from '../../core/api/object.ts';
import { REMEDIATION_BUDGET } from '../../core/api/remediation-budget.ts';
import { ANNOTATION_REMEDIATE, LABEL_EXCLUDE, REMEDIATION_POLICY } from '../../core/api/remediation-policy.ts';
import type { World } from '../../sim/world.ts';
import type { Luck } from './luck.ts';

const MINUTE_MS = 60_000;

/** A while within the rain, as a seed draws it. */
interface While {
  readonly fromMs: number;
  readonly untilMs: number;
}

export class SwarmPeople {
  private readonly world: World;
  private readonly luck: Luck;
  private readonly rainMs: number;

  constructor(world: World, luck: Luck, rainMs: number) {
    this.world = world;
    this.luck = luck;
    this.rainMs = rainMs;
  }

  /** Somebody works on a worker, and marks it as the maintenance operator would. */
  maintainsWorker(): void {
    const { store } = this.world;
    const nodeName = this.worker('maintained');
    const drain: Taint = { key: 'medik8s.io/drain', effect: 'NoSchedule' };
    const mark = (change: (taints: readonly Taint[]) => readonly Taint[], unschedulable: boolean): void =>
      this.changeNode(nodeName, ({ spec, ...node }) => ({
        ...node,
        spec: { ...spec, taints: change(spec?.taints ?? []), unschedulable },
      }));
    this.during('maintenance', {
      begins: () => {
        store.create(NODE_MAINTENANCE, {
          apiVersion: 'nodemaintenance.medik8s.io/v1beta1',
          kind: 'NodeMaintenance',
          metadata: { name: 'work' },
          spec: { nodeName, reason: 'a fan' },
        });
        mark((taints) => [...taints, drain], true);
      },
      ends: () => {
        mark((taints) => taints.filter(({ key }) => key !== drain.key), false);
        store.delete(NODE_MAINTENANCE, global('work'));
      },
    });
  }

  /** Somebody wants a worker left alone for a while. */
  excludesWorker(): void {
    const nodeName = this.worker('excluded');
    const label = (value: string | undefined): void =>
      this.changeNode(nodeName, ({ metadata, ...node }) => {
        const { [LABEL_EXCLUDE]: _, ...labels } = metadata.labels ?? {};
        const marked = value === undefined ? labels : { ...labels, [LABEL_EXCLUDE]: value };
        return { ...node, metadata: { ...metadata, labels: marked } };
      });
    this.during('exclusion', { begins: () => label(''), ends: () => label(undefined) });
  }

  /** Somebody asks for a worker that may be well. */
  asksForWorker(): void {
    const nodeName = this.worker('asked for');
    this.once('wish', () =>
      this.changeNode(nodeName, ({ metadata, ...node }) => ({
        ...node,
        metadata: { ...metadata, annotations: { ...metadata.annotations, [ANNOTATION_REMEDIATE]: 'slow' } },
      })),
    );
  }

  /** Somebody deletes every remediation that is open, three times. */
  deletesRemediations(): void {
    const { store } = this.world;
    for (const time of ['first', 'second', 'third']) {
      this.once(`${time} deletion`, () => {
        for (const { metadata, status } of store.list(HOST_REMEDIATION)) {
          if (status?.closedAt === undefined) store.delete(HOST_REMEDIATION, global(metadata.name));
        }
      });
    }
  }

  pausesPolicy(): void {
    const spec = (pauseRequests: readonly string[] | null) => ({ spec: { pauseRequests } });
    this.during('pause', {
      begins: () => this.edit(REMEDIATION_POLICY, 'nodes', spec(['a release'])),
      ends: () => this.edit(REMEDIATION_POLICY, 'nodes', spec(null)),
    });
  }

  /** Softer or harder steps than before, with attempts running. */
  editsSteps(): void {
    const attempts = this.luck.whole('edited attempts', 1, 4);
    this.once('edit', () =>
      this.edit(REMEDIATION_POLICY, 'nodes', {
        spec: { steps: [{ action: 'Reboot', attempts, timeout: '25m' }, { action: 'Person' }] },
      }),
    );
  }

  lowersCap(): void {
    this.once('lowered', () =>
      this.edit(REMEDIATION_BUDGET, 'pool', { spec: { maxInFlight: { count: 1, percent: null } } }),
    );
  }

  /** Another budget takes over, with hosts in flight. */
  swapsBudget(): void {
    const { store } = this.world;
    this.once('swap', () => {
      const old = store.get(REMEDIATION_BUDGET, global('pool'));
      if (old === undefined) return;
      store.create(REMEDIATION_BUDGET, {
        apiVersion: old.apiVersion,
        kind: old.kind,
        metadata: { name: 'other' },
        spec: { ...old.spec, maxInFlight: { count: 1 } },
      });
      for (const { metadata } of store.list(REMEDIATION_POLICY)) {
        this.edit(REMEDIATION_POLICY, metadata.name, { spec: { budget: 'other' } });
      }
    });
  }

  private once(what: string, happens: () => void): void {
    this.world.kernel.call(this.whileOf(what).fromMs, happens);
  }

  private during(what: string, acts: { readonly begins: () => void; readonly ends: () => void }): void {
    const { fromMs, untilMs } = this.whileOf(what);
    this.world.kernel.call(fromMs, acts.begins);
    this.world.kernel.call(untilMs, acts.ends);
  }

  private whileOf(what: string): While {
    const { startMs } = this.world.config;
    const fromMs = startMs + Math.floor(this.luck.share(`${what} from`) * this.rainMs);
    const untilMs = fromMs + this.luck.whole(`${what} for`, 10, 120) * MINUTE_MS;
    return { fromMs, untilMs: Math.min(untilMs, startMs + this.rainMs) };
  }

  private worker(what: string): string {
    const names = this.world.fleet.hosts.map(({ config }) => config.nodeName);
    const workers = names.filter((name) => name.startsWith('worker'));
    return workers[this.luck.whole(what, 0, workers.length - 1)] ?? '';
  }

  private changeNode(name: string, change: (node: Node) => Node): void {
    const { store } = this.world;
    if (store.get(NODE, global(name)) !== undefined) store.update(NODE, global(name), 'main', change);
  }

  private edit(kind: Kind<KubeObject>, name: string, patch: MergePatch): void {
    this.world.store.patch(kind, global(name), patch, { subresource: 'main' });
  }
}

function global(name: string): { readonly namespace: ''; readonly name: string } {
  return { namespace: '', name };
}

/** Everybody who does something in this run. */
export function peopleAct(world: World, luck: Luck, rainMs: number): void {
  const people = new SwarmPeople(world, luck, rainMs);
  if (luck.chance('maintenance', 0.3)) people.maintainsWorker();
  if (luck.chance('exclusion', 0.15)) people.excludesWorker();
  if (luck.chance('wish', 0.25)) people.asksForWorker();
  if (luck.chance('deletion', 0.2)) people.deletesRemediations();
  if (luck.chance('pause', 0.15)) people.pausesPolicy();
  if (luck.chance('edit', 0.15)) people.editsSteps();
  if (luck.chance('lowered', 0.25)) people.lowersCap();
  if (luck.chance('swap', 0.1)) people.swapsBudget();
}
