// What a simulated host is made of, as its BareMetalHost tells it and its hardware model counts it: what Redfish lists as processors,
// memory, drives and interfaces, and IPMI as FRU.

import type { KubeObject } from '../core/api/object.ts';
import type { HardwareConfig } from '../sim/config.ts';
import type { BmcProfile } from '../sim/host/bmc/profiles.ts';
import { DEFAULT_COMPONENTS } from '../sim/host/component-defaults.ts';
import { digitsOf, macOf } from '../sim/printed/identity.ts';
import { printedObject } from '../sim/printed/printed-object.ts';

export interface Processor {
  readonly socket: number;
  readonly model: string;
  /** As Kubernetes names it: `x86_64`, `aarch64`. */
  readonly architecture: string;
  readonly megahertz: number;
  readonly cores: number;
  readonly threads: number;
}

export interface MemoryModule {
  readonly slot: number;
  readonly mebibytes: number;
}

export interface Drive {
  /** Unique within the host. */
  readonly name: string;
  readonly bytes: number;
  readonly media: 'HDD' | 'SSD';
  readonly protocol: 'SATA' | 'NVMe';
  readonly serial: string;
  readonly model: string;
}

export interface NetworkInterface {
  readonly name: string;
  /** Lower case, with colons. */
  readonly mac: string;
  readonly speedMbps: number;
  /** The host boots from the network through it. */
  readonly boots: boolean;
}

export interface Inventory {
  readonly manufacturer: string;
  readonly model: string;
  readonly serial: string;
  readonly processors: readonly Processor[];
  readonly memory: readonly MemoryModule[];
  readonly drives: readonly Drive[];
  readonly interfaces: readonly NetworkInterface[];
  readonly firmwareVersion: string;
  readonly bmcFirmwareVersion: string;
  /** Of the management controller's own interface. */
  readonly bmcMac: string;
}

/** What is read of `status.hardware` of a BareMetalHost, all of it optional. */
interface Hardware {
  readonly cpu?: {
    readonly arch?: string;
    readonly count?: number;
    readonly model?: string;
    readonly clockMegahertz?: number;
  };
  readonly ramMebibytes?: number;
  readonly firmware?: { readonly bios?: { readonly version?: string } };
  readonly nics?: readonly {
    readonly name?: string;
    readonly mac?: string;
    readonly speedGbps?: number;
    readonly pxe?: boolean;
  }[];
  readonly storage?: readonly {
    readonly name?: string;
    readonly sizeBytes?: number;
    readonly rotational?: boolean;
    readonly type?: string;
    readonly serialNumber?: string;
    readonly model?: string;
  }[];
  readonly systemVendor?: {
    readonly manufacturer?: string;
    readonly productName?: string;
    readonly serialNumber?: string;
  };
}

interface DetailedHost extends KubeObject {
  readonly status?: { readonly hardware?: Hardware };
}

/** Taken where the object tells nothing. Assumption: a server as scenarios generate them. */
const UNTOLD = {
  architecture: 'x86_64',
  threads: 64,
  processor: 'Simulated CPU',
  megahertz: 2_800,
  mebibytes: 262_144,
  speedGbps: 25,
  driveBytes: 480_000_000_000,
  firmwareVersion: '1.0.0',
  bmcFirmwareVersion: '1.0.0',
} as const;

const THREADS_PER_CORE = 2;

/** How scenarios name the make of hosts that nobody has told them; then the profile of the controller says it. */
const NO_MAKE = 'Generated';

export interface InventorySources {
  readonly name: string;
  readonly hardware: HardwareConfig;
  readonly profile: BmcProfile;
  /** As stored; undefined where the world has none. */
  readonly bareMetalHost: KubeObject | undefined;
}

export function inventoryOf({ name, hardware, profile, bareMetalHost }: InventorySources): Inventory {
  const told = bareMetalHost === undefined ? {} : hardwareOf(printedObject(bareMetalHost));
  const { processor, memoryModule } = hardware.components ?? DEFAULT_COMPONENTS;
  const vendor = told.systemVendor ?? {};
  const drives = told.storage ?? [{ name: '/dev/disk/by-path/root', sizeBytes: UNTOLD.driveBytes }];
  return {
    ...(vendor.manufacturer === undefined || vendor.manufacturer === NO_MAKE
      ? profile.machine
      : { manufacturer: vendor.manufacturer, model: vendor.productName ?? profile.machine.model }),
    serial: vendor.serialNumber ?? digitsOf(name, 'system').slice(0, 7).toUpperCase(),
    processors: processorsOf(told.cpu ?? {}, processor.count),
    memory: memoryOf(told.ramMebibytes ?? UNTOLD.mebibytes, memoryModule.count),
    drives: drives.map((drive, index) => {
      const driveName = drive.name ?? `disk-${index}`;
      return {
        name: driveName,
        bytes: drive.sizeBytes ?? UNTOLD.driveBytes,
        media: drive.rotational === true || drive.type === 'HDD' ? 'HDD' : 'SSD',
        protocol: drive.type === 'NVME' ? 'NVMe' : 'SATA',
        serial: drive.serialNumber ?? digitsOf(`${name} ${driveName}`, 'disk').slice(0, 12).toUpperCase(),
        model: drive.model ?? 'Simulated Disk',
      };
    }),
    interfaces: interfacesOf(name, told.nics ?? []),
    firmwareVersion: told.firmware?.bios?.version ?? UNTOLD.firmwareVersion,
    bmcFirmwareVersion: UNTOLD.bmcFirmwareVersion,
    bmcMac: macOf(name, BMC_PORT),
  };
}

/** No host has so many ports of its own. */
const BMC_PORT = 255;

function hardwareOf(object: KubeObject): Hardware {
  return (object as DetailedHost).status?.hardware ?? {};
}

function processorsOf(cpu: NonNullable<Hardware['cpu']>, sockets: number): readonly Processor[] {
  const threads = Math.max(1, Math.ceil((cpu.count ?? UNTOLD.threads) / sockets));
  return numbered(sockets, (socket) => ({
    socket,
    model: cpu.model ?? UNTOLD.processor,
    architecture: cpu.arch ?? UNTOLD.architecture,
    megahertz: cpu.clockMegahertz ?? UNTOLD.megahertz,
    cores: Math.max(1, Math.floor(threads / THREADS_PER_CORE)),
    threads,
  }));
}

/** The same in every slot; the last has what is left. */
function memoryOf(mebibytes: number, modules: number): readonly MemoryModule[] {
  const each = Math.ceil(mebibytes / modules);
  return numbered(modules, (slot) => ({ slot, mebibytes: Math.max(0, Math.min(each, mebibytes - (slot - 1) * each)) }));
}

function interfacesOf(host: string, nics: NonNullable<Hardware['nics']>): readonly NetworkInterface[] {
  const known = nics.filter((nic) => nic.mac !== undefined && nic.mac !== '');
  if (known.length === 0) {
    return [0, 1].map((port) => ({
      name: `ens1f${port}np${port}`,
      mac: macOf(host, port),
      speedMbps: UNTOLD.speedGbps * 1_000,
      boots: port === 0,
    }));
  }
  return known.map((nic, index) => ({
    name: nic.name ?? `nic-${index}`,
    mac: (nic.mac ?? '').toLowerCase(),
    speedMbps: (nic.speedGbps ?? UNTOLD.speedGbps) * 1_000,
    boots: nic.pxe ?? index === 0,
  }));
}

function numbered<T>(count: number, make: (number: number) => T): readonly T[] {
  return Array.from({ length: count }, (_, index) => make(index + 1));
}
