// What faults strike, and how it is called in a scenario. Whoever adds a kind of thing that can break adds an entry to
// `ADDRESSES`, where its names are, and one to `STRUCK_THINGS`.

import type { HostConfig, SimConfig } from '../config.ts';
import { defaultPower } from '../power/defaults.ts';

/** What the targets of a config are read from. */
export type AddressedWorld = Pick<SimConfig, 'hosts' | 'pools' | 'power'>;

interface Addressed {
  /** All of them, in the order of their indexes. */
  names(world: AddressedWorld): readonly string[];
  /** Under which their faults are drawn. */
  entity(name: string): string;
}

/** By the word in `target: { WORD: NAME }`. A site is struck as a whole, and nobody names it. */
export const ADDRESSES = {
  host: { names: ({ hosts }) => hosts.map(({ name }) => name), entity: (name) => name },
  rack: { names: ({ hosts }) => [...new Set(hosts.map(({ rack }) => rack))], entity: (name) => `rack/${name}` },
  room: {
    names: ({ hosts, power }) =>
      (power ?? defaultPower([...new Set(hosts.map(({ rack }) => rack))])).rooms.map(({ name }) => name),
    entity: (name) => `room/${name}`,
  },
  pool: { names: ({ pools }) => pools.map(({ name }) => name), entity: (name) => `pool/${name}` },
  site: { names: () => ['site'], entity: () => 'site' },
} as const satisfies Readonly<Record<string, Addressed>>;

export type Address = keyof typeof ADDRESSES;

interface StruckThing {
  readonly addressedBy: Address;
  /** What a rate counts: so many `per ... and year`. */
  readonly unit: string;
  /** How many there are behind one target; the rate is per one of them. */
  units?(host: HostConfig): number;
}

export const STRUCK_THINGS = {
  host: { addressedBy: 'host', unit: 'host' },
  dataDisk: { addressedBy: 'host', unit: 'data disk', units: (host) => host.dataDisks },
  bmc: { addressedBy: 'host', unit: 'host' },
  rackFeed: { addressedBy: 'rack', unit: 'rack' },
  rackSwitch: { addressedBy: 'rack', unit: 'rack' },
  hostLink: { addressedBy: 'host', unit: 'host' },
  outlet: { addressedBy: 'host', unit: 'host' },
  room: { addressedBy: 'room', unit: 'room' },
  pool: { addressedBy: 'pool', unit: 'pool' },
  person: { addressedBy: 'host', unit: 'host' },
  site: { addressedBy: 'site', unit: 'site' },
} as const satisfies Readonly<Record<string, StruckThing>>;

export type StruckThingName = keyof typeof STRUCK_THINGS;

/** How many things a target stands for, as far as rates are concerned. */
export function unitsOf(strikes: StruckThingName, host: HostConfig | undefined): number {
  const thing: StruckThing = STRUCK_THINGS[strikes];
  return host === undefined ? 1 : (thing.units?.(host) ?? 1);
}
