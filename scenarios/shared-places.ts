// `cluster.network` and `cluster.power`: the user's values over the defaults, and what is wrong with the names in them.

import type { HostConfig } from '../sim/config.ts';
import { DEFAULT_NETWORK } from '../sim/network/defaults.ts';
import type { NetworkConfig } from '../sim/network/network-config.ts';
import { DEFAULT_AFTER_LOSS, DEFAULT_BREAKER, defaultPower } from '../sim/power/defaults.ts';
import type { PowerConfig } from '../sim/power/power-config.ts';
import { didYouMean } from './did-you-mean.ts';
import type { PositionedDocument } from './positioned-yaml.ts';
import type { Place, Problem } from './problem.ts';
import type { ScenarioSpec } from './schema.ts';

type ClusterSpec = NonNullable<ScenarioSpec['cluster']>;
type NetworkSpec = NonNullable<ClusterSpec['network']>;
type PowerSpec = NonNullable<ClusterSpec['power']>;
type Path = readonly (string | number)[];

export interface SharedPlaces {
  readonly network?: NetworkConfig;
  readonly power?: PowerConfig;
}

/** What the scenario says of them, resolved; nothing for what it does not speak of. */
export function sharedPlaces(
  { cluster }: ScenarioSpec,
  hosts: readonly HostConfig[],
  document: PositionedDocument | undefined,
): SharedPlaces & { readonly problems: readonly Problem[] } {
  const { network, power } = cluster ?? {};
  const at = (path: Path): Place =>
    document?.placeOf(['spec', 'cluster', ...path]) ?? { file: 'scenario', line: 1, column: 1 };
  const racks = [...new Set(hosts.map(({ rack }) => rack))];
  return {
    ...(network === undefined ? {} : { network: networkConfig(network) }),
    ...(power === undefined ? {} : { power: powerConfig(power, racks) }),
    problems: [
      ...(network === undefined ? [] : networkProblems(network, at)),
      ...(power === undefined ? [] : powerProblems(power, { racks, hosts: hosts.map(({ name }) => name), at })),
    ],
  };
}

function networkConfig({ rackSwitches, heartbeatLoss }: NetworkSpec): NetworkConfig {
  const bursts = heartbeatLoss?.bursts;
  return {
    rackSwitches: rackSwitches ?? DEFAULT_NETWORK.rackSwitches,
    ...(heartbeatLoss === undefined
      ? {}
      : {
          heartbeatLoss: {
            share: heartbeatLoss.share ?? 0,
            ...(bursts === undefined
              ? {}
              : { bursts: { everyMs: bursts.every, lastsMs: bursts.lasts, share: bursts.share ?? 1 } }),
          },
        }),
  };
}

function powerConfig(section: PowerSpec, racks: readonly string[]): PowerConfig {
  const base = defaultPower(racks);
  const { afterLoss, breaker, rooms } = section;
  const inRooms = new Set(rooms?.flatMap((room) => room.racks));
  return {
    feeds: section.feeds ?? base.feeds,
    rooms:
      rooms === undefined
        ? base.rooms
        : [...rooms, ...racks.filter((rack) => !inRooms.has(rack)).map((rack) => ({ name: rack, racks: [rack] }))],
    oneFeed: section.oneFeed ?? base.oneFeed,
    sharedOutlets: section.sharedOutlets ?? base.sharedOutlets,
    afterLoss: {
      state: afterLoss?.state ?? DEFAULT_AFTER_LOSS.state,
      delayMs: afterLoss?.delay ?? DEFAULT_AFTER_LOSS.delayMs,
      outletEveryMs: afterLoss?.outletEvery ?? DEFAULT_AFTER_LOSS.outletEveryMs,
    },
    ...(breaker === undefined
      ? {}
      : {
          breaker: {
            startsAtOnce: breaker.startsAtOnce ?? DEFAULT_BREAKER.startsAtOnce,
            surgeMs: breaker.surge ?? DEFAULT_BREAKER.surgeMs,
            resetMs: breaker.reset ?? DEFAULT_BREAKER.resetMs,
            byHandEveryMs: breaker.byHandEvery ?? DEFAULT_BREAKER.byHandEveryMs,
          },
        }),
  };
}

/** One switch carries a plane, or none; and of two names that are alike nobody knows which is meant. */
function networkProblems(
  { rackSwitches = [], heartbeatLoss }: NetworkSpec,
  at: (path: Path) => Place,
): readonly Problem[] {
  const problems: Problem[] = [];
  const names = new Set<string>();
  const carried = new Map<string, string>();
  rackSwitches.forEach(({ name, planes }, index) => {
    const path = ['network', 'rackSwitches', index];
    if (names.has(name)) problems.push(twice(`switch "${name}"`, at([...path, 'name'])));
    names.add(name);
    planes.forEach((plane, place) => {
      const other = carried.get(plane);
      if (other !== undefined) {
        problems.push({
          code: 'MT105',
          severity: 'error',
          message: `plane ${plane} is carried by switch "${other}" and by switch "${name}"`,
          ...at([...path, 'planes', place]),
          remedy: 'name each plane once: two switches that stand in for each other fail together, or not at all',
        });
      }
      carried.set(plane, name);
    });
  });
  if (heartbeatLoss?.share === 1) {
    problems.push({
      code: 'MT105',
      severity: 'error',
      message: 'all heartbeats get lost',
      ...at(['network', 'heartbeatLoss', 'share']),
      remedy: 'write a share below 1; for hosts that are cut off write a fault',
    });
  }
  return problems;
}

interface Known {
  readonly racks: readonly string[];
  readonly hosts: readonly string[];
  readonly at: (path: Path) => Place;
}

function powerProblems(power: PowerSpec, { racks, hosts, at }: Known): readonly Problem[] {
  const problems: Problem[] = [];
  const known = (noun: string, name: string, names: readonly string[], path: Path): void => {
    if (names.includes(name)) return;
    const meant = didYouMean(name, names);
    problems.push({
      code: 'MT123',
      severity: 'error',
      message: `the cluster has no ${noun} "${name}"`,
      ...at(['power', ...path]),
      ...(meant === undefined ? {} : { remedy: `did you mean "${meant}"?` }),
    });
  };
  const once = (noun: string, seen: Set<string>, name: string, path: Path): void => {
    if (seen.has(name)) problems.push(twice(`${noun} "${name}"`, at(['power', ...path])));
    seen.add(name);
  };
  const feeds = power.feeds ?? defaultPower(racks).feeds;
  const seenFeeds = new Set<string>();
  power.feeds?.forEach((feed, index) => {
    once('feed', seenFeeds, feed, ['feeds', index]);
  });
  const seenRooms = new Set<string>();
  const seenRacks = new Set<string>();
  power.rooms?.forEach((room, index) => {
    once('room', seenRooms, room.name, ['rooms', index, 'name']);
    room.racks.forEach((rack, place) => {
      const path = ['rooms', index, 'racks', place];
      known('rack', rack, racks, path);
      once('rack', seenRacks, rack, path);
    });
  });
  for (const [host, feed] of Object.entries(power.oneFeed ?? {})) {
    known('host', host, hosts, ['oneFeed', host]);
    known('feed', feed, feeds, ['oneFeed', host]);
  }
  const seenHosts = new Set<string>();
  power.sharedOutlets?.forEach((sharing, index) => {
    sharing.forEach((host, place) => {
      const path = ['sharedOutlets', index, place];
      known('host', host, hosts, path);
      once('host', seenHosts, host, path);
    });
  });
  return problems;
}

function twice(what: string, place: Place): Problem {
  return { code: 'MT120', severity: 'error', message: `${what} appears twice`, ...place };
}
