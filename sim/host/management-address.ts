// Which host stands behind the address that a fence agent was given: the addresses of management controllers are those of the
// BareMetalHosts.
// Source: metal3-io/baremetal-operator pkg/hardwareutils/bmc (schemes and their default ports).
//
// Divergence from reality
// - A controller that is known by its Redfish address also answers IPMI at port 623, and one known by IPMI answers Redfish at
//   443: most do both, and nothing in a cluster says which do not.
// - Names are not resolved: an agent finds a host by the same name or address that the BareMetalHost has.
// - A host without a BareMetalHost has no management controller.

import { BARE_METAL_HOST, type BareMetalHost } from '../../core/api/bare-metal-host.ts';
import { keyOf, keyString, type ObjectKey } from '../../core/api/object.ts';
import type { ClusterView, IndexSpec } from '../../core/ports/cluster-view.ts';
import type { AgentOptions } from './fence-agent-options.ts';

export interface ManagementAddress {
  readonly protocol: 'ipmi' | 'redfish';
  readonly host: string;
  readonly port: number;
  /** Of the system; empty for IPMI. */
  readonly path: string;
}

const SCHEME = /^([a-z0-9+-]+):\/\/(.*)$/i;
const PORTS: Readonly<Record<string, number>> = { ipmi: 623, redfish: 443, 'redfish+http': 80 };

/** An address as `spec.bmc.address` has it: `redfish-virtualmedia://10.0.0.1/redfish/v1/Systems/1`, `ipmi://bmc-1:6230`, `10.0.0.1`. */
export function managementAddress(text: string): ManagementAddress {
  const [, scheme = 'ipmi', rest = text] = SCHEME.exec(text) ?? [];
  const protocol = scheme === 'ipmi' || scheme === 'libvirt' ? 'ipmi' : 'redfish';
  const slash = rest.indexOf('/');
  const place = slash < 0 ? rest : rest.slice(0, slash);
  const [, bracketed, plain, port] = /^(?:\[([^\]]*)\]|([^:]*))(?::(\d+))?$/.exec(place) ?? [];
  const usual = scheme.endsWith('+http') ? PORTS['redfish+http'] : PORTS[protocol];
  return {
    protocol,
    host: (bracketed ?? plain ?? place).toLowerCase(),
    port: Number(port ?? usual),
    path: protocol === 'ipmi' || slash < 0 ? '' : withoutEnd(rest.slice(slash)),
  };
}

export type Behind =
  | { readonly kind: 'host'; readonly key: ObjectKey }
  /** Nothing answers there. */
  | { readonly kind: 'nobody' }
  /** A controller answers, but has no such system. */
  | { readonly kind: 'no-such-system' };

/** Hosts by the name or address of their management controller: fence agents come in floods, one after the other. */
export const HOSTS_BY_MANAGEMENT_ADDRESS: IndexSpec<BareMetalHost> = {
  name: 'hosts-by-management-address',
  of: BARE_METAL_HOST,
  part: ({ spec }) => spec?.bmc?.address,
  values: ({ spec }) => {
    const { host } = managementAddress(spec?.bmc?.address ?? '');
    return host === '' ? [] : [host];
  },
};

/** The host that an agent with these options talks to. */
export function hostBehind(options: AgentOptions, view: Pick<ClusterView, 'byIndex'>): Behind {
  const there = view
    .byIndex(HOSTS_BY_MANAGEMENT_ADDRESS, options.address)
    .map((host) => ({ key: keyOf(host), at: managementAddress(host.spec?.bmc?.address ?? '') }))
    .filter(({ at }) => answersTo(at, options))
    .sort((a, b) => compare(`${a.at.path} ${keyString(a.key)}`, `${b.at.path} ${keyString(b.key)}`));
  const [first] = there;
  if (first === undefined) return { kind: 'nobody' };
  if (options.family === 'ipmi') return { kind: 'host', key: first.key };
  const { systemsUri } = options;
  // Without a system the agent takes the last of the collection.
  const meant =
    systemsUri === undefined
      ? there.at(-1)
      : there.find(({ at }) => at.path === '' || at.path === withoutEnd(systemsUri));
  return meant === undefined ? { kind: 'no-such-system' } : { kind: 'host', key: meant.key };
}

function answersTo({ protocol, port }: ManagementAddress, options: AgentOptions): boolean {
  return options.port === (protocol === options.family ? port : PORTS[options.family]);
}

function withoutEnd(path: string): string {
  return path.endsWith('/') ? path.slice(0, -1) : path;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
