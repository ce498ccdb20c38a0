// Every name under which a person may ask for a host: its own, its node's, and those of the Machines that own it.

import { type KubeObject, kindKeyOf } from '../core/api/object.ts';
import type { HostNames } from '../reports/story-index.ts';
import type { SimConfig } from '../sim/config.ts';

/** One entry per host, in the order of the config. */
export function hostNames(config: SimConfig): readonly HostNames[] {
  const machinesOf = new Map<string, string[]>();
  for (const object of config.objects) {
    if (!kindKeyOf(object).startsWith('Machine.')) continue;
    const node = nodeNameOf(object);
    if (node === undefined) continue;
    const machines = machinesOf.get(node) ?? [];
    machines.push(object.metadata.name);
    machinesOf.set(node, machines);
  }
  return config.hosts.map(({ name, nodeName }) => ({
    name,
    shown: nodeName === name || nodeName === '' ? name : `${nodeName} (${name})`,
    names: [...new Set([name, nodeName, ...(machinesOf.get(nodeName) ?? [])])].filter((each) => each !== ''),
  }));
}

function nodeNameOf(machine: KubeObject): string | undefined {
  const { status } = machine;
  if (typeof status !== 'object' || status === null || !('nodeRef' in status)) return undefined;
  const { nodeRef } = status;
  if (typeof nodeRef !== 'object' || nodeRef === null || !('name' in nodeRef)) return undefined;
  return typeof nodeRef.name === 'string' ? nodeRef.name : undefined;
}

/** Hosts, by their place in the config, whose Node is there and not Ready at the start. */
export function notReadyAtStart(config: SimConfig): ReadonlySet<number> {
  const notReady = new Set(
    config.objects.filter((object) => object.kind === 'Node' && !isReady(object)).map((node) => node.metadata.name),
  );
  return new Set(config.hosts.flatMap(({ nodeName }, host) => (notReady.has(nodeName) ? [host] : [])));
}

function isReady(node: KubeObject): boolean {
  const { status } = node;
  if (typeof status !== 'object' || status === null || !('conditions' in status)) return false;
  const { conditions } = status;
  if (!Array.isArray(conditions)) return false;
  return conditions.some(
    (condition: { type?: string; status?: string }) => condition.type === 'Ready' && condition.status === 'True',
  );
}
