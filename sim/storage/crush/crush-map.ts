// A CRUSH map: devices, the tree of buckets over them, and the rules by which replicas are found in it. Words are Ceph's: an item
// is a device (0 and up) or a bucket (below 0); weights are fixed-point numbers, 1.0 is 65,536.
//
// Divergence from reality: buckets are straw2 and hashed by rjenkins1, and failed tries descend from the top (both "local" retries
// 0), as in every cluster with the tunables bobtail or later whose buckets were converted. Anything else cannot be expressed here and
// is refused by name where maps are read (scenarios/crush/).

/** Weight 1.0 of an item, or an OSD that is wholly in. */
export const WHOLE_WEIGHT = 0x1_0000;

/** Fixed-point of a number as people write it, as crushtool computes it: in floats of 32 bits, cut, not rounded. */
export function fixedPoint(value: number): number {
  return Math.trunc(Math.fround(Math.fround(value) * WHOLE_WEIGHT));
}

/** Stands in a result where no OSD was found and the others keep their places, as in erasure coding; CRUSH_ITEM_NONE. */
export const NO_ITEM = 0x7fff_ffff;

/** The type of devices; types of buckets are above 0. */
export const DEVICE_TYPE = 0;

export interface CrushMap {
  readonly devices: ReadonlyMap<number, CrushDevice>;
  /** Names of the types by number, 0 included. */
  readonly types: ReadonlyMap<number, string>;
  /** By id, shadow trees included: a device class has a tree of its own, with its own ids. */
  readonly buckets: ReadonlyMap<number, CrushBucket>;
  readonly rules: ReadonlyMap<number, CrushRule>;
  readonly tunables: CrushTunables;
  /** Weights and ids that stand in for those of the buckets while choosing; by bucket. Empty in a map without. */
  readonly chooseArgs: ReadonlyMap<number, CrushChooseArg>;
}

export interface CrushDevice {
  readonly id: number;
  readonly name: string;
  readonly deviceClass?: string;
}

export interface CrushBucket {
  readonly id: number;
  readonly name: string;
  /** Above 0. */
  readonly type: number;
  readonly items: readonly CrushItem[];
}

export interface CrushItem {
  readonly id: number;
  /** Fixed-point. */
  readonly weight: number;
}

/** Made by Ceph's balancer (`crush-compat`) and in multi-site trees. */
export interface CrushChooseArg {
  /** One list of weights per position in the result, as long as the bucket's items; the last one holds for all further positions. */
  readonly weightSets: readonly (readonly number[])[];
  /** Hashed instead of the ids of the items. */
  readonly ids?: readonly number[];
}

export interface CrushRule {
  readonly id: number;
  readonly name: string;
  readonly steps: readonly CrushStep[];
}

export type CrushStep =
  | { readonly op: 'take'; readonly item: number }
  | {
      readonly op: 'choose';
      /** `indep` keeps every OSD at its place in the result when another one fails. */
      readonly mode: 'firstn' | 'indep';
      /** How many; 0 and less: the size of the pool and that many fewer. */
      readonly count: number;
      readonly type: number;
      /** Down to one device below each item chosen. */
      readonly leaf: boolean;
    }
  | { readonly op: 'emit' }
  | { readonly op: 'set'; readonly setting: CrushRuleSetting; readonly value: number };

/** What a rule may change for its later steps. */
export const CRUSH_RULE_SETTINGS = [
  'choose_tries',
  'chooseleaf_tries',
  'chooseleaf_vary_r',
  'chooseleaf_stable',
] as const;

export type CrushRuleSetting = (typeof CRUSH_RULE_SETTINGS)[number];

/** The behaviour of a map's Ceph release. */
export interface CrushTunables {
  /** Retries of one choice before it is given up. */
  readonly chooseTotalTries: number;
  /** Whether a failure below a chosen bucket sends the choice back to the top at once. */
  readonly chooseleafDescendOnce: boolean;
  /** 0: the choice below a bucket starts afresh for each; 1 and more: with the number of the try, halved that many times less one. */
  readonly chooseleafVaryR: number;
  /** Whether the device below a bucket is independent of the place in the result. */
  readonly chooseleafStable: boolean;
}
