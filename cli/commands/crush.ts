// crush test: where a CRUSH map places things, as `crushtool --test` prints it.

import { jsonText } from '../../reports/json.ts';
import { readCrushMap } from '../../scenarios/crush/read-crush-map.ts';
import { unreadable } from '../../scenarios/problem.ts';
import { type CrushMap, fixedPoint, WHOLE_WEIGHT } from '../../sim/storage/crush/crush-map.ts';
import { CrushPlacement, type PlacementRequest } from '../../sim/storage/crush/crush-placement.ts';
import { studyFiles } from '../../twin/study-files.ts';
import { Arguments } from '../arguments.ts';
import type { Command, CommandRequest } from '../command-request.ts';
import { crushTestLines, type InputRange, inputOf } from '../crush-test.ts';
import { EXIT } from '../exit-codes.ts';
import { inFormat, outputOf } from '../output.ts';
import { BadInput, placeOnLine } from '../usage-problem.ts';

/** Source: crushtool 16.2.15, which asks for x from 0 to 1023 where it is not told. */
const DEFAULT_MAX_X = 1_023;

/** Inputs are numbers of 32 bits; those with a sign are left to Ceph. */
const MOST_X = 2 ** 31 - 1;

/** Assumption: far above every pool, and few enough that an answer does not take for ever. */
const MOST_REPLICAS = 1_000;

/** So many answers are printed in one go. */
const INPUTS_AT_ONCE = 4_096;

export const crushCommand: Command = async (request) => {
  const { flags } = request;
  const args = new Arguments(request);
  checkVerb(request, args);
  const range = rangeOf(request, args);
  const size = args.count('--num-rep', flags.numRep, MOST_REPLICAS) ?? 1;
  const weights = weightsOf(request, args);
  demand('--map', flags.map, 'FILE', args);
  demand('--rule', flags.rule, 'RULE', args);
  demand('--num-rep', flags.numRep, 'N', args);
  args.finish();
  const map = loadedMap(flags.map ?? '', request);
  const rule = ruleOf(map, flags.rule ?? '', args);
  const reweights = reweightsOf(map, weights, args);
  args.finish();
  print(new CrushPlacement(map), { rule, size, reweights }, range, request);
  return EXIT.ok;
};

function checkVerb({ operands }: CommandRequest, args: Arguments): void {
  const [verb, ...others] = operands;
  if (verb === undefined) args.problem('MT003', 'crush what?', { remedy: 'write "crush test"' });
  else if (verb !== 'test') args.choice('crush', verb, ['test']);
  for (const word of others) args.problem('MT002', `crush test takes no operand, and "${word}" is one`, { word });
}

function demand(flag: string, value: string | undefined, what: string, args: Arguments): void {
  if (value === undefined) args.problem('MT003', `no ${flag}`, { remedy: `add ${flag} ${what}` });
}

function rangeOf({ flags }: CommandRequest, args: Arguments): InputRange {
  const min = args.count('--min-x', flags.minX, MOST_X, 0) ?? 0;
  const max = args.count('--max-x', flags.maxX, MOST_X, 0) ?? Math.max(min, DEFAULT_MAX_X);
  if (max < min) {
    args.problem('MT002', `--max-x is ${max} and --min-x is ${min}: there is nothing between`, { word: String(max) });
  }
  const pool = args.count('--pool-id', flags.poolId, MOST_X, 0);
  return { min, max, pool };
}

interface GivenWeight {
  readonly osd: string;
  /** Fixed-point. */
  readonly weight: number;
}

function weightsOf({ flags }: CommandRequest, args: Arguments): readonly GivenWeight[] {
  const words = flags.weight ?? [];
  const given: GivenWeight[] = [];
  for (let index = 0; index < words.length; index += 2) {
    const [osd = '', weight] = words.slice(index, index + 2);
    if (weight === undefined) {
      args.problem('MT003', `no weight for OSD "${osd}"`, { remedy: `write --weight ${osd} 0 for out` });
    } else if (!/^(\d+\.?\d*|\.\d+)$/.test(weight) || Number(weight) > 1) {
      args.problem('MT002', `--weight accepts a number from 0 to 1, not "${weight}"`, { word: weight });
    } else given.push({ osd, weight: fixedPoint(Number(weight)) });
  }
  return given;
}

/** Ends the command with every problem of the file. */
function loadedMap(file: string, { argv }: CommandRequest): CrushMap {
  const read = studyFiles.readText(file);
  if (read.kind === 'unreadable') throw new BadInput([unreadable(file, read, placeOnLine(argv, file))]);
  const { map, problems } = readCrushMap(file, read.text);
  if (map === undefined) throw new BadInput(problems);
  return map;
}

/** By id or name; 0 for one that the map does not have, which is a problem of the line. */
function ruleOf({ rules }: CrushMap, wanted: string, args: Arguments): number {
  for (const { id, name } of rules.values()) if (String(id) === wanted || name === wanted) return id;
  args.unknownName(
    'rule',
    wanted,
    [...rules.values()].map(({ id, name }) => name || String(id)),
  );
  return 0;
}

function reweightsOf({ devices }: CrushMap, weights: readonly GivenWeight[], args: Arguments): Float64Array {
  const reweights = new Float64Array(Math.max(0, ...devices.keys()) + 1).fill(WHOLE_WEIGHT);
  for (const { osd, weight } of weights) {
    const device = [...devices.values()].find(({ id, name }) => String(id) === osd || name === osd);
    if (device !== undefined) reweights[device.id] = weight;
    else
      args.unknownName(
        'OSD',
        osd,
        [...devices.values()].map(({ name }) => name),
      );
  }
  return reweights;
}

function print(placement: CrushPlacement, asked: PlacementRequest, range: InputRange, request: CommandRequest): void {
  const { console, flags } = request;
  const { format } = outputOf(flags, console, { for: 'out' });
  if (format === 'json') {
    const inputs = Array.from({ length: range.max - range.min + 1 }, (_, index) => range.min + index);
    const mappings = inputs.map((x) => ({ x, osds: placement.osdsOf(inputOf(x, range.pool), asked) }));
    console.out(jsonText({ rule: asked.rule, size: asked.size, mappings }));
    return;
  }
  if (format === 'markdown') {
    console.out(inFormat(`${[...crushTestLines(placement, asked, range)].join('\n')}\n`, format));
    return;
  }
  // In pieces: a range may have more lines than a text can hold.
  for (let { min } = range; min <= range.max; min += INPUTS_AT_ONCE) {
    const max = Math.min(range.max, min + INPUTS_AT_ONCE - 1);
    console.out(`${[...crushTestLines(placement, asked, { ...range, min, max })].join('\n')}\n`);
  }
}
