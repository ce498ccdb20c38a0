// Pods and pod templates with the defaults that a real API server writes into them, and the status that a kubelet reports
// beside phase and conditions. Source: kubernetes pkg/apis/core/v1/defaults.go, admission plugins ServiceAccount, Priority and
// DefaultTolerationSeconds.
//
// Divergence from reality: container statuses tell the name, the image and whether it is ready, no image ids and no restarts.

import { isJsonObject, type JsonObject } from '../api-server/same-value.ts';
import { EachItem, type Template } from './filling.ts';
import { digitsOf, internalIpOf } from './identity.ts';

const CONTAINER_DEFAULTS: Template = {
  imagePullPolicy: 'IfNotPresent',
  terminationMessagePath: '/dev/termination-log',
  terminationMessagePolicy: 'File',
};

const EACH_CONTAINER = new EachItem(() => CONTAINER_DEFAULTS);

/** What pods and templates have in common. */
const POD_SPEC_DEFAULTS: Template = {
  containers: EACH_CONTAINER,
  dnsPolicy: 'ClusterFirst',
  restartPolicy: 'Always',
  schedulerName: 'default-scheduler',
  securityContext: {},
  terminationGracePeriodSeconds: 30,
};

/** Of Deployments, ReplicaSets, StatefulSets, DaemonSets and Jobs. */
export const TEMPLATE_DEFAULTS: Template = { metadata: { creationTimestamp: null }, spec: POD_SPEC_DEFAULTS };

const TOLERATIONS = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'].map((key) => ({
  effect: 'NoExecute',
  key,
  operator: 'Exists',
  tolerationSeconds: 300,
}));

const TOKEN_SOURCES = [
  { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
  { configMap: { items: [{ key: 'ca.crt', path: 'ca.crt' }], name: 'kube-root-ca.crt' } },
  {
    downwardAPI: {
      items: [{ fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' }, path: 'namespace' }],
    },
  },
];
const TOKEN_PATH = '/var/run/secrets/kubernetes.io/serviceaccount';

const EACH_CONDITION = new EachItem(() => ({ lastProbeTime: null }));

export function podTemplate(pod: JsonObject): Template {
  const { name = '' } = isJsonObject(pod.metadata) ? pod.metadata : {};
  const spec = isJsonObject(pod.spec) ? pod.spec : {};
  const volumeName = `kube-api-access-${digitsOf(String(name), 'token').slice(0, 5)}`;
  const mounts = [{ mountPath: TOKEN_PATH, name: volumeName, readOnly: true }];
  return {
    spec: {
      ...POD_SPEC_DEFAULTS,
      containers: new EachItem(() => ({ ...CONTAINER_DEFAULTS, volumeMounts: mounts })),
      enableServiceLinks: true,
      preemptionPolicy: 'PreemptLowerPriority',
      priority: 0,
      serviceAccount: 'default',
      serviceAccountName: 'default',
      tolerations: TOLERATIONS,
      volumes: [{ name: volumeName, projected: { defaultMode: 420, sources: TOKEN_SOURCES } }],
    },
    status: podStatus(pod, spec),
  };
}

function podStatus({ metadata, status }: JsonObject, spec: JsonObject): Template {
  const phase = isJsonObject(status) ? status.phase : undefined;
  const qosClass = { qosClass: 'Burstable' };
  const node = spec.nodeName;
  if (typeof node !== 'string' || node === '') return { phase: 'Pending', conditions: EACH_CONDITION, ...qosClass };
  const hostIP = internalIpOf(node);
  const { name, namespace } = isJsonObject(metadata) ? metadata : {};
  const podIP = phase === 'Running' ? internalIpOf(`${String(namespace)}/${String(name)}`) : undefined;
  return {
    phase: 'Pending',
    conditions: EACH_CONDITION,
    ...(phase === 'Running' ? { containerStatuses: containerStatuses(status, spec) } : {}),
    hostIP,
    hostIPs: [{ ip: hostIP }],
    ...(podIP === undefined ? {} : { podIP, podIPs: [{ ip: podIP }] }),
    ...qosClass,
  };
}

function containerStatuses(status: unknown, spec: JsonObject): readonly JsonObject[] {
  const conditions = isJsonObject(status) && Array.isArray(status.conditions) ? status.conditions : [];
  const readiness: unknown = conditions.find((condition) => isJsonObject(condition) && condition.type === 'Ready');
  const { status: readyStatus, lastTransitionTime = null } = isJsonObject(readiness) ? readiness : {};
  const ready = readyStatus === 'True';
  const containers: readonly unknown[] = Array.isArray(spec.containers) ? spec.containers : [];
  return containers.filter(isJsonObject).map(({ name, image }) => ({
    ...(ready ? { containerID: `cri-o://${digitsOf(String(name), 'container')}` } : {}),
    image: image ?? '',
    imageID: '',
    lastState: {},
    name,
    ready,
    restartCount: 0,
    started: ready,
    state: ready ? { running: { startedAt: lastTransitionTime } } : { waiting: { reason: 'ContainerCreating' } },
  }));
}
