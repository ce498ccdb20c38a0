// A CRUSH map as it was written down, every part with its place: what both readers, of text and of JSON, hand to
// `crushMapFrom`, which finds out whether it makes a map.

import type { Place } from '../problem.ts';

/** Index of the choose_args that hold for every pool without its own. */
export const DEFAULT_CHOOSE_ARGS = -1;

/** An item, a type or a bucket: by name in texts, by number in JSON. */
export type Reference = string | number;

export interface DeclaredMap {
  readonly tunables: readonly DeclaredTunable[];
  readonly devices: readonly DeclaredDevice[];
  readonly types: readonly DeclaredType[];
  readonly buckets: readonly DeclaredBucket[];
  readonly rules: readonly DeclaredRule[];
  readonly chooseArgs: readonly DeclaredChooseArgs[];
}

export interface DeclaredTunable {
  readonly name: string;
  readonly value: number;
  readonly place: Place;
}

export interface DeclaredDevice {
  readonly id: number;
  readonly name: string;
  readonly deviceClass?: string;
  readonly place: Place;
}

export interface DeclaredType {
  readonly id: number;
  readonly name: string;
  readonly place: Place;
}

export interface DeclaredBucket {
  readonly id: number;
  readonly name: string;
  readonly type: Reference;
  /** Texts give the ids of the shadows of a bucket; JSON has them as buckets. */
  readonly shadows: readonly DeclaredShadow[];
  readonly algorithm: string;
  readonly hash: string;
  readonly items: readonly DeclaredItem[];
  readonly place: Place;
}

export interface DeclaredShadow {
  readonly deviceClass: string;
  readonly id: number;
  readonly place: Place;
}

export interface DeclaredItem {
  readonly item: Reference;
  /** Fixed-point; undefined in texts that leave it out: 1 of a device, of a bucket what its items weigh. */
  readonly weight: number | undefined;
  readonly place: Place;
}

export interface DeclaredRule {
  readonly id: number;
  readonly name: string;
  readonly steps: readonly DeclaredStep[];
  readonly place: Place;
}

/** `op` as JSON has it: `take`, `chooseleaf_firstn`, `set_choose_tries`. */
export interface DeclaredStep {
  readonly op: string;
  readonly item?: Reference;
  readonly deviceClass?: string;
  /** Of a choose step, or the value of a setting. */
  readonly count?: number;
  readonly type?: Reference;
  readonly place: Place;
}

export interface DeclaredChooseArgs {
  /** A pool, or DEFAULT_CHOOSE_ARGS. */
  readonly index: number;
  readonly args: readonly DeclaredChooseArg[];
  readonly place: Place;
}

export interface DeclaredChooseArg {
  readonly bucket: number;
  /** Fixed-point. */
  readonly weightSets: readonly (readonly number[])[];
  readonly ids: readonly number[] | undefined;
  readonly place: Place;
}
