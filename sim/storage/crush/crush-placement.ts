// Where a placement group lies: a rule of a CRUSH map, run for one input. The same OSDs in the same order as Ceph computes,
// mapping by mapping (test/sim/storage/crush/golden, from Debian's crushtool).

import { assert } from '../../../core/assert.ts';
import { type BucketTable, bucketTable } from './bucket-table.ts';
import { type Choice, chooseFirstn } from './choose-firstn.ts';
import { chooseIndep } from './choose-indep.ts';
import type { CrushMap, CrushRule, CrushRuleSetting, CrushStep, CrushTunables } from './crush-map.ts';
import type { PlacementInput } from './descent.ts';

type ChooseStep = Extract<CrushStep, { readonly op: 'choose' }>;
type Settings = Record<CrushRuleSetting, number>;

/** Computes placements in one map. The map is read once; reweights, which change all the time, come with every question. */
export class CrushPlacement {
  private readonly map: CrushMap;
  private readonly buckets: BucketTable;

  constructor(map: CrushMap) {
    this.map = map;
    this.buckets = bucketTable(map);
  }

  /**
   * The OSDs of input `x` for a pool of `size`, the primary first; NO_ITEM at a place of an `indep` rule for which none was found. Fewer
   * than `size` where a `firstn` rule found no more.
   * @param reweights fixed-point by OSD id, 0 is out; an OSD beyond the end is out.
   */
  osdsOf(x: number, { rule, size, reweights }: PlacementRequest): readonly number[] {
    const chosen = this.map.rules.get(rule);
    assert(chosen !== undefined, 'the map has the rule');
    return runRule(chosen, size, this.map.tunables, { buckets: this.buckets, x, reweights });
  }
}

export interface PlacementRequest {
  /** Id of the rule. */
  readonly rule: number;
  /** Replicas, or parts of the erasure code. */
  readonly size: number;
  readonly reweights: ArrayLike<number>;
}

function runRule(rule: CrushRule, size: number, tunables: CrushTunables, input: PlacementInput): readonly number[] {
  const settings = settingsOf(tunables);
  const result: number[] = [];
  let working: readonly number[] = [];
  for (const step of rule.steps) {
    switch (step.op) {
      case 'take':
        working = [step.item];
        break;
      case 'set':
        // Ceph takes 0 for "unchanged" where tries are meant.
        if (step.value > 0 || !step.setting.endsWith('_tries')) settings[step.setting] = step.value;
        break;
      case 'choose':
        working = chosenBelow(working, step, { size, settings, tunables, input });
        break;
      case 'emit':
        result.push(...working.slice(0, size - result.length));
        working = [];
    }
  }
  return result;
}

function settingsOf(tunables: CrushTunables): Settings {
  return {
    // The tunable counts retries, the setting of a rule tries.
    choose_tries: tunables.chooseTotalTries + 1,
    chooseleaf_tries: 0,
    chooseleaf_vary_r: tunables.chooseleafVaryR,
    chooseleaf_stable: tunables.chooseleafStable ? 1 : 0,
  };
}

/** One step for every item that the step before left; what is no bucket has nothing below it. */
function chosenBelow(
  items: readonly number[],
  step: ChooseStep,
  run: {
    readonly size: number;
    readonly settings: Settings;
    readonly tunables: CrushTunables;
    readonly input: PlacementInput;
  },
): readonly number[] {
  const { size, settings, tunables, input } = run;
  const count = step.count > 0 ? step.count : step.count + size;
  const chosen: number[] = [];
  if (count <= 0) return chosen;
  const choice: Choice = {
    count,
    type: step.type,
    leaf: step.leaf,
    tries: settings.choose_tries,
    leafTries: settings.chooseleaf_tries || defaultLeafTries(step, settings, tunables),
    varyR: settings.chooseleaf_vary_r,
    stable: settings.chooseleaf_stable !== 0,
  };
  for (const item of items) {
    if (item >= 0) continue;
    const room = size - chosen.length;
    chosen.push(
      ...(step.mode === 'firstn'
        ? chooseFirstn(input, item, choice, { most: room })
        : chooseIndep(input, item, choice, { places: Math.min(count, room) })),
    );
  }
  return chosen;
}

function defaultLeafTries({ mode }: ChooseStep, settings: Settings, tunables: CrushTunables): number {
  return mode === 'indep' || tunables.chooseleafDescendOnce ? 1 : settings.choose_tries;
}
