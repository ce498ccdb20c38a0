// A whole world of a few nodes in one or more zones, some of which fall silent at given instants; and what the API said of
// them, change by change.

import { NODE, type Node, readyCondition } from '../../core/api/node.ts';
import type { KubeObject } from '../../core/api/object.ts';
import { isOf } from '../../sim/api-server/typed-change.ts';
import type { KubernetesConfig } from '../../sim/config.ts';
import { DEFAULT_KUBERNETES } from '../../sim/defaults.ts';
import { World } from '../../sim/world.ts';
import { aHost, tinyWorld } from './tiny-world.ts';
import { node, WORLD_START_MS } from './workload-objects.ts';

/** Nodes that hear nothing from `fromS` to `toS` seconds after the start. */
export interface Silence {
  readonly nodes: readonly string[];
  readonly fromS: number;
  readonly toS: number;
}

export interface SilentNodesShape {
  readonly names: readonly string[];
  readonly silences: readonly Silence[];
  /** Nodes that are not `node(name, rack)`, pods and the like. */
  readonly objects?: readonly KubeObject[];
  readonly seed?: string;
  readonly kubernetes?: Partial<KubernetesConfig>;
}

interface Said {
  readonly atS: number;
  readonly node: string;
  readonly what: string;
}

export class SilentNodes {
  readonly world: World;
  /** Every event of Kubernetes' own loops: `+155 n00 NodeNotReady`. */
  readonly events: string[] = [];
  private readonly names: readonly string[];
  private readonly said: Said[] = [];

  constructor({ names, silences, objects = [], seed = 'silent', kubernetes = {} }: SilentNodesShape) {
    this.names = names;
    const given = new Set(objects.map(({ kind, metadata }) => `${kind}/${metadata.name}`));
    const config = tinyWorld({
      startMs: WORLD_START_MS,
      seed,
      hosts: names.map((name) => aHost(name, 'rack', { nodeName: name })),
      objects: [...names.filter((name) => !given.has(`Node/${name}`)).map((name) => node(name, 'rack')), ...objects],
      kubernetes: { ...DEFAULT_KUBERNETES, podStartMs: { kind: 'constant', value: 8_000 }, ...kubernetes },
      script: silences.flatMap(({ nodes, fromS, toS }, index) =>
        nodes.map((target) => ({
          name: `${target} silent ${index}`,
          atMs: fromS * 1000,
          fault: 'selfHealingOutage' as const,
          target,
          forMs: (toS - fromS) * 1000,
        })),
      ),
    });
    this.world = new World(config, { name: 'none', objects: [] }, 1, undefined);
    this.world.events.onEvent(({ regarding, reason }) =>
      this.events.push(`+${this.seconds()} ${regarding.metadata.name} ${reason}`),
    );
    this.world.lifecycle.start();
    this.world.workload.start();
    this.world.weather.start();
    this.world.store.tap((change) => {
      if (isOf(change, NODE)) this.note(change.before, change.after);
    });
  }

  until(seconds: number): void {
    this.world.kernel.runUntil(WORLD_START_MS + Math.round(seconds * 1000));
  }

  seconds(): number {
    return (this.world.kernel.nowMs - WORLD_START_MS) / 1000;
  }

  node(name: string): Node | undefined {
    return this.world.store.get(NODE, { namespace: '', name });
  }

  /** `key:effect` of each taint, one list per node. */
  taints(nodes: readonly string[]): readonly (readonly string[])[] {
    return nodes.map((name) => taintsOf(this.node(name)));
  }

  /** Seconds after the start at which each change was said of one of these nodes, in order. */
  timesOf(what: string, nodes: readonly string[]): readonly number[] {
    return this.said.filter((one) => one.what === what && nodes.includes(one.node)).map(({ atS }) => atS);
  }

  /** Seconds from the last renewal of each node's lease to the change. Asked while they are silent. */
  sinceRenewal(what: string, nodes: readonly string[]): readonly number[] {
    return nodes.map((name) => {
      const renewedMs = this.world.lifecycle.leaseRenewedAtMs(this.names.indexOf(name)) - WORLD_START_MS;
      return (this.timesOf(what, [name]).at(-1) ?? Number.NaN) - renewedMs / 1000;
    });
  }

  private note(before: Node | undefined, after: Node | undefined): void {
    const name = (after ?? before)?.metadata.name ?? '';
    const was = saysOf(before);
    const is = saysOf(after);
    for (const what of is) if (!was.includes(what)) this.said.push({ atS: this.seconds(), node: name, what });
    for (const what of was)
      if (!is.includes(what)) this.said.push({ atS: this.seconds(), node: name, what: `no ${what}` });
  }
}

function saysOf(object: Node | undefined): readonly string[] {
  if (object === undefined) return [];
  return [`Ready=${readyCondition(object)?.status ?? 'none'}`, ...taintsOf(object)];
}

function taintsOf(object: Node | undefined): readonly string[] {
  return (object?.spec?.taints ?? []).map(({ key, effect }) => `${key.replace('node.kubernetes.io/', '')}:${effect}`);
}
