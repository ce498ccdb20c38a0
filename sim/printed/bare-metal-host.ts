// A BareMetalHost as the inspection left it: network cards, serial numbers, firmware, credentials, history. What decides
// (power, provisioning state, consumer, errors) is what is stored; this is the rest.
//
// Divergence from reality: one model of each part; the history of operations tells of the registration only, because
// durations come from the scenario and an invented history would be taken for a measured one.

import { parseTime } from '../../core/api/time.ts';
import { hostConditions } from '../../core/host/host-conditions.ts';
import { isHostState } from '../../core/host/host-vocabulary.ts';
import { isJsonObject, type JsonObject } from '../api-server/same-value.ts';
import { EachItem, type Template } from './filling.ts';
import { digitsOf, internalIpOf, macOf, uuidOf } from './identity.ts';

const CPU = { clockMegahertz: 2800, flags: ['aes', 'avx2', 'sse4_2', 'vmx'], model: 'Simulated CPU' };
const FIRMWARE = { bios: { date: '01/01/2026', vendor: 'Generated', version: '1.0.0' } };
const NO_IMAGE = { url: '' };

export function bareMetalHostTemplate(host: JsonObject): Template {
  const metadata = isJsonObject(host.metadata) ? host.metadata : {};
  const name = String(metadata.name);
  const credentials = {
    credentials: { name: `${name}-bmc`, namespace: String(metadata.namespace) },
    credentialsVersion: '1',
  };
  return {
    spec: { bmc: { disableCertificateVerification: true }, bootMACAddress: macOf(name, 0), bootMode: 'UEFI' },
    status: {
      conditions: settledConditions(host, metadata),
      goodCredentials: credentials,
      triedCredentials: credentials,
      hardware: hardwareTemplate(name),
      hardwareProfile: '',
      operationHistory: {
        deprovision: {},
        inspect: {},
        provision: {},
        register: { end: metadata.creationTimestamp, start: metadata.creationTimestamp },
      },
      provisioning: { ID: uuidOf(name, 'ironic'), bootMode: 'UEFI', image: NO_IMAGE },
      provisioningFailCount: 0,
    },
  };
}

/** What its operator said when it last changed state: a host whose status it has not touched since keeps none of its own. */
function settledConditions(host: JsonObject, metadata: JsonObject): unknown {
  const status = isJsonObject(host.status) ? host.status : {};
  const provisioning = isJsonObject(status.provisioning) ? status.provisioning : {};
  const { state } = provisioning;
  const situation = { state: isHostState(state) ? state : 'none', operationalStatus: undefined, powerFailure: false };
  return hostConditions(undefined, situation, parseTime(String(metadata.creationTimestamp)));
}

function hardwareTemplate(name: string): Template {
  return {
    cpu: CPU,
    firmware: FIRMWARE,
    hostname: name,
    nics: [0, 1].map((port) => ({
      ip: port === 0 ? internalIpOf(name) : '',
      mac: macOf(name, port),
      model: '0x15b3 0x101d',
      name: `ens1f${port}np${port}`,
      pxe: port === 0,
      speedGbps: 25,
    })),
    storage: new EachItem((disk) => ({
      alternateNames: [String(disk.name)],
      model: 'Simulated Disk',
      serialNumber: digitsOf(`${name} ${String(disk.name)}`, 'disk')
        .slice(0, 12)
        .toUpperCase(),
      vendor: 'GENERATED',
    })),
    systemVendor: { serialNumber: digitsOf(name, 'system').slice(0, 7).toUpperCase() },
  };
}
