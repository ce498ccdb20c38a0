// The JSON that `ceph osd crush dump` and `crushtool --dump` print: weights in full precision, shadow trees as buckets.
// Source: JSON that crushtool 16.2.15 prints. Fields that have no say in where data lies are not asked for.
//
// Divergence from reality: choose_args are printed with six significant digits, so that weights above about 15 lose their last bits.

import * as z from 'zod/mini';
import { type PositionedDocument, readPositioned } from '../positioned-yaml.ts';
import type { Place, Problem } from '../problem.ts';
import { checkDocument } from '../schema-problems.ts';
import type { DeclaredChooseArgs, DeclaredMap, DeclaredRule, DeclaredStep } from './declared-map.ts';

const chooseArg = z.object({
  bucket_id: z.int(),
  weight_set: z.optional(z.array(z.array(z.number().check(z.minimum(0))))),
  ids: z.optional(z.array(z.int())),
});

const step = z.union([
  z.object({
    op: z.string(),
    item: z.optional(z.int()),
    num: z.optional(z.int()),
    type: z.optional(z.string()),
  }),
  z.object({ opcode: z.int(), arg1: z.int() }),
]);

/** Steps that Ceph prints by number. Source: JSON that crushtool 16.2.15 prints of a rule with each of them. */
const OPS: ReadonlyMap<number, string> = new Map([
  [10, 'set_choose_local_tries'],
  [11, 'set_choose_local_fallback_tries'],
  [12, 'set_chooseleaf_vary_r'],
  [13, 'set_chooseleaf_stable'],
]);

const dump = z.object({
  devices: z.array(z.object({ id: z.int(), name: z.string(), class: z.optional(z.string()) })),
  types: z.array(z.object({ type_id: z.int(), name: z.string() })),
  buckets: z.array(
    z.object({
      id: z.int(),
      name: z.string(),
      type_id: z.int(),
      alg: z.string(),
      hash: z.string(),
      items: z.array(z.object({ id: z.int(), weight: z.int().check(z.minimum(0)) })),
    }),
  ),
  rules: z.array(z.object({ rule_id: z.int(), rule_name: z.string(), steps: z.array(step) })),
  tunables: z.object({
    choose_local_tries: z.int(),
    choose_local_fallback_tries: z.int(),
    choose_total_tries: z.int(),
    chooseleaf_descend_once: z.int(),
    chooseleaf_vary_r: z.int(),
    chooseleaf_stable: z.int(),
  }),
  choose_args: z.optional(z.record(z.string(), z.array(chooseArg))),
});

type Dump = z.output<typeof dump>;

export type ReadCrushDump =
  | { readonly declared: DeclaredMap; readonly problems: readonly Problem[] }
  | { readonly declared: undefined; readonly problems: readonly Problem[] };

export function readCrushDump(file: string, text: string): ReadCrushDump {
  const { documents, problems } = readPositioned(file, text);
  const [document] = documents;
  if (document === undefined) return { declared: undefined, problems };
  const checked = checkDocument(dump, document);
  if (!checked.ok) return { declared: undefined, problems: [...problems, ...checked.problems] };
  return { declared: declaredFrom(checked.value, document), problems };
}

function declaredFrom(value: Dump, document: PositionedDocument): DeclaredMap {
  return {
    tunables: Object.entries(value.tunables).map(([name, each]) => ({
      name,
      value: each,
      place: document.placeOf(['tunables', name]),
    })),
    devices: value.devices.map(({ id, name, class: deviceClass }, index) => ({
      id,
      name,
      ...(deviceClass === undefined ? {} : { deviceClass }),
      place: document.placeOf(['devices', index, 'name']),
    })),
    types: value.types.map(({ type_id: id, name }, index) => ({
      id,
      name,
      place: document.placeOf(['types', index, 'name']),
    })),
    buckets: value.buckets.map(({ id, name, type_id: type, alg: algorithm, hash, items }, index) => ({
      id,
      name,
      type,
      shadows: [],
      algorithm,
      hash,
      items: items.map(({ id: item, weight }, at) => ({
        item,
        weight,
        place: document.placeOf(['buckets', index, 'items', at, 'id']),
      })),
      place: document.placeOf(['buckets', index, 'name']),
    })),
    rules: value.rules.map((rule, index) => ruleFrom(rule, index, document)),
    chooseArgs: Object.entries(value.choose_args ?? {}).map(([index, args]) => chooseArgsFrom(index, args, document)),
  };
}

function ruleFrom(
  { rule_id: id, rule_name: name, steps }: Dump['rules'][number],
  index: number,
  document: PositionedDocument,
): DeclaredRule {
  return {
    id,
    name,
    steps: steps.map((each, at) => stepFrom(each, document.placeOf(['rules', index, 'steps', at, 'op']))),
    place: document.placeOf(['rules', index, 'rule_name']),
  };
}

function stepFrom(given: z.output<typeof step>, place: Place): DeclaredStep {
  if ('opcode' in given) return { op: OPS.get(given.opcode) ?? `number ${given.opcode}`, count: given.arg1, place };
  const { op, item, num: count, type } = given;
  return {
    op,
    ...(item === undefined ? {} : { item }),
    ...(count === undefined ? {} : { count }),
    ...(type === undefined ? {} : { type }),
    place,
  };
}

function chooseArgsFrom(
  index: string,
  args: readonly z.output<typeof chooseArg>[],
  document: PositionedDocument,
): DeclaredChooseArgs {
  return {
    index: Number(index),
    args: args.map(({ bucket_id: bucket, weight_set: sets = [], ids }, at) => ({
      bucket,
      weightSets: sets.map((set) => set.map((weight) => Math.round(weight * 0x1_0000))),
      ids,
      place: document.placeOf(['choose_args', index, at, 'bucket_id']),
    })),
    place: document.placeOfKey(['choose_args', index]),
  };
}
