// A CRUSH map as plain data, for configs: they are printed, compared and sent to workers as JSON. Only what one rule can reach.

import { assert } from '../../../core/assert.ts';
import type { CrushBucket, CrushChooseArg, CrushMap, CrushRule, CrushTunables } from './crush-map.ts';

export interface PlainCrushMap {
  /** Names of the types by number, from devices up. */
  readonly types: readonly { readonly id: number; readonly name: string }[];
  readonly buckets: readonly CrushBucket[];
  readonly rules: readonly CrushRule[];
  readonly tunables: CrushTunables;
  readonly chooseArgs: readonly (CrushChooseArg & { readonly bucket: number })[];
}

/** The part of a map that one of its rules can place in. */
export function plainCrushMap(map: CrushMap, ruleId: number): PlainCrushMap {
  const rule = map.rules.get(ruleId);
  assert(rule !== undefined, 'the map has the rule');
  const buckets = [...bucketsBelow(map, rule)].sort((a, b) => b.id - a.id);
  return {
    types: [...map.types].map(([id, name]) => ({ id, name })).sort((a, b) => a.id - b.id),
    buckets,
    rules: [rule],
    tunables: map.tunables,
    chooseArgs: buckets.flatMap(({ id }) => {
      const args = map.chooseArgs.get(id);
      return args === undefined ? [] : [{ bucket: id, ...args }];
    }),
  };
}

function bucketsBelow(map: CrushMap, { steps }: CrushRule): ReadonlySet<CrushBucket> {
  const found = new Set<CrushBucket>();
  const open = steps.flatMap((step) => (step.op === 'take' ? [step.item] : []));
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const bucket = map.buckets.get(next);
    if (bucket === undefined || found.has(bucket)) continue;
    found.add(bucket);
    for (const { id } of bucket.items) if (id < 0) open.push(id);
  }
  return found;
}

/** The same map as placements read it. */
export function crushMapOf({ types, buckets, rules, tunables, chooseArgs }: PlainCrushMap): CrushMap {
  return {
    devices: new Map(),
    types: new Map(types.map(({ id, name }) => [id, name])),
    buckets: new Map(buckets.map((bucket) => [bucket.id, bucket])),
    rules: new Map(rules.map((rule) => [rule.id, rule])),
    tunables,
    chooseArgs: new Map(chooseArgs.map(({ bucket, ...args }) => [bucket, args])),
  };
}
