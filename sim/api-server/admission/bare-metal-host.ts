// The webhook of the baremetal operator for BareMetalHosts.
// Source: metal3-io/baremetal-operator internal/webhooks/metal3.io/v1alpha1/baremetalhost_validation.go, pkg/hardwareutils/bmc
// (main of 2026).
//
// Divergence from reality: the status and hardware-details annotations are not decoded, and RAID is not checked. Drivers of
// earlier releases are known, too. A broken reboot annotation is told in other words than Go's decoder has.

import { ANNOTATION_REBOOT, BARE_METAL_HOST } from '../../../core/api/bare-metal-host.ts';
import type { NewObject } from '../../../core/api/object.ts';
import { listAt, mapAt, textAt, valueAt } from '../json-fields.ts';
import { quote } from '../schema/field-errors.ts';
import { isIpv4, isIpv6 } from '../schema/formats.ts';
import type { AdmissionRule } from './admission.ts';
import { denial } from './field-rules.ts';

const WEBHOOK = 'baremetalhost.metal3.io';

/** Refuses with 403: hosts that nobody could manage, and changes that would lose a host. */
export const BARE_METAL_HOST_WEBHOOK: AdmissionRule = {
  name: WEBHOOK,
  kinds: [BARE_METAL_HOST],
  operations: ['CREATE', 'UPDATE'],
  validate: ({ object: host, old }) => {
    if (host === undefined) return undefined;
    return denial(WEBHOOK, [...hostProblems(host), ...(old === undefined ? [] : changeProblems(host, old))]);
  },
};

type Problems = readonly (string | undefined)[];

function hostProblems(host: NewObject): Problems {
  const driver = driverOf(textAt(host, 'spec', 'bmc', 'address'));
  return [
    driver.problem,
    valueAt(host, 'spec', 'firmware') === undefined
      ? undefined
      : 'the Firmware field is no longer supported, use HostFirmwareSettings resource instead',
    ...['userData', 'networkData', 'metaData'].map((field) => secretProblem(host, field)),
    ...(driver.name === '' ? [] : accessProblems(host, driver.name)),
    nameProblem(host.metadata.name),
    rootDeviceProblem(textAt(host, 'spec', 'rootDeviceHints', 'deviceName')),
    imageProblem(host),
    ...annotationProblems(host),
    inspectionProblem(host),
    valueAt(host, 'spec', 'disablePowerOff') === true && valueAt(host, 'spec', 'online') !== true
      ? "node can't simultaneously have online set to false and have power off disabled"
      : undefined,
    ...interfaceProblems(host),
  ];
}

/** Drivers that need the boot MAC address even with inspection, and those without secure boot. */
const NEEDS_MAC: ReadonlySet<string> = new Set(['libvirt']);
const NO_SECURE_BOOT: ReadonlySet<string> = new Set(['ipmi', 'libvirt']);
const PLAIN = ['ipmi', 'libvirt', 'irmc', 'ilo4', 'ilo5', 'idrac'];
const WITH_SCHEMES = [
  'redfish',
  'ilo5-redfish',
  'idrac-redfish',
  'redfish-uefihttp',
  'redfish-virtualmedia',
  'ilo5-virtualmedia',
  'ilo4-virtualmedia',
  'idrac-virtualmedia',
  'idrac',
];
const DRIVERS: ReadonlySet<string> = new Set([
  ...PLAIN,
  ...WITH_SCHEMES.flatMap((name) => [name, `${name}+http`, `${name}+https`]),
]);
const HOST_NAME =
  /^(([a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]{0,61}[a-zA-Z0-9])\.)*([A-Za-z0-9]|[A-Za-z0-9][A-Za-z0-9-]{0,61}[A-Za-z0-9])$/;

/** An address without a scheme is one of IPMI. */
function driverOf(address: string): { readonly name: string; readonly problem: string | undefined } {
  if (address === '') return { name: '', problem: undefined };
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(address)?.[1] ?? 'ipmi';
  const rest = address.replace(/^[a-z][a-z0-9+.-]*:\/\//i, '').split('/')[0] ?? '';
  const host = /^\[(.*)\](?::\d+)?$/.exec(rest)?.[1] ?? rest.replace(/:\d+$/, '').replace(/^.*@/, '');
  if (host !== '' && !isIpv4(host) && !isIpv6(host) && !HOST_NAME.test(host)) {
    return {
      name: '',
      problem: `failed to parse BMC address information: BMC address hostname/IP : [${host}] is invalid`,
    };
  }
  if (!DRIVERS.has(scheme)) return { name: '', problem: `Unknown BMC type '${scheme}' for address ${address}` };
  return { name: scheme, problem: undefined };
}

function secretProblem(host: NewObject, field: string): string | undefined {
  const namespace = textAt(host, 'spec', field, 'namespace');
  if (namespace === '' || namespace === host.metadata.namespace) return undefined;
  return `baremetalhosts.metal3.io "${host.metadata.name}" is forbidden: ${field}: cross-namespace Secret references are not allowed`;
}

function accessProblems(host: NewObject, driver: string): Problems {
  const mac = textAt(host, 'spec', 'bootMACAddress');
  const uninspected = inspectionDisabled(host);
  return [
    mac === '' && (NEEDS_MAC.has(driver) || uninspected)
      ? `BMC driver ${driver} requires a BootMACAddress value`
      : undefined,
    mac !== '' && !/^[0-9a-f]{2}(?:[:-][0-9a-f]{2}){5}$/i.test(mac) ? `address ${mac}: invalid MAC address` : undefined,
    textAt(host, 'spec', 'bootMode') === 'UEFISecureBoot' && NO_SECURE_BOOT.has(driver)
      ? `BMC driver ${driver} does not support secure boot`
      : undefined,
  ];
}

const ANNOTATION_INSPECT = 'inspect.metal3.io';

function inspectionDisabled(host: NewObject): boolean {
  return (
    host.metadata.annotations?.[ANNOTATION_INSPECT] === 'disabled' ||
    textAt(host, 'spec', 'inspectionMode') === 'disabled'
  );
}

function inspectionProblem(host: NewObject): string | undefined {
  const annotation = host.metadata.annotations?.[ANNOTATION_INSPECT] ?? '';
  const mode = textAt(host, 'spec', 'inspectionMode');
  if (annotation !== '' && mode !== '' && (annotation === 'disabled') !== (mode === 'disabled')) {
    return 'inspect.metal3.io annotation and inspectionMode field have contradicting values';
  }
  if (mode === '' || mode === 'disabled' || mode === 'agent' || mode === 'fast') return undefined;
  return `invalid inspectionMode value: ${mode}, allowed values are 'disabled', 'agent', or 'fast'`;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$|^[0-9a-f]{32}$/i;

function nameProblem(name: string): string | undefined {
  if (/[^A-Za-z0-9._-]/.test(name)) {
    return 'BareMetalHost resource name cannot contain characters other than [A-Za-z0-9._-]';
  }
  return UUID.test(name) ? 'BareMetalHost resource name cannot be a UUID' : undefined;
}

function rootDeviceProblem(device: string): string | undefined {
  if (device === '') return undefined;
  if (!device.startsWith('/dev/')) return `device name of root device hint must be a /dev/ path, not "${device}"`;
  const path = device.slice('/dev/'.length).replace(/^disk\/by-path\//, '');
  return path.includes('/')
    ? `device name of root device hint must be path in /dev/ or /dev/disk/by-path/, not "${device}"`
    : undefined;
}

const IMAGE_SCHEMES = ['http', 'https', 'ftp', 'gopher', 'oci'];

function imageProblem(host: NewObject): string | undefined {
  if (valueAt(host, 'spec', 'image') === undefined) return undefined;
  const url = textAt(host, 'spec', 'image', 'url');
  const invalid = `image URL ${url} is invalid:`;
  if (url === '') return `${invalid} parse "": empty url`;
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(url)?.[1]?.toLowerCase();
  if (scheme === undefined) return `${invalid} parse ${quote(url)}: invalid URI for request`;
  return IMAGE_SCHEMES.includes(scheme) ? undefined : `${invalid} invalid scheme in URL, "${scheme}" not allowed`;
}

function annotationProblems(host: NewObject): Problems {
  return Object.entries(host.metadata.annotations ?? {}).map(([key, value]) => {
    if (key === ANNOTATION_REBOOT || key.startsWith(`${ANNOTATION_REBOOT}/`)) return rebootProblem(value);
    if (key === ANNOTATION_INSPECT && value !== '' && value !== 'disabled') {
      return 'invalid value for the inspect.metal3.io annotation, allowed are "disabled" or ""';
    }
    return undefined;
  });
}

function rebootProblem(value: string): string | undefined {
  if (value === '') return undefined;
  const parsed = parsedJson(value);
  if (parsed === undefined)
    return `failed to unmarshal the data from the ${ANNOTATION_REBOOT} annotation: invalid JSON`;
  return ['hard', 'soft', ''].includes(textAt(parsed.value, 'mode'))
    ? undefined
    : `invalid mode in the ${ANNOTATION_REBOOT} annotation, allowed are "hard", "soft" or ""`;
}

function parsedJson(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function interfaceProblems(host: NewObject): Problems {
  const seen = new Set<string>();
  return listAt(host, 'spec', 'networkInterfaces').map((entry, i) => {
    const name = textAt(entry, 'name');
    const mac = textAt(entry, 'macAddress');
    if (name === '' && mac === '') return `networkInterfaces[${i}]: must specify either name or macAddress`;
    if (name !== '' && mac !== '') return `networkInterfaces[${i}]: name and macAddress are mutually exclusive`;
    const key = (name || mac).toLowerCase();
    const again = seen.has(key);
    seen.add(key);
    return again ? `networkInterfaces[${i}]: duplicate interface selector for ${quote(name || mac)}` : undefined;
  });
}

function changeProblems(host: NewObject, old: NewObject): Problems {
  const oldAddress = textAt(old, 'spec', 'bmc', 'address');
  const oldMac = textAt(old, 'spec', 'bootMACAddress');
  const state = textAt(old, 'status', 'provisioning', 'state');
  const free = [old, host].some(
    (version) =>
      textAt(version, 'status', 'operationalStatus') === 'detached' ||
      textAt(version, 'status', 'provisioning', 'state') === 'registering',
  );
  const adopts =
    mapAt(host, 'spec').externallyProvisioned === true && mapAt(old, 'spec').externallyProvisioned !== true;
  const available = [old, host].some((version) => textAt(version, 'status', 'provisioning', 'state') === 'available');
  return [
    oldAddress !== '' && oldAddress !== textAt(host, 'spec', 'bmc', 'address') && !free
      ? 'BMC address can not be changed if the BMH is not in the Registering state, or if the BMH is not detached'
      : undefined,
    oldMac !== '' && oldMac.toLowerCase() !== textAt(host, 'spec', 'bootMACAddress').toLowerCase()
      ? 'bootMACAddress can not be changed once it is set'
      : undefined,
    adopts && !available
      ? `externallyProvisioned can only be enabled when in Available state, currently in ${state}`
      : undefined,
  ];
}
