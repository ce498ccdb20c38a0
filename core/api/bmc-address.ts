// Addresses of management controllers, as BareMetalHost `spec.bmc.address` has them: which protocol, where, and which system.
// Source: metal3-io/baremetal-operator, docs/api.md, section bmc, and pkg/hardwareutils/bmc.

export type BmcAddress =
  | {
      readonly protocol: 'redfish';
      /** `https://192.0.2.1:8443`, without a path. */
      readonly origin: string;
      /** Of the system's resource; empty where the address names none. */
      readonly systemPath: string;
    }
  | { readonly protocol: 'ipmi'; readonly host: string; readonly port: number };

/** Drivers of Ironic that speak Redfish; each may have `+http` or `+https` behind it, and has https by itself. */
const REDFISH_SCHEMES: ReadonlySet<string> = new Set([
  'redfish',
  'redfish-virtualmedia',
  'redfish-uefihttp',
  'idrac-redfish',
  'idrac-virtualmedia',
  'ilo5-redfish',
  'ilo5-virtualmedia',
]);

/** Source: IPMI 2.0 specification, 13.1.2: the primary RMCP port. */
const IPMI_PORT = 623;

/** `ipmi://192.0.2.1`, `redfish+http://192.0.2.1:8000/redfish/v1/Systems/1`, or a host and perhaps a port, which is IPMI. A text says what is wrong. */
export function parseBmcAddress(text: string): BmcAddress | string {
  const [, scheme = 'ipmi', rest = text] = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/i.exec(text) ?? [];
  const [driver = '', transport = 'https'] = scheme.toLowerCase().split('+');
  const url = URL.canParse(`http://${rest}`) ? new URL(`http://${rest}`) : undefined;
  if (url === undefined || url.hostname === '') return `"${text}" names no host`;
  if (driver === 'ipmi' || driver === 'libvirt') {
    // A URL writes an IPv6 address in brackets, a socket does not.
    const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
    return { protocol: 'ipmi', host, port: portIn(rest) ?? IPMI_PORT };
  }
  if (!REDFISH_SCHEMES.has(driver)) return `"${scheme}" is neither IPMI nor Redfish`;
  if (transport !== 'http' && transport !== 'https') return `"${transport}" is neither http nor https`;
  const port = portIn(rest);
  return {
    protocol: 'redfish',
    origin: `${transport}://${url.hostname}${port === undefined ? '' : `:${port}`}`,
    systemPath: url.pathname.replace(/\/+$/, ''),
  };
}

/** A URL swallows the port that is usual for its scheme; the text does not. */
function portIn(rest: string): number | undefined {
  const port = /^(?:\[[^\]]*\]|[^:/?#]*):(\d+)(?:[/?#]|$)/.exec(rest)?.[1];
  return port === undefined ? undefined : Number(port);
}
