// What a policy asks for by name: maintenance of a node, remediation of a node or of a Machine. Whether there is such a thing.

import { FENCE_AGENTS_REMEDIATION } from '../../core/api/fence-agents-remediation.ts';
import { machineKind } from '../../core/api/machine.ts';
import { MACHINE_DELETION_REMEDIATION } from '../../core/api/machine-deletion-remediation.ts';
import { ANNOTATION_NODE_NAME } from '../../core/api/medik8s.ts';
import { KUBEVIRT_NODE_MAINTENANCE, NODE_MAINTENANCE, type NodeMaintenance } from '../../core/api/node-maintenance.ts';
import { type KubeObject, keyString, kindKeyOf } from '../../core/api/object.ts';
import { MACHINE_REMEDIATION, type MachineRemediation, METAL3_REMEDIATION } from '../../core/api/remediation.ts';
import { SELF_NODE_REMEDIATION } from '../../core/api/self-node-remediation.ts';
import { some } from '../cluster/inventory.ts';
import { didYouMean } from '../did-you-mean.ts';
import type { Path } from '../positioned-yaml.ts';
import type { Problem } from '../problem.ts';
import { at, type PolicyContext, title } from './finding.ts';
import type { Manifest } from './read-policy.ts';

const MAINTENANCE: readonly string[] = [NODE_MAINTENANCE.key, KUBEVIRT_NODE_MAINTENANCE.key];
const OF_A_NODE: readonly string[] = [
  SELF_NODE_REMEDIATION.key,
  FENCE_AGENTS_REMEDIATION.key,
  MACHINE_DELETION_REMEDIATION.key,
];

export function isMaintenance(object: KubeObject): object is NodeMaintenance {
  return MAINTENANCE.includes(kindKeyOf(object));
}

export function requestProblems(manifest: Manifest, context: PolicyContext): readonly Problem[] {
  const { object } = manifest;
  const kindKey = kindKeyOf(object);
  if (isMaintenance(object)) return unknownNode(manifest, object.spec?.nodeName ?? '', ['spec', 'nodeName'], context);
  if (OF_A_NODE.includes(kindKey)) {
    const node = object.metadata.annotations?.[ANNOTATION_NODE_NAME] ?? object.metadata.name;
    return unknownNode(manifest, node, ['metadata', 'name'], context);
  }
  if (kindKey === MACHINE_REMEDIATION.key) {
    const name = (object as MachineRemediation).spec?.machineName ?? '';
    return unknownMachine(manifest, name, ['spec', 'machineName'], context);
  }
  if (kindKey === METAL3_REMEDIATION.key)
    return unknownMachine(manifest, object.metadata.name, ['metadata', 'name'], context);
  return [];
}

function unknownNode(manifest: Manifest, node: string, path: Path, context: PolicyContext): readonly Problem[] {
  const names = context.fleet.nodes.map(({ metadata }) => metadata.name);
  return names.includes(node) ? [] : [unknown(manifest, `Node "${node}"`, node, names, path, context)];
}

function unknownMachine(manifest: Manifest, name: string, path: Path, context: PolicyContext): readonly Problem[] {
  const { input, machineApi } = context.cluster;
  const { namespace = '' } = manifest.object.metadata;
  const names = input
    .list(machineKind(machineApi))
    .flatMap(({ metadata }) => (metadata.namespace === namespace ? [metadata.name] : []));
  if (names.includes(name)) return [];
  return [unknown(manifest, `Machine "${keyString({ namespace, name })}"`, name, names, path, context)];
}

function unknown(
  manifest: Manifest,
  what: string,
  name: string,
  names: readonly string[],
  path: Path,
  context: PolicyContext,
): Problem {
  const near = didYouMean(name, names);
  return at(
    manifest,
    path,
    {
      code: 'MT123',
      severity: 'error',
      message: `${title(manifest)} is for ${what}, which the cluster does not have`,
      remedy: near === undefined ? `name one that it has: ${some(names)}` : `did you mean "${near}"?`,
    },
    context,
  );
}
