// Device classes: for every class a tree of its own that shadows the buckets and holds the devices of that class alone. A rule that
// takes "default class ssd" takes the shadow of "default". The ids of shadows are hashed like all others, so they belong to the map.

import type { CrushBucket, CrushDevice, CrushItem } from './crush-map.ts';

/** Which bucket shadows which for a class, by id of the shadowed one and class. */
export type ShadowIds = ReadonlyMap<number, ReadonlyMap<string, number>>;

/** A bucket that has a shadow, and below it one that has none for the class. */
export interface MissingShadow {
  readonly bucket: CrushBucket;
  readonly deviceClass: string;
}

export interface ShadowTrees {
  readonly buckets: readonly CrushBucket[];
  readonly missing: readonly MissingShadow[];
}

/** All shadows of a map without loops. A shadow weighs what the devices of its class below it weigh, and is there when that is nothing. */
export function shadowTrees(
  buckets: ReadonlyMap<number, CrushBucket>,
  devices: ReadonlyMap<number, CrushDevice>,
  shadowIds: ShadowIds,
): ShadowTrees {
  const made = new Map<number, CrushBucket>();
  const missing: MissingShadow[] = [];
  const shadowOf = (bucket: CrushBucket, deviceClass: string): CrushBucket | undefined => {
    const id = shadowIds.get(bucket.id)?.get(deviceClass);
    if (id === undefined) {
      missing.push({ bucket, deviceClass });
      return undefined;
    }
    const before = made.get(id);
    if (before !== undefined) return before;
    const items = bucket.items.flatMap((item): readonly CrushItem[] => {
      if (item.id >= 0) return devices.get(item.id)?.deviceClass === deviceClass ? [item] : [];
      const child = buckets.get(item.id);
      const shadow = child === undefined ? undefined : shadowOf(child, deviceClass);
      return shadow === undefined ? [] : [{ id: shadow.id, weight: weightOf(shadow) }];
    });
    const shadow: CrushBucket = { id, name: `${bucket.name}~${deviceClass}`, type: bucket.type, items };
    made.set(id, shadow);
    return shadow;
  };
  for (const [id, classes] of shadowIds) {
    const bucket = buckets.get(id);
    if (bucket !== undefined) for (const deviceClass of classes.keys()) shadowOf(bucket, deviceClass);
  }
  return { buckets: [...made.values()], missing };
}

function weightOf({ items }: CrushBucket): number {
  return items.reduce((sum, { weight }) => sum + weight, 0);
}
