// A Node as a kubelet reports it: addresses, system, images. The decisive part (labels, taints, conditions, capacity) is what
// is stored; this is the rest.
//
// Divergence from reality: every node runs one operating system image and one kubelet, and holds one container image.

import type { JsonObject } from '../api-server/same-value.ts';
import { isJsonObject } from '../api-server/same-value.ts';
import { NODE_CONDITION_MESSAGES } from '../node/node-conditions.ts';
import { EachItem, type Template } from './filling.ts';
import { internalIpOf, systemUuidOf, uuidOf } from './identity.ts';

/** Assumption: the version whose behaviour the control loops follow. */
export const KUBELET_VERSION = 'v1.32.13';

const SYSTEM = {
  architecture: 'amd64',
  containerRuntimeVersion: 'cri-o://1.32.5',
  kernelVersion: '5.14.0-570.el9.x86_64',
  kubeProxyVersion: KUBELET_VERSION,
  kubeletVersion: KUBELET_VERSION,
  operatingSystem: 'linux',
  osImage: 'Simulated Linux 9',
};

const DAEMON_ENDPOINTS = { kubeletEndpoint: { Port: 10250 } };
const IMAGES = [{ names: ['registry.example.com/pause:3.10'], sizeBytes: 320_000 }];

const MESSAGES: Readonly<Record<string, string>> = NODE_CONDITION_MESSAGES;

/** The stamp of the last report is not kept with every beat: the lease of the node tells it. */
const CONDITIONS = new EachItem((condition) => ({
  lastHeartbeatTime: condition.lastTransitionTime,
  message: MESSAGES[String(condition.reason)] ?? '',
}));

export function nodeTemplate(node: JsonObject): Template {
  const name = isJsonObject(node.metadata) ? String(node.metadata.name) : '';
  return {
    status: {
      addresses: [
        { address: internalIpOf(name), type: 'InternalIP' },
        { address: name, type: 'Hostname' },
      ],
      conditions: CONDITIONS,
      daemonEndpoints: DAEMON_ENDPOINTS,
      images: IMAGES,
      nodeInfo: systemOf(name),
    },
  };
}

/** `status.nodeInfo` of the node of this name. */
export function systemOf(name: string): Template {
  return {
    ...SYSTEM,
    bootID: uuidOf(name, 'boot'),
    machineID: uuidOf(name, 'machine').replaceAll('-', ''),
    systemUUID: systemUuidOf(name),
  };
}
