// CRUSH maps for measurements: buckets made from below, with the ids and weights that Ceph's tools would give them.

import {
  type CrushBucket,
  type CrushItem,
  type CrushMap,
  type CrushStep,
  WHOLE_WEIGHT,
} from '../../sim/storage/crush/crush-map.ts';
import { JEWEL_TUNABLES } from '../../sim/storage/crush/made-map.ts';

type Choice = Extract<CrushStep, { op: 'choose' }>;

export class CrushTree {
  private readonly buckets = new Map<number, CrushBucket>();

  /** As an item of the bucket above it. */
  bucket(type: number, items: readonly CrushItem[]): CrushItem {
    const id = -1 - this.buckets.size;
    this.buckets.set(id, { id, name: `bucket${id}`, type, items });
    return { id, weight: items.reduce((sum, { weight }) => sum + weight, 0) };
  }

  /** With a rule for each choice, from 0 on, which takes this bucket, makes the choice and emits. */
  map({ id: item }: CrushItem, choices: readonly Omit<Choice, 'op' | 'count'>[]): CrushMap {
    const rules = choices.map((choice, id) => {
      const steps: readonly CrushStep[] = [{ op: 'take', item }, { op: 'choose', count: 0, ...choice }, { op: 'emit' }];
      return [id, { id, name: `rule${id}`, steps }] as const;
    });
    return {
      devices: new Map(),
      types: new Map(),
      buckets: this.buckets,
      rules: new Map(rules),
      tunables: JEWEL_TUNABLES,
      chooseArgs: new Map(),
    };
  }
}

/** An OSD of weight 1. */
export function osd(id: number): CrushItem {
  return { id, weight: WHOLE_WEIGHT };
}

export function each(count: number, item: (index: number) => CrushItem): readonly CrushItem[] {
  return Array.from({ length: count }, (_, index) => item(index));
}
