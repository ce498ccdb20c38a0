// How HostRemediations are found: by what they are about while they are open, and by their host once they are memory.

import {
  HOST_REMEDIATION,
  type HostRemediation,
  type HostRemediationPhase,
  isClosed,
} from '../api/host-remediation.ts';
import { isReady, NODE, type Node } from '../api/node.ts';
import { keyString } from '../api/object.ts';
import type { IndexSpec } from '../ports/cluster-view.ts';

export const ANY = 'any';

/** Open ones by the name of their Node. */
export const OPEN_BY_NODE = openBy('node', ({ spec }) => spec?.node.name);
/** Open ones by `namespace/name` of their host. */
export const OPEN_BY_HOST = openBy('host', ({ status }) =>
  status?.host === undefined ? undefined : keyString(status.host),
);
/** Open ones by their policy. */
export const OPEN_BY_POLICY = openBy('policy', ({ spec }) => spec?.policy);
/** Those that wait for the owner of a Machine, by `namespace/name` of that owner. */
export const REPLACING_BY_OWNER = openBy('replacing-owner', ({ status }) =>
  status?.replacement === undefined
    ? undefined
    : keyString({ namespace: status.replacement.machine.namespace, name: status.replacement.owner.name }),
);

/** All of those, under one value. */
export const REPLACING = openBy('replacing', ({ status }) => (status?.replacement === undefined ? undefined : ANY));

/** Phases in which the storage has a say: before a strike, and before a wipe. */
const ASKING_STORAGE: ReadonlySet<string> = new Set<HostRemediationPhase>([
  'Verifying',
  'PoweringOff',
  'FencingItself',
  'Releasing',
  'DeletingMachine',
]);

/** Those that the storage may hold back, under one value. */
export const HEARS_STORAGE = openBy('hears-storage', ({ status }) =>
  ASKING_STORAGE.has(status?.phase ?? '') ? ANY : undefined,
);

/** Nodes that are not Ready: a few among all of them, so that those that are need not be counted out one by one. */
export const SILENT_NODES: IndexSpec<Node> = {
  name: 'host-remediation/silent-nodes',
  of: NODE,
  values: (node) => (isReady(node) ? [] : [ANY]),
  part: ({ status }) => status?.conditions,
};

function openBy(
  what: string,
  valueIn: (remediation: HostRemediation) => string | undefined,
): IndexSpec<HostRemediation> {
  return {
    name: `host-remediation/open-by-${what}`,
    of: HOST_REMEDIATION,
    values: (remediation) => {
      const value =
        remediation.metadata.deletionTimestamp === undefined && isClosed(remediation)
          ? undefined
          : valueIn(remediation);
      return value === undefined ? [] : [value];
    },
  };
}

/** Closed ones: under the uid of their host, or the name of their Node where no host was known. */
export const CLOSED_BY_HOST: IndexSpec<HostRemediation> = {
  name: 'host-remediation/closed-by-host',
  of: HOST_REMEDIATION,
  values: (remediation) => {
    if (!isClosed(remediation)) return [];
    const { status, spec } = remediation;
    return [status?.host === undefined ? nodeValue(spec?.node.name ?? '') : hostValue(status.host.uid)];
  },
};

export function hostValue(uid: string): string {
  return `host/${uid}`;
}

export function nodeValue(name: string): string {
  return `node/${name}`;
}
