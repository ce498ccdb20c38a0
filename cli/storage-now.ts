// What `whatif` says about storage: every pool as it is when the run begins, with what the failures of the request take down.

import type { StorageLosses } from '../reports/storage-losses.ts';
import type { HostNames } from '../reports/story-index.ts';
import type { PoolConfig, SimConfig } from '../sim/config.ts';
import { type PoolAtStart, poolsAtStart } from '../sim/storage/storage-at-start.ts';

export function storageNow(config: SimConfig, hosts: readonly HostNames[]): readonly StorageLosses[] {
  const gone = hostsGone(config);
  return poolsAtStart(config, gone).map((pool, index) =>
    lossesOf(pool, config.pools[index] as PoolConfig, config, hosts),
  );
}

/** Hosts that a failure at the start takes down or away, and those that were silent before: their daemons are taken as hung, too. */
function hostsGone({ hosts, script }: SimConfig): readonly number[] {
  const dead = new Set(script.flatMap(({ fault, target }) => (fault === 'hostDead' ? [target] : [])));
  const dark = new Set(
    script.flatMap(({ fault, target }) => (fault === 'rackPowerLoss' || fault === 'switchOutage' ? [target] : [])),
  );
  return hosts.flatMap(({ name, rack, initial }, index) =>
    initial.state === 'silent' || dead.has(name) || dark.has(rack) ? [index] : [],
  );
}

function lossesOf(
  { pool, hosts: hostOf }: PoolAtStart,
  config: PoolConfig,
  { hosts }: SimConfig,
  names: readonly HostNames[],
): StorageLosses {
  const { belowNow, hosts: losses, pairs, without } = pool.losses();
  const seated = losses.map(({ host: seat, ...loss }) => ({ seat, host: hostOf[seat] ?? -1, ...loss }));
  // Hosts that only the map of the pool knows are always up, and nobody can lose them here.
  const known = seated.filter(({ host }) => host >= 0);
  const shown = (host: number): string => names[host]?.shown ?? '';
  const rackOf = (host: number): string => hosts[host]?.rack ?? '';
  const up = new Set(known.map(({ host }) => host));
  const down = hosts.flatMap(({ name }, host) => ((config.usedBytes[name] ?? 0) > 0 && !up.has(host) ? [host] : []));
  const racks = [...new Set(known.map(({ host }) => rackOf(host)))].sort();
  const safe = known.filter(({ groups }) => groups === 0).map(({ seat }) => seat);
  const isSafe = new Set(safe);
  return {
    pool: config.name,
    replicas: config.replicas,
    dataParts: config.dataParts ?? null,
    minSize: config.minSize,
    groups: config.placementGroups,
    states: [...pool.groupStates()]
      .map(([state, groups]) => ({ state, groups }))
      .sort((a, b) => b.groups - a.groups || (a.state < b.state ? -1 : 1)),
    belowMinSize: belowNow,
    down: down.map(shown),
    hosts: known.map(({ host, groups, lostGroups }) => ({
      host: shown(host),
      rack: rackOf(host),
      groupsBelow: groups,
      groupsLost: lostGroups,
    })),
    racks: racks.map((rack) => {
      const members = known.filter(({ host }) => rackOf(host) === rack).map(({ seat }) => seat);
      return { rack, hosts: members.length, groupsBelow: without(new Set(members)) };
    }),
    pairs: {
      of: (safe.length * (safe.length - 1)) / 2,
      notTogether: pairs
        .filter(({ hosts: pair }) => pair.every((host) => isSafe.has(host)))
        .map(({ hosts: [seatOfA, seatOfB], groups }) => {
          const [a, b] = [hostOf[seatOfA] ?? -1, hostOf[seatOfB] ?? -1];
          return { hosts: [shown(a), shown(b)], racks: [rackOf(a), rackOf(b)], groupsBelow: groups };
        }),
    },
  };
}
