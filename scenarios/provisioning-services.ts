// The services of a scenario, placed in its cluster: on a host or in a workload that is there, or in the workload in which the product
// runs them.

import { DEPLOYMENT, STATEFUL_SET } from '../core/api/workload.ts';
import {
  DEFAULT_AGENT_BYTES,
  DEFAULT_CONTROLLER_START_MS,
  DEFAULT_FIRST_BOOT_BYTES,
  DEFAULT_HOST_BYTES_PER_SECOND,
  DEFAULT_IMAGE_BYTES,
  DEFAULT_IRONIC_AT_ONCE,
  DEFAULT_NEEDED_BY,
  DEFAULT_PULL_RETRY_MS,
  DEFAULT_SERVER_BYTES_PER_SECOND,
} from '../sim/provisioning/defaults.ts';
import {
  SERVICE_NAMES,
  type ServiceName,
  type ServicePlace,
  type ServicesConfig,
} from '../sim/provisioning/services-config.ts';
import type { ClusterModel } from './cluster/inventory.ts';
import { didYouMean } from './did-you-mean.ts';
import type { PositionedDocument } from './positioned-yaml.ts';
import type { Place, Problem } from './problem.ts';
import type { ScenarioSpec } from './schema.ts';
import type { ServicesSpec } from './schema-services.ts';

/**
 * Source: openshift/cluster-baremetal-operator (one Deployment metal3 with ironic, httpd and dnsmasq), cluster-image-registry-operator,
 * machine-api-operator; metal3-io/baremetal-operator ironic-deployment and config, by their usual prefix.
 */
const USUAL_WORKLOADS: Readonly<Record<ServiceName, readonly string[]>> = {
  ironic: [
    'openshift-machine-api/metal3',
    'baremetal-operator-system/ironic',
    'baremetal-operator-system/baremetal-operator-ironic',
  ],
  imageServer: [
    'openshift-machine-api/metal3',
    'baremetal-operator-system/ironic',
    'baremetal-operator-system/baremetal-operator-ironic',
  ],
  dhcp: [
    'openshift-machine-api/metal3',
    'baremetal-operator-system/ironic',
    'baremetal-operator-system/baremetal-operator-ironic',
  ],
  registry: ['openshift-image-registry/image-registry'],
  dns: [],
  remediationController: ['openshift-machine-api/machine-api-controllers', 'capi-system/capi-controller-manager'],
};

export interface ServicesRequest {
  readonly spec: ServicesSpec | undefined;
  readonly faults: ScenarioSpec['faults'];
  readonly document: PositionedDocument | undefined;
  readonly model: Pick<ClusterModel, 'hosts' | 'input'>;
}

/** Undefined where a scenario has none. */
export function resolveServices(request: ServicesRequest): {
  readonly services: ServicesConfig | undefined;
  readonly problems: readonly Problem[];
} {
  const { spec } = request;
  const problems = [...outageProblems(request)];
  if (spec === undefined) return { services: undefined, problems };
  const placeOf = (name: ServiceName): ServicePlace => {
    const place = placed(name, request);
    if ('kind' in place) return place;
    problems.push(place);
    return { kind: 'host', host: '' };
  };
  const services: ServicesConfig = Object.fromEntries(
    SERVICE_NAMES.flatMap((name) => {
      const service = spec[name] === undefined ? undefined : CONFIGS[name](spec, placeOf(name));
      return service === undefined ? [] : [[name, service]];
    }),
  );
  return { services, problems };
}

/** The outage of a service that the scenario does not have would change nothing. */
function outageProblems({ spec, faults, document }: ServicesRequest): readonly Problem[] {
  const { background } = faults ?? {};
  const asked = [
    ...(faults?.script ?? []).map(({ fault }, index) => ({ fault, path: ['script', index, 'fault'] as const })),
    ...(background === undefined || typeof background === 'string'
      ? []
      : Object.keys(background).map((fault) => ({ fault, path: ['background', fault] as const }))),
  ];
  return asked.flatMap(({ fault, path }): readonly Problem[] => {
    const service = SERVICE_NAMES.find((name) => `${name}Outage` === fault);
    if (service === undefined || spec?.[service] !== undefined || document === undefined) return [];
    return [
      {
        code: 'MT121',
        severity: 'error',
        message: `${fault} strikes nothing: the scenario does not have ${service} among its services`,
        ...document.placeOf(['spec', 'faults', ...path]),
        why: 'What is not among them is always there. A fault that can never fire makes a result look better than it is.',
        remedy: `write provisioning.services.${service}`,
      },
    ];
  });
}

const CONFIGS: {
  readonly [Name in ServiceName]: (spec: ServicesSpec, on: ServicePlace) => ServicesConfig[Name];
} = {
  ironic: ({ ironic }, on) => ({ on, atOnce: ironic?.atOnce ?? DEFAULT_IRONIC_AT_ONCE }),
  imageServer: ({ imageServer }, on) => ({
    on,
    ...rates(imageServer),
    agentBytes: imageServer?.agentSize ?? DEFAULT_AGENT_BYTES,
    imageBytes: imageServer?.imageSize ?? DEFAULT_IMAGE_BYTES,
  }),
  dhcp: (_, on) => ({ on }),
  registry: ({ registry }, on) => ({
    on,
    ...rates(registry),
    firstBootBytes: registry?.firstBootSize ?? DEFAULT_FIRST_BOOT_BYTES,
    neededBy: registry?.neededBy ?? DEFAULT_NEEDED_BY,
    retryMs: registry?.retry ?? DEFAULT_PULL_RETRY_MS,
  }),
  dns: (_, on) => ({ on }),
  remediationController: ({ remediationController }, on) => ({
    on,
    startMs: remediationController?.start ?? DEFAULT_CONTROLLER_START_MS,
  }),
};

function rates(server: ServicesSpec['registry'] | ServicesSpec['imageServer']) {
  return {
    bytesPerSecond: server?.perSecond ?? DEFAULT_SERVER_BYTES_PER_SECOND,
    bytesPerSecondPerHost: server?.perSecondPerHost ?? DEFAULT_HOST_BYTES_PER_SECOND,
  };
}

function placed(name: ServiceName, { spec, document, model }: ServicesRequest): ServicePlace | Problem {
  const path = ['spec', 'provisioning', 'services', name];
  const place: Place = document?.placeOf(spec?.[name]?.on === undefined ? path : [...path, 'on']) ?? {
    file: '',
    line: 1,
    column: 1,
  };
  const { host, workload } = spec?.[name]?.on ?? {};
  const workloads = [DEPLOYMENT.key, STATEFUL_SET.key].flatMap((kind) =>
    model.input.listByKey(kind).map(({ metadata }) => `${metadata.namespace ?? ''}/${metadata.name}`),
  );
  if (host === undefined && workload === undefined) {
    const usual = USUAL_WORKLOADS[name].find((known) => workloads.includes(known));
    if (usual !== undefined) return { kind: 'workload', workload: usual };
    return {
      code: 'MT121',
      severity: 'error',
      message: `the cluster does not tell where ${name} runs`,
      ...place,
      why: USUAL_WORKLOADS[name].length === 0 ? '' : `Looked for ${USUAL_WORKLOADS[name].join(', ')}.`,
      remedy: 'write on: { host: NAME } or on: { workload: NAMESPACE/NAME }',
    };
  }
  if (host !== undefined && workload !== undefined) {
    const message = `${name} runs at one place, and "on" names two`;
    return { code: 'MT105', severity: 'error', message, ...place, remedy: 'leave "host" or "workload" out' };
  }
  if (workload !== undefined) {
    return workloads.includes(workload)
      ? { kind: 'workload', workload }
      : unmatched({ noun: 'workload', wanted: workload }, workloads, place);
  }
  const hosts = model.hosts.map((each) => each.name);
  return host !== undefined && hosts.includes(host)
    ? { kind: 'host', host }
    : unmatched({ noun: 'host', wanted: host ?? '' }, hosts, place);
}

function unmatched(
  { noun, wanted }: { readonly noun: string; readonly wanted: string },
  known: readonly string[],
  place: Place,
): Problem {
  const meant = didYouMean(wanted, known);
  return {
    code: 'MT121',
    severity: 'error',
    message: `the cluster has no ${noun} "${wanted}"`,
    ...place,
    ...(meant === undefined ? {} : { remedy: `did you mean "${meant}"?` }),
  };
}
