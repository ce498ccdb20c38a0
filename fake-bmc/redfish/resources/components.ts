// What a computer is made of: processors, memory, storage with its drives, network interfaces.

import type { Drive, NetworkInterface } from '../../inventory.ts';
import type { HostView } from '../host-view.ts';
import type { JsonObject } from '../json.ts';
import { type Branch, collection, link, type Place, readable } from '../place.ts';
import type { SchemaName } from '../schemas.ts';

/** Everything of this kind below one system. */
export function components(host: HostView): Branch {
  return ([name, ...rest]) => {
    switch (name) {
      case 'Processors':
        return processors(host)(rest);
      case 'Memory':
        return memory(host)(rest);
      case 'Storage':
        return storage(host, rest);
      case 'EthernetInterfaces':
        return interfaces(host)(rest);
      default:
        return undefined;
    }
  };
}

interface Listed<T> {
  readonly uri: string;
  readonly host: HostView | undefined;
  readonly name: string;
  readonly schemas: { readonly collection: SchemaName; readonly member: SchemaName };
  readonly items: readonly T[];
  readonly idOf: (item: T, index: number) => string;
  readonly bodyOf: (item: T, id: string) => JsonObject;
}

/** A collection and its members, nothing below them. */
export function listed<T>({ uri, host, name, schemas, items, idOf, bodyOf }: Listed<T>): Branch {
  return ([id, ...rest]): Place | undefined => {
    if (rest.length > 0) return undefined;
    if (id === undefined) {
      return readable(uri, schemas.collection, host, () =>
        collection(
          name,
          items.map((item, index) => `${uri}/${idOf(item, index)}`),
        ),
      );
    }
    const index = items.findIndex((item, place) => idOf(item, place) === id);
    const item = items[index];
    return item === undefined ? undefined : readable(`${uri}/${id}`, schemas.member, host, () => bodyOf(item, id));
  };
}

/** Health of one part is not told apart from that of the whole. */
function statusOf(host: HostView): JsonObject {
  return { State: 'Enabled', Health: host.health() };
}

function processors(host: HostView): Branch {
  return listed({
    uri: `${host.systemUri}/Processors`,
    host,
    name: 'Processor Collection',
    schemas: { collection: 'ProcessorCollection', member: 'Processor' },
    items: host.inventory.processors,
    idOf: ({ socket }) => `CPU${socket}`,
    bodyOf: ({ socket, model, architecture, megahertz, cores, threads }, id) => ({
      Id: id,
      Name: `Processor ${socket}`,
      Socket: `CPU ${socket}`,
      ProcessorType: 'CPU',
      ProcessorArchitecture: architecture === 'aarch64' ? 'ARM' : 'x86',
      InstructionSet: architecture === 'aarch64' ? 'ARM-A64' : 'x86-64',
      Model: model,
      MaxSpeedMHz: megahertz,
      TotalCores: cores,
      TotalThreads: threads,
      Status: { State: 'Enabled', Health: host.health() },
    }),
  });
}

function memory(host: HostView): Branch {
  return listed({
    uri: `${host.systemUri}/Memory`,
    host,
    name: 'Memory Collection',
    schemas: { collection: 'MemoryCollection', member: 'Memory' },
    items: host.inventory.memory,
    idOf: ({ slot }) => `DIMM${slot}`,
    bodyOf: ({ slot, mebibytes }, id) => ({
      Id: id,
      Name: `Memory Module ${slot}`,
      DeviceLocator: `DIMM ${slot}`,
      MemoryType: 'DRAM',
      CapacityMiB: mebibytes,
      Status: statusOf(host),
    }),
  });
}

function interfaces(host: HostView): Branch {
  const isMacKnown = host.dialect.emptyMacAddress !== true;
  return listed<NetworkInterface>({
    uri: `${host.systemUri}/EthernetInterfaces`,
    host,
    name: 'Ethernet Interface Collection',
    schemas: { collection: 'EthernetInterfaceCollection', member: 'EthernetInterface' },
    items: host.inventory.interfaces,
    idOf: (_, index) => `NIC${index + 1}`,
    bodyOf: ({ name, mac, speedMbps }, id) => ({
      Id: id,
      Name: name,
      MACAddress: isMacKnown || id !== 'NIC1' ? mac : '',
      PermanentMACAddress: isMacKnown || id !== 'NIC1' ? mac : '',
      SpeedMbps: speedMbps,
      InterfaceEnabled: true,
      LinkStatus: host.power().power === 'On' ? 'LinkUp' : 'LinkDown',
      Status: statusOf(host),
    }),
  });
}

/** The one controller that all drives are behind. */
const CONTROLLER = '1';

function storage(host: HostView, [name, ...rest]: readonly string[]): Place | undefined {
  const uri = `${host.systemUri}/Storage`;
  if (name === undefined) {
    return readable(uri, 'StorageCollection', host, () => collection('Storage Collection', [`${uri}/${CONTROLLER}`]));
  }
  if (name !== CONTROLLER) return undefined;
  const own = `${uri}/${CONTROLLER}`;
  const { drives } = host.inventory;
  if (rest.length === 0) {
    return readable(own, 'Storage', host, () => ({
      Id: CONTROLLER,
      Name: 'Storage Controller',
      Drives: drives.map((_, index) => link(`${own}/Drives/${driveId(index)}`)),
      'Drives@odata.count': drives.length,
      Status: statusOf(host),
    }));
  }
  const [below, id, ...more] = rest;
  const index = drives.findIndex((_, place) => driveId(place) === id);
  const drive = drives[index];
  if (below !== 'Drives' || more.length > 0 || id === undefined || drive === undefined) return undefined;
  return readable(`${own}/Drives/${id}`, 'Drive', host, () => driveBody(host, drive, id));
}

function driveId(index: number): string {
  return `Disk${index + 1}`;
}

function driveBody(host: HostView, { name, bytes, media, protocol, serial, model }: Drive, id: string): JsonObject {
  return {
    Id: id,
    Name: name,
    CapacityBytes: bytes,
    MediaType: media,
    Protocol: protocol,
    SerialNumber: serial,
    Model: model,
    Status: statusOf(host),
    Links: { Chassis: link(host.chassisUri) },
  };
}
