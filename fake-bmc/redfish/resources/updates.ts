// The update service: new firmware for controllers, which takes them away, and what firmware there is.

import { action } from '../action.ts';
import { choice, text } from '../body-form.ts';
import type { HostView } from '../host-view.ts';
import { isList, type JsonObject } from '../json.ts';
import { type Message, message } from '../messages.ts';
import { ROOT } from '../metadata.ts';
import { type Branch, link, NOTHING, type Place, type Plan } from '../place.ts';
import { listed } from './components.ts';

const URI = `${ROOT}/UpdateService`;
const INVENTORY_URI = `${URI}/FirmwareInventory`;

interface Firmware {
  readonly host: HostView;
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly related: string;
}

/** @param asked whose controller lets requests in; undefined: the service's own door. */
export function updateService(hosts: () => readonly HostView[], asked: HostView | undefined): Branch {
  return ([name, ...rest]) => {
    if (name === undefined) return service(hosts, asked);
    if (name !== 'FirmwareInventory') return undefined;
    return listed<Firmware>({
      uri: INVENTORY_URI,
      host: asked,
      name: 'Firmware Inventory Collection',
      schemas: { collection: 'SoftwareInventoryCollection', member: 'SoftwareInventory' },
      items: hosts().flatMap((host) => firmwareOf(host, asked === undefined)),
      idOf: ({ id }) => id,
      bodyOf: ({ id, name: title, version, related }) => ({
        Id: id,
        Name: title,
        Version: version,
        Updateable: title.startsWith('BMC'),
        RelatedItem: [link(related)],
        'RelatedItem@odata.count': 1,
        Status: { State: 'Enabled', Health: 'OK' },
      }),
    })(rest);
  };
}

function firmwareOf(host: HostView, namesHost: boolean): readonly Firmware[] {
  const { bmcFirmwareVersion, firmwareVersion } = host.inventory;
  const prefix = namesHost ? `${host.id}.` : '';
  return [
    { host, id: `${prefix}BMC`, name: 'BMC Firmware', version: bmcFirmwareVersion, related: host.managerUri },
    { host, id: `${prefix}BIOS`, name: 'BIOS Firmware', version: firmwareVersion, related: host.systemUri },
  ];
}

/** Assumption: an address longer than this is none; more targets than hosts there are not. */
const ADDRESS = text(1024, /^[a-z][a-z0-9+.-]*:\/\/\S+$/i);
const TARGETS_MAX = 10_000;

function service(hosts: () => readonly HostView[], asked: HostView | undefined): Place {
  return {
    uri: URI,
    schema: 'UpdateService',
    host: asked,
    body: () => ({
      Id: 'UpdateService',
      Name: 'Update Service',
      ServiceEnabled: true,
      Status: { State: 'Enabled', Health: 'OK' },
      FirmwareInventory: link(INVENTORY_URI),
      Actions: { '#UpdateService.SimpleUpdate': simpleUpdateBody() },
    }),
    actions: {
      'UpdateService.SimpleUpdate': action(
        'UpdateService.SimpleUpdate',
        {
          required: { ImageURI: ADDRESS },
          optional: {
            TransferProtocol: choice(...PROTOCOLS),
            Targets: { is: 'list', of: text(1024), lengthMax: TARGETS_MAX },
            Username: text(256),
            Password: text(256),
          },
        },
        ({ Targets }) => updatePlan(hosts(), isList(Targets) ? Targets.map(String) : []),
      ),
    },
  };
}

const PROTOCOLS = ['HTTP', 'HTTPS', 'TFTP', 'NFS'] as const;

function simpleUpdateBody(): JsonObject {
  return {
    target: `${URI}/Actions/UpdateService.SimpleUpdate`,
    'TransferProtocol@Redfish.AllowableValues': PROTOCOLS,
  };
}

/** One controller a request: that of the only host, or of the one that a target names. */
function updatePlan(hosts: readonly HostView[], targets: readonly string[]): Plan | readonly Message[] {
  const name = 'UpdateService.SimpleUpdate';
  const unknown = targets.filter((target) => !hosts.some((host) => isOf(host, target)));
  if (unknown.length > 0) {
    return unknown.map((target) => message('ActionParameterValueNotInList', [target, 'Targets', name]));
  }
  const wanted = targets.length === 0 ? hosts : hosts.filter((host) => targets.some((target) => isOf(host, target)));
  const [host, other] = wanted;
  if (host === undefined || other !== undefined) return [message('ActionParameterMissing', [name, 'Targets'])];
  return {
    ask: { ask: 'updateFirmware' },
    host,
    done: (answer) => (answer.kind === 'accepted' ? { kind: 'accepted', host, task: answer.task } : NOTHING),
  };
}

function isOf(host: HostView, target: string): boolean {
  const own = [host.managerUri, `${INVENTORY_URI}/BMC`, `${INVENTORY_URI}/${host.id}.BMC`];
  return own.includes(target);
}
