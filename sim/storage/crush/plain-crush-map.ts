// A CRUSH map as plain data, for configs: they are printed, compared and sent to workers as JSON. With one rule.

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

/** All of a map but its other rules and the names of its devices. */
export function plainCrushMap(map: CrushMap, ruleId: number): PlainCrushMap {
  const rule = map.rules.get(ruleId);
  assert(rule !== undefined, 'the map has the rule');
  return {
    types: [...map.types].map(([id, name]) => ({ id, name })).sort((a, b) => a.id - b.id),
    buckets: [...map.buckets.values()].sort((a, b) => b.id - a.id),
    rules: [rule],
    tunables: map.tunables,
    chooseArgs: [...map.chooseArgs].map(([bucket, args]) => ({ bucket, ...args })),
  };
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
