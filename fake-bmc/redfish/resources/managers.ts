// Managers: the controllers themselves, with their reset, clock and network protocols.

import { action } from '../action.ts';
import { choice, object, text } from '../body-form.ts';
import type { HostView } from '../host-view.ts';
import { isList, isObject, type JsonObject, own } from '../json.ts';
import { ROOT } from '../metadata.ts';
import { type Branch, collection, link, NOTHING, type Place, readable, SHOWN, visit } from '../place.ts';
import { listed } from './components.ts';
import { eventLogs } from './logs.ts';
import { virtualMedia } from './virtual-media.ts';

export function managers(hosts: () => readonly HostView[], find: (id: string) => HostView | undefined): Branch {
  return ([id, ...rest]) => {
    if (id === undefined) {
      return readable(`${ROOT}/Managers`, 'ManagerCollection', undefined, () =>
        collection(
          'Manager Collection',
          hosts().map(({ managerUri }) => managerUri),
        ),
      );
    }
    const host = find(id);
    return host === undefined ? undefined : belowManager(host, rest);
  };
}

function belowManager(host: HostView, [name, ...rest]: readonly string[]): Place | undefined {
  switch (name) {
    case undefined:
      return manager(host);
    case 'NetworkProtocol':
      return rest.length === 0 ? networkProtocol(host) : undefined;
    case 'EthernetInterfaces':
      return interfaces(host)(rest);
    case 'VirtualMedia':
      return virtualMedia(host, host.managerUri)(rest);
    case 'LogServices':
      return eventLogs(host, host.managerUri)(rest);
    case 'ResetActionInfo':
      return rest.length === 0 ? resetActionInfo(host) : undefined;
    case 'Oem':
      return rest.join('/') === DELL_JOBS && hasDellJobs(host) ? dellJobService(host) : undefined;
    default:
      return undefined;
  }
}

/** A controller knows one kind of restart, and takes both words for it. */
const RESET_TYPES = ['GracefulRestart', 'ForceRestart'] as const;

function manager(host: HostView): Place {
  return {
    uri: host.managerUri,
    schema: 'Manager',
    host,
    body: () => managerBody(host),
    actions: {
      'Manager.Reset': action('Manager.Reset', { optional: { ResetType: choice(...RESET_TYPES) } }, () => ({
        ask: { ask: 'resetController' },
        done: () => NOTHING,
      })),
    },
  };
}

function managerBody(host: HostView): JsonObject {
  const uri = host.managerUri;
  return {
    Id: host.id,
    Name: `Manager of ${host.name}`,
    ManagerType: 'BMC',
    Manufacturer: host.identity.vendor,
    Model: host.identity.managerModel,
    FirmwareVersion: host.inventory.bmcFirmwareVersion,
    UUID: host.served.uuid,
    ServiceEntryPointUUID: host.served.uuid,
    DateTime: host.served.now().toISOString(),
    DateTimeLocalOffset: '+00:00',
    PowerState: 'On',
    Status: { State: 'Enabled', Health: 'OK' },
    NetworkProtocol: link(`${uri}/NetworkProtocol`),
    EthernetInterfaces: link(`${uri}/EthernetInterfaces`),
    VirtualMedia: link(`${uri}/VirtualMedia`),
    LogServices: link(`${uri}/LogServices`),
    Links: {
      ManagerForServers: [link(host.systemUri)],
      ManagerForChassis: [link(host.chassisUri)],
      ManagerInChassis: link(host.chassisUri),
    },
    Actions: {
      '#Manager.Reset': {
        target: `${uri}/Actions/Manager.Reset`,
        'ResetType@Redfish.AllowableValues': RESET_TYPES,
        '@Redfish.ActionInfo': `${uri}/ResetActionInfo`,
      },
    },
  };
}

function resetActionInfo(host: HostView): Place {
  return readable(`${host.managerUri}/ResetActionInfo`, 'ActionInfo', host, () => ({
    Id: 'ResetActionInfo',
    Name: 'Reset Action Info',
    Parameters: [{ Name: 'ResetType', Required: false, DataType: 'String', AllowableValues: RESET_TYPES }],
  }));
}

/** Assumption: as many as common controllers take. */
const TIME_SERVERS_MAX = 4;
const TIME_SERVER = /^[\w.:-]+$/;

function networkProtocol(host: HostView): Place {
  return {
    uri: `${host.managerUri}/NetworkProtocol`,
    schema: 'ManagerNetworkProtocol',
    host,
    body: () => ({
      Id: 'NetworkProtocol',
      Name: 'Manager Network Protocol',
      HostName: `${host.name}-bmc`,
      HTTP: { ProtocolEnabled: false, Port: null },
      HTTPS: { ProtocolEnabled: true, Port: 443 },
      IPMI: { ProtocolEnabled: host.traits.speaksIpmi, Port: 623 },
      SSH: { ProtocolEnabled: false, Port: null },
      NTP: { ProtocolEnabled: host.notes.timeServers.length > 0, NTPServers: host.notes.timeServers },
      Status: { State: 'Enabled', Health: 'OK' },
    }),
    patch: {
      writable: {
        NTP: object({ NTPServers: { is: 'list', of: text(255, TIME_SERVER), lengthMax: TIME_SERVERS_MAX } }),
      },
      plans: ({ NTP }) => [
        visit(() => {
          const servers = isObject(NTP) ? own(NTP, 'NTPServers') : undefined;
          if (isList(servers)) host.notes.timeServers = servers.map(String);
          return SHOWN;
        }),
      ],
    },
  };
}

function interfaces(host: HostView): Branch {
  return listed({
    uri: `${host.managerUri}/EthernetInterfaces`,
    host,
    name: 'Ethernet Interface Collection',
    schemas: { collection: 'EthernetInterfaceCollection', member: 'EthernetInterface' },
    items: [host.inventory.bmcMac],
    idOf: () => 'NIC',
    bodyOf: (mac, id) => ({
      Id: id,
      Name: 'Manager Ethernet Interface',
      MACAddress: mac,
      PermanentMACAddress: mac,
      InterfaceEnabled: true,
      LinkStatus: 'LinkUp',
      Status: { State: 'Enabled', Health: 'OK' },
    }),
  });
}

/** Source: redhat-performance/badfish and dell/iDRAC-Redfish-Scripting: how clients clear the job queue. */
const DELL_JOBS = 'Dell/DellJobService';

/** Also whoever has the quirk that only this action shows. */
function hasDellJobs({ identity, traits }: HostView): boolean {
  return identity.vendor === 'Dell' || traits.systemGoneAfterClearMs > 0;
}

function dellJobService(host: HostView): Place {
  const uri = `${host.managerUri}/Oem/${DELL_JOBS}`;
  const jobId = { JobID: choice('JID_CLEARALL', 'JID_CLEARALL_FORCE') };
  const deleteQueue = action('DellJobService.DeleteJobQueue', { required: jobId }, () => ({
    ask: { ask: 'clearJobs' },
    done: () => NOTHING,
  }));
  return {
    uri,
    schema: 'Manager',
    host,
    body: () => ({
      Id: 'DellJobService',
      Name: 'Dell Job Service',
      Actions: {
        Oem: {
          '#DellJobService.DeleteJobQueue': { target: `${uri}/Actions/DellJobService.DeleteJobQueue` },
        },
      },
    }),
    actions: { 'DellJobService.DeleteJobQueue': deleteQueue },
  };
}
