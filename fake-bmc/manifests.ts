// BareMetalHosts and Secrets that point at the served hosts, to be applied to a cluster in which the baremetal operator runs.

import type { FakeBmcHost } from './fake-bmc.ts';

export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace: string };
}

/** Two objects a host, in its order; hosts that Redfish does not serve are left out. */
export function manifestsOf(hosts: readonly FakeBmcHost[]): readonly Manifest[] {
  return hosts.flatMap((host) => (host.systemUrl === undefined ? [] : [secretOf(host), hostOf(host)]));
}

function secretOf({ name, namespace, credentials: { user, password } }: FakeBmcHost) {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: `${name}-bmc`, namespace },
    type: 'Opaque',
    stringData: { username: user, password },
  };
}

function hostOf({ name, namespace, systemUrl = '', bootMac }: FakeBmcHost) {
  return {
    apiVersion: 'metal3.io/v1alpha1',
    kind: 'BareMetalHost',
    metadata: { name, namespace },
    spec: {
      online: true,
      bootMACAddress: bootMac,
      bootMode: 'UEFI',
      bmc: {
        address: systemUrl.replace(/^https:/, 'redfish+https:'),
        credentialsName: `${name}-bmc`,
        disableCertificateVerification: true,
      },
    },
  };
}
