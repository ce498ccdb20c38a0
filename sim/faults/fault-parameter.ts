// What a fault can be told beside when, whom and how long: its own parameters, as data. The scenario language, the messages
// about wrong values and the page about faults are made of them.

import type { Distribution } from '../kernel/distributions.ts';

interface Told {
  /** Its name in a scenario; the key in the table has the unit. */
  readonly field: string;
  /** One clause, without a full stop. */
  readonly says: string;
  /** `Source: ...` or `Assumption: ...` of the default. */
  readonly source: string;
}

export type FaultParameter = Told &
  (
    | {
        /** Milliseconds. */
        readonly kind: 'duration';
        readonly least: number;
        readonly most: number;
        readonly default: number;
      }
    | {
        /** Milliseconds, drawn anew at each strike. */
        readonly kind: 'durationSpread';
        readonly default: Distribution;
      }
    | {
        /** `share`: from 0 to 1. `count`: a whole number. `factor`, `perSecond`, `bytesPerSecond`: any number. */
        readonly kind: 'share' | 'count' | 'factor' | 'perSecond' | 'bytesPerSecond';
        readonly least: number;
        readonly most: number;
        readonly default: number;
      }
    | { readonly kind: 'choice'; readonly of: readonly string[]; readonly default: string }
    | { readonly kind: 'yesNo'; readonly default: boolean }
  );

export type FaultParameters = Readonly<Record<string, FaultParameter>>;

export type FaultValue = number | string | boolean | Distribution;

type ValueOf<P extends FaultParameter> = P extends { readonly kind: 'choice'; readonly of: readonly (infer Word)[] }
  ? Word
  : P extends { readonly kind: 'durationSpread' }
    ? Distribution
    : P extends { readonly kind: 'yesNo' }
      ? boolean
      : number;

/** What a fault is told: a value for each of its parameters, under the same key. */
export type ValuesOf<P extends FaultParameters> = { readonly [Key in keyof P]: ValueOf<P[Key]> };

/** The values given, with the defaults of those that are not. */
export function withDefaults(
  parameters: FaultParameters,
  given: Readonly<Record<string, FaultValue>> = {},
): Readonly<Record<string, FaultValue>> {
  return Object.fromEntries(
    Object.entries(parameters).map(([key, parameter]) => [key, given[key] ?? parameter.default]),
  );
}
