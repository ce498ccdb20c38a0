// Nodes, BareMetalHosts and maintenance in the API: who is Ready, what lets workloads go, and what somebody wishes.

import {
  ANNOTATION_DETACHED,
  ANNOTATION_REBOOT,
  BARE_METAL_HOST,
  type BareMetalHost,
} from '../../../core/api/bare-metal-host.ts';
import { isExcludedFromRemediation } from '../../../core/api/medik8s.ts';
import { isReady, NODE, type Node, readyCondition, TAINT_OUT_OF_SERVICE } from '../../../core/api/node.ts';
import { KUBEVIRT_NODE_MAINTENANCE, NODE_MAINTENANCE } from '../../../core/api/node-maintenance.ts';
import { keyOf } from '../../../core/api/object.ts';
import { ANNOTATION_REMEDIATE, LABEL_EXCLUDE } from '../../../core/api/remediation-policy.ts';
import { POD, VOLUME_ATTACHMENT } from '../../../core/api/workload.ts';
import { isOf } from '../../api-server/typed-change.ts';
import type { World } from '../../world.ts';
import type { Intent, Seen } from '../observation.ts';
import { hostName, nodeHost, type Tell } from './tell.ts';

const MAINTENANCES = [NODE_MAINTENANCE, KUBEVIRT_NODE_MAINTENANCE];

export function observeNodes(world: World, tell: Tell): void {
  const { store, fleet } = world;
  const told = new Set<string>();
  /** Tells a fact about a host only when it changes. */
  const tellOnce = (key: string, is: boolean, say: () => void): void => {
    if (told.has(key) === is) return;
    if (is) told.add(key);
    else told.delete(key);
    say();
  };
  const intent = (host: string, name: Intent, because: string, on: boolean): void =>
    tellOnce(`${host} ${name} ${because}`, on, () => tell({ seen: 'intent', host, intent: name, on }));
  const maintained = (nodeName: string): boolean =>
    MAINTENANCES.some((kind) => store.list(kind).some(({ spec }) => spec?.nodeName === nodeName));
  const wished = (nodeName: string): void => {
    const node = store.get(NODE, { namespace: '', name: nodeName });
    const excluded =
      node !== undefined && (isExcludedFromRemediation(node) || LABEL_EXCLUDE in (node.metadata.labels ?? {}));
    intent(nodeHost(world, nodeName), 'maintenance', '', excluded || maintained(nodeName));
    const isAway = node === undefined || !isReady(node) || node.spec?.unschedulable === true || maintained(nodeName);
    const host = nodeHost(world, nodeName);
    tellOnce(`${host} unavailable`, isAway, () => tell({ seen: 'unavailable', host, unavailable: isAway }));
  };
  const nodeIs = (name: string, node: Node | undefined): void => {
    const host = nodeHost(world, name);
    const uid = node?.metadata.uid ?? '';
    const ready: Seen<'ready'>['ready'] = node === undefined ? 'missing' : (readyCondition(node)?.status ?? 'Unknown');
    tell({ seen: 'ready', host, ready, uid });
    intent(host, 'remediate', '', isAskedFor(node));
    wished(name);
  };
  const hostIs = (object: BareMetalHost, by: string | undefined): void => {
    const index = fleet.indexOfHost(keyOf(object));
    if (index < 0) return;
    const host = hostName(world, index);
    const { annotations = {} } = object.metadata;
    const claimed = object.spec?.consumerRef !== undefined;
    tellOnce(`${host} claimed`, claimed, () => tell({ seen: 'claimed', host, claimed }));
    intent(host, 'detached', '', ANNOTATION_DETACHED in annotations);
    // Whoever remediates switches off by this wish too: that is no wish of somebody else.
    const isOff = object.spec?.online === false;
    if (!isOff || by === undefined) intent(host, 'adminOff', 'online', isOff && claimed);
    const held = Object.keys(annotations).some((key) => key.startsWith(`${ANNOTATION_REBOOT}/`));
    if (!held) intent(host, 'adminOff', 'annotation', false);
    else if (by === undefined && !told.has(`${host} held`)) intent(host, 'adminOff', 'annotation', true);
    tellOnce(`${host} held`, held, () => undefined);
  };

  for (const { config } of fleet.hosts) tell({ seen: 'ready', host: config.name, ready: 'missing', uid: '' });
  for (const node of store.list(NODE)) nodeIs(node.metadata.name, node);
  for (const { config } of fleet.hosts) tell({ seen: 'claimed', host: config.name, claimed: false });
  for (const object of store.list(BARE_METAL_HOST)) hostIs(object, undefined);
  store.tap(
    (change) => {
      const by = change.by ?? '';
      if (isOf(change, NODE)) {
        const { before, after } = change;
        const name = (after ?? before)?.metadata.name ?? '';
        const host = nodeHost(world, name);
        const uid = (after ?? before)?.metadata.uid ?? '';
        if (after === undefined) tell({ seen: 'released', host, how: 'nodeDeleted', by, uid });
        else if (!isOutOfService(before) && isOutOfService(after)) {
          tell({ seen: 'released', host, how: 'outOfServiceTaint', by, uid });
        } else if (isOutOfService(before) && !isOutOfService(after)) tell({ seen: 'fenceLifted', host, by });
        if (haveMoved(before, after)) nodeIs(name, after);
      } else if (isOf(change, BARE_METAL_HOST)) {
        if (change.after !== undefined) hostIs(change.after, change.by);
      } else if (isOf(change, POD)) {
        const nodeName = change.before?.spec?.nodeName;
        if (change.after !== undefined || change.by === undefined || nodeName === undefined) return;
        const host = nodeHost(world, nodeName);
        tell({ seen: 'released', host, how: 'podForceDeleted', by, uid: uidOf(world, nodeName) });
      } else if (isOf(change, VOLUME_ATTACHMENT)) {
        const nodeName = change.before?.spec?.nodeName;
        if (change.after !== undefined || change.by === undefined || nodeName === undefined) return;
        const host = nodeHost(world, nodeName);
        tell({ seen: 'released', host, how: 'volumeAttachmentDeleted', by, uid: uidOf(world, nodeName) });
      } else {
        for (const kind of MAINTENANCES) {
          if (!isOf(change, kind)) continue;
          const nodeName = (change.after ?? change.before)?.spec?.nodeName;
          if (nodeName !== undefined) wished(nodeName);
        }
      }
    },
    [NODE, BARE_METAL_HOST, POD, VOLUME_ATTACHMENT, ...MAINTENANCES],
  );
}

function isOutOfService(node: Node | undefined): boolean {
  return node?.spec?.taints?.some(({ key }) => key === TAINT_OUT_OF_SERVICE) === true;
}

function isAskedFor(node: Node | undefined): boolean {
  return node?.metadata.annotations?.[ANNOTATION_REMEDIATE] !== undefined;
}

function haveMoved(before: Node | undefined, after: Node | undefined): boolean {
  if (before === undefined || after === undefined) return true;
  return (
    before.metadata.uid !== after.metadata.uid ||
    readyCondition(before)?.status !== readyCondition(after)?.status ||
    before.spec?.unschedulable !== after.spec?.unschedulable ||
    before.metadata.labels !== after.metadata.labels ||
    isAskedFor(before) !== isAskedFor(after)
  );
}

function uidOf(world: World, nodeName: string): string {
  return world.store.get(NODE, { namespace: '', name: nodeName })?.metadata.uid ?? '';
}
