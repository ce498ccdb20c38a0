// What a real API server would print for a stored object. The store holds what decides; what a class of hardware or a kind
// has in common is held once, here, and joined with what tells one object from the next when somebody reads it.

import { type KubeObject, kindKeyOf } from '../../core/api/object.ts';
import { assert } from '../../core/assert.ts';
import { isKubeObject } from '../api-server/object-shape.ts';
import { isJsonObject, type JsonObject } from '../api-server/same-value.ts';
import { bareMetalHostTemplate } from './bare-metal-host.ts';
import { filled, type Template } from './filling.ts';
import {
  capiMachineSetTemplate,
  capiMachineTemplate,
  controlPlaneTemplate,
  metal3MachineTemplate,
  openshiftMachineSetTemplate,
  openshiftMachineTemplate,
} from './machine.ts';
import { nodeTemplate } from './node.ts';
import { podTemplate } from './pods.ts';
import {
  attachmentTemplate,
  claimTemplate,
  deploymentTemplate,
  replicaSetTemplate,
  statefulSetTemplate,
  volumeTemplate,
} from './workloads.ts';

const TEMPLATES: ReadonlyMap<string, (object: JsonObject) => Template> = new Map([
  ['Node', nodeTemplate],
  ['BareMetalHost.metal3.io', bareMetalHostTemplate],
  ['Machine.machine.openshift.io', openshiftMachineTemplate],
  ['MachineSet.machine.openshift.io', openshiftMachineSetTemplate],
  ['Machine.cluster.x-k8s.io', capiMachineTemplate],
  ['MachineSet.cluster.x-k8s.io', capiMachineSetTemplate],
  ['Metal3Machine.infrastructure.cluster.x-k8s.io', metal3MachineTemplate],
  ['KubeadmControlPlane.controlplane.cluster.x-k8s.io', controlPlaneTemplate],
  ['Pod', podTemplate],
  ['Deployment.apps', deploymentTemplate],
  ['ReplicaSet.apps', replicaSetTemplate],
  ['StatefulSet.apps', statefulSetTemplate],
  ['PersistentVolume', volumeTemplate],
  ['PersistentVolumeClaim', claimTemplate],
  ['VolumeAttachment.storage.k8s.io', attachmentTemplate],
]);

/**
 * The object as it is printed: every field that it holds, and for kinds that this simulator makes lean, what is missing. An
 * object that lacks nothing is returned itself. Pure: the same object prints the same.
 */
export function printedObject(object: KubeObject): KubeObject {
  const template = TEMPLATES.get(kindKeyOf(object));
  if (template === undefined) return object;
  assert(isJsonObject(object), 'a stored object is a JSON object');
  const printed = filled(object, template(object));
  assert(isKubeObject(printed), 'filling adds fields and takes none');
  return printed;
}
