// The CRUSH map of a pool, given or made of the racks and hosts, and the rule by which the pool is placed.

import type { PoolConfig } from '../../sim/config.ts';
import { type CrushMap, type CrushRule, DEVICE_TYPE } from '../../sim/storage/crush/crush-map.ts';
import { madeMap } from '../../sim/storage/crush/made-map.ts';
import { crushMapOf } from '../../sim/storage/crush/plain-crush-map.ts';
import { didYouMean } from '../did-you-mean.ts';
import { isInPool, type PoolJoining } from './pool-joining.ts';
import { readCrushMap } from './read-crush-map.ts';
import type { OsdDump } from './read-osd-dump.ts';

/** Undefined with a problem. */
export function poolMap(joining: PoolJoining): CrushMap | undefined {
  const { storage, hosts, pool } = joining.parts;
  const path = storage.crush.map;
  if (path === undefined) {
    const members = hosts.filter(isInPool(pool));
    if (members.length === 0) {
      joining.error(
        'MT164',
        'no host has data disks to make a CRUSH map of',
        joining.parts.at(['crush']),
        'name the map of the cluster: crush.map',
      );
      return undefined;
    }
    const kind = storage.erasureCode === undefined ? 'replicated' : 'erasure';
    const made = members.map(({ name, rack, dataDisks }) => ({ name, rack, disks: Math.max(1, dataDisks) }));
    return crushMapOf(madeMap(made, { failureDomain: pool.failureDomain, kind }));
  }
  const text = joining.text(path, 'map');
  if (text === undefined) return undefined;
  const { map, problems } = readCrushMap(joining.parts.within(path), text);
  joining.problems.push(...problems);
  return map;
}

/** The rule that is asked for, else the only one that fits the pool; undefined with a problem. */
export function poolRule(joining: PoolJoining, map: CrushMap, dump: OsdDump | undefined): CrushRule | undefined {
  const { storage, at } = joining.parts;
  const asked = storage.crush.rule ?? dump?.pool.rule;
  const mode = storage.erasureCode === undefined ? 'firstn' : 'indep';
  const fitting = [...map.rules.values()].filter(({ steps }) =>
    steps.some((step) => step.op === 'choose' && step.mode === mode),
  );
  if (asked === undefined) {
    const [only] = fitting;
    if (only !== undefined && fitting.length === 1) return only;
    joining.error(
      'MT164',
      fitting.length === 0
        ? `no rule of the map chooses ${mode}`
        : `${fitting.length} rules of the map may be the pool's`,
      at(['crush']),
      `name one: rule: ${[...map.rules.values()]
        .map(({ name }) => name)
        .slice(0, 5)
        .join(' | ')}`,
    );
    return undefined;
  }
  const found = [...map.rules.values()].find(({ id, name }) => id === asked || name === asked);
  if (found !== undefined && fitting.includes(found)) return found;
  const near = didYouMean(
    String(asked),
    [...map.rules.values()].map(({ name }) => name),
  );
  joining.error(
    found === undefined ? 'MT123' : 'MT164',
    found === undefined
      ? `the map has no rule "${asked}"`
      : `rule "${asked}" does not choose ${mode}, as the pool's rule must`,
    at(['crush', 'rule']),
    near === undefined || found !== undefined ? undefined : `did you mean "${near}"?`,
  );
  return undefined;
}

/** Daemons below a bucket of this type are not marked out together: the map must have the type. */
export function checkSubtree(joining: PoolJoining, map: CrushMap): void {
  const limit = joining.parts.storage.crush.downOutSubtreeLimit;
  const types = [...map.types.values()];
  if (limit === undefined || limit === '' || types.includes(limit)) return;
  const near = didYouMean(limit, types);
  const remedy = near === undefined ? `types of the map: ${types.join(', ')}` : `did you mean "${near}"?`;
  joining.error('MT123', `the map has no type "${limit}"`, joining.parts.at(['crush', 'downOutSubtreeLimit']), remedy);
}

/** What keeps replicas apart: racks or anything larger, or hosts. */
export function domainOf(map: CrushMap, { steps }: CrushRule): PoolConfig['failureDomain'] {
  const hostType = [...map.types].find(([, name]) => name === 'host')?.[0] ?? 1;
  const types = steps.flatMap((step) => (step.op === 'choose' && step.type !== DEVICE_TYPE ? [step.type] : []));
  return types.length > 0 && Math.min(...types) > hostType ? 'rack' : 'host';
}
