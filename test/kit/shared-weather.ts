// Random weather of what hosts share: some faults of the network, of power and of cooling at once, with a few of hosts among them.

import type { Draws } from '../../sim/kernel/rng.ts';

interface Kind {
  readonly fault: string;
  readonly target?: 'host' | 'rack' | 'room';
  /** Fields beside, from a number in [0, 1). */
  readonly told?: (u: number) => string;
}

const lost = (u: number): string => `lost: ${['both', 'out', 'in'][Math.floor(u * 3)]}`;
const feed = (u: number): string => `feed: ${['all', 'first', 'second'][Math.floor(u * 3)]}`;

const SHARED: readonly Kind[] = [
  { fault: 'apiPartition', target: 'host', told: lost },
  { fault: 'storagePartition', target: 'host', told: lost },
  { fault: 'peerPartition', target: 'host', told: lost },
  { fault: 'controllersApiPartition', told: lost },
  { fault: 'managementOutage', told: lost },
  { fault: 'switchOutage', target: 'rack' },
  { fault: 'uplinkOutage', target: 'rack', told: lost },
  { fault: 'spineOutage' },
  {
    fault: 'planeOutage',
    target: 'rack',
    told: (u) => `plane: ${['api', 'storage', 'peers', 'bmc'][Math.floor(u * 4)]}`,
  },
  {
    fault: 'switchFlap',
    target: 'rack',
    told: (u) => `down: ${30 + Math.floor(u * 300)}s, up: ${30 + Math.floor(u * 200)}s`,
  },
  { fault: 'switchSwizzle', told: (u) => `racks: ${Math.ceil(u * 100)}%` },
  { fault: 'lossyLink', target: 'host', told: (u) => `share: ${Math.ceil(u * 100)}%` },
  { fault: 'nameServiceOutage', told: (u) => `bmcsByName: ${u < 0.5}` },
  { fault: 'rackPowerLoss', target: 'rack' },
  { fault: 'pduLoss', target: 'rack', told: feed },
  { fault: 'roomPowerLoss', target: 'room', told: feed },
  { fault: 'sitePowerLoss', told: feed },
  { fault: 'coolingLoss', target: 'room', told: (u) => `halfAfter: ${1 + Math.floor(u * 20)}m` },
  { fault: 'outletLoss', target: 'host' },
];

const OF_HOSTS: readonly Kind[] = [
  { fault: 'osHang', target: 'host' },
  { fault: 'kubeletDead', target: 'host' },
  { fault: 'kernelPanic', target: 'host' },
];

/** Two rooms, two feeds, a host with one unit, two hosts on one outlet: `cluster`, for `sharedRun`. */
export const SHARED_CLUSTER = `    power:
      feeds: [A, B]
      rooms: [{ name: north, racks: [rack-1, rack-2] }]
      oneFeed: { worker-0: A, worker-4: B }
      sharedOutlets: [[worker-1, worker-2]]
      breaker: { startsAtOnce: 2, reset: 10m }
    network: { heartbeatLoss: { share: 1%, bursts: { every: 1h, lasts: 20s } } }`;

/** One to six faults within three hours, each for up to forty minutes: `fault`, for `sharedRun`. */
export function sharedWeather(draws: Draws, seed: number): string {
  const stream = draws.stream(`weather ${seed}`, 'faults');
  const pick = <T>(among: readonly T[]): T => among[Math.floor(stream.next() * among.length)] as T;
  const one = (kinds: readonly Kind[]): string => {
    const { fault, target, told } = pick(kinds);
    const name = {
      host: `worker-${Math.floor(stream.next() * 9)}`,
      rack: `rack-${1 + Math.floor(stream.next() * 3)}`,
      room: 'north',
    };
    const at = Math.floor(stream.next() * 180);
    const lasts = 1 + Math.floor(stream.next() * 40);
    const where = target === undefined ? '' : `, target: { ${target}: ${name[target]} }`;
    const more = told === undefined ? '' : `, ${told(stream.next())}`;
    return `{ at: ${10 + at}m, fault: ${fault}${where}, for: ${lasts}m${more} }`;
  };
  const shared = Array.from({ length: 1 + Math.floor(stream.next() * 4) }, () => one(SHARED));
  const own = Array.from({ length: Math.floor(stream.next() * 3) }, () => one(OF_HOSTS));
  return [...shared, ...own].join(', ');
}
