// `choose_args 18446744073709551615 { { bucket_id -1 weight_set [ [ 1.0 ] ] } }`: weights and ids in place of those of the buckets.

import type { CrushWords, Word } from './crush-words.ts';
import { DEFAULT_CHOOSE_ARGS, type DeclaredChooseArg, type DeclaredChooseArgs } from './declared-map.ts';

/** How texts write -1: as an unsigned number of 64 bits, here as a double has it. */
const UNSIGNED_DEFAULT = 2 ** 64;

/** Reads on behind the word "choose_args". */
export function readChooseArgs(words: CrushWords, at: Word): DeclaredChooseArgs | undefined {
  const index = words.integer('the number of a pool');
  if (index === undefined || !words.demands('{')) return undefined;
  const args: DeclaredChooseArg[] = [];
  while (words.peek()?.text === '{') {
    const arg = readChooseArg(words);
    if (arg !== undefined) args.push(arg);
  }
  words.demands('}');
  return { index: index === UNSIGNED_DEFAULT ? DEFAULT_CHOOSE_ARGS : index, args, place: words.place(at) };
}

function readChooseArg(words: CrushWords): DeclaredChooseArg | undefined {
  const at = words.next();
  const found: { bucket?: number | undefined; ids?: readonly number[] | undefined } = {};
  let weightSets: readonly (readonly number[])[] | undefined = [];
  words.block({
    bucket_id: () => {
      found.bucket = words.integer('the id of a bucket');
      return found.bucket !== undefined;
    },
    weight_set: () => {
      weightSets = words.list(() => words.list(() => words.weight()));
      return weightSets !== undefined;
    },
    ids: () => {
      found.ids = words.list(() => words.integer('an id'));
      return found.ids !== undefined;
    },
  });
  const { bucket, ids } = found;
  if (bucket === undefined) words.problem(at, 'these choose_args have no bucket_id');
  if (bucket === undefined || weightSets === undefined) return undefined;
  return { bucket, weightSets, ids, place: words.place(at) };
}
