// Annotations, taints and finalizers of Nodes, hosts and Machines, but not what goes away with its object: who puts them there, who takes them off, and which of those
// that remediators put there are left.

import { ANNOTATION_REBOOT, BARE_METAL_HOST } from '../../../core/api/bare-metal-host.ts';
import { TAINT_FENCE_AGENTS_REMEDIATION } from '../../../core/api/fence-agents-remediation.ts';
import { LEASE } from '../../../core/api/lease.ts';
import { CAPI_MACHINE, OPENSHIFT_MACHINE } from '../../../core/api/machine.ts';
import { MEDIK8S_LEASE_NAMESPACE } from '../../../core/api/medik8s.ts';
import { NODE, TAINT_OUT_OF_SERVICE, type Taint } from '../../../core/api/node.ts';
import { type KubeObject, keyOf } from '../../../core/api/object.ts';
import { TAINT_SELF_NODE_REMEDIATION } from '../../../core/api/self-node-remediation.ts';
import { isOf } from '../../api-server/typed-change.ts';
import type { World } from '../../world.ts';
import { hostName, nodeHost, type Tell } from './tell.ts';

const MARKED = [NODE, BARE_METAL_HOST, OPENSHIFT_MACHINE, CAPI_MACHINE];

/** Marks that nobody but a remediation puts there, and that end with it. */
const LITTER = [
  `taint ${TAINT_OUT_OF_SERVICE}`,
  `taint ${TAINT_SELF_NODE_REMEDIATION}`,
  `taint ${TAINT_FENCE_AGENTS_REMEDIATION}`,
  `annotation ${ANNOTATION_REBOOT}`,
];

type Marks = ReadonlyMap<string, string>;

export function observeMarks(world: World, tell: Tell): void {
  const { store, fleet } = world;
  const hostOf = (object: KubeObject): string => {
    if (object.kind === NODE.kind) return nodeHost(world, object.metadata.name);
    const index = fleet.indexOfHost(keyOf(object));
    return index < 0 ? object.metadata.name : hostName(world, index);
  };
  const litter = (object: KubeObject, mark: string, there: boolean): void => {
    if (!LITTER.some((start) => mark.startsWith(start))) return;
    tell({ seen: 'litter', what: `${mark} on ${object.kind} ${object.metadata.name}`, host: hostOf(object), there });
  };
  const put = (object: KubeObject, mark: string, change: 'added' | 'changed' | 'removed', by: string): void => {
    const name = `${object.kind} ${object.metadata.name} ${object.metadata.uid}`;
    tell({ seen: 'mark', object: name, mark, change, by });
    // What a person puts there is no litter.
    if (change === 'removed' || (change === 'added' && by !== '')) litter(object, mark, change === 'added');
  };
  store.tap(
    (change) => {
      const by = change.by ?? '';
      const object = change.after ?? change.before;
      if (object === undefined) return;
      if (isOf(change, LEASE)) {
        if (object.metadata.namespace !== MEDIK8S_LEASE_NAMESPACE || change.type === 'MODIFIED') return;
        const node = object.metadata.name.replace(/^node-/, '');
        tell({
          seen: 'litter',
          what: `Lease ${object.metadata.name}`,
          host: nodeHost(world, node),
          there: change.type === 'ADDED',
        });
        return;
      }
      const isNode = isOf(change, NODE);
      const before = marksOf(change.before, isNode ? change.before?.spec?.taints : undefined);
      const after = marksOf(change.after, isNode ? change.after?.spec?.taints : undefined);
      for (const [mark, value] of after) {
        const old = before.get(mark);
        if (old === undefined) put(object, mark, 'added', by);
        else if (old !== value) put(object, mark, 'changed', by);
      }
      for (const mark of before.keys()) {
        if (change.after === undefined) litter(object, mark, false);
        else if (!after.has(mark)) put(object, mark, 'removed', by);
      }
    },
    [...MARKED, LEASE],
  );
}

const NONE: Marks = new Map();

function marksOf(object: KubeObject | undefined, taints: readonly Taint[] = []): Marks {
  if (object === undefined) return NONE;
  const { annotations, finalizers } = object.metadata;
  const marks = new Map<string, string>();
  for (const [key, value] of Object.entries(annotations ?? {})) marks.set(`annotation ${key}`, value);
  for (const finalizer of finalizers ?? []) marks.set(`finalizer ${finalizer}`, '');
  for (const { key, effect, value = '' } of taints) marks.set(`taint ${key}:${effect}`, value);
  return marks;
}
