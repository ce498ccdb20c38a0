// The text that `crushtool -d` prints, statement by statement. What cannot be understood is a problem, and reading goes on at the
// next line, so that all of them are found at once. Whether the statements make a map is asked later (crush-map-from.ts).
// Source: texts that crushtool 16.2.15 prints and takes.

import { didYouMean } from '../did-you-mean.ts';
import type { Problem } from '../problem.ts';
import { crushProblem } from './crush-problems.ts';
import { readBucket } from './crush-text-bucket.ts';
import { readChooseArgs } from './crush-text-choose-args.ts';
import { readRule } from './crush-text-rule.ts';
import { CrushWords, type Word } from './crush-words.ts';
import type { DeclaredDevice, DeclaredMap, DeclaredTunable, DeclaredType } from './declared-map.ts';

/** What a statement can begin with; one that begins with anything else is a bucket, and that its type. */
const STATEMENTS = ['tunable', 'device', 'type', 'rule', 'choose_args'] as const;

export interface ReadCrushText {
  /** Undefined where the text is no map at all. */
  readonly declared: DeclaredMap | undefined;
  readonly problems: readonly Problem[];
}

export function readCrushText(file: string, text: string): ReadCrushText {
  const words = new CrushWords(file, text);
  const declared: { -readonly [Part in keyof DeclaredMap]: DeclaredMap[Part][number][] } = {
    tunables: [],
    devices: [],
    types: [],
    buckets: [],
    rules: [],
    chooseArgs: [],
  };
  for (let word = words.next(); word !== undefined; word = words.next()) {
    const before = words.problems.length;
    switch (word.text) {
      case 'tunable':
        keep(declared.tunables, readTunable(words));
        break;
      case 'device':
        keep(declared.devices, readDevice(words));
        break;
      case 'type':
        keep(declared.types, readType(words));
        break;
      case 'rule':
        keep(declared.rules, readRule(words, word));
        break;
      case 'choose_args':
        keep(declared.chooseArgs, readChooseArgs(words, word));
        break;
      default:
        if (words.peek(1)?.text === '{') keep(declared.buckets, readBucket(words, word));
        else noStatement(words, word);
    }
    if (words.problems.length > before) words.skipLine();
  }
  const found = Object.values(declared).some((list) => list.length > 0);
  return found ? { declared, problems: words.problems } : { declared: undefined, problems: [noMap(file)] };
}

/** Of a text in which nothing was understood, every line would be a problem. */
function noMap(file: string): Problem {
  const place = { file, line: 1, column: 1 };
  return crushProblem(
    'MT161',
    'this is no CRUSH map',
    place,
    'give what "crushtool -d" or "ceph osd crush dump" prints',
  );
}

function keep<T>(list: T[], one: T | undefined): void {
  if (one !== undefined) list.push(one);
}

function noStatement(words: CrushWords, word: Word): void {
  const near = didYouMean(word.text, STATEMENTS);
  const remedy = near === undefined ? `begin with one of: ${STATEMENTS.join(', ')}` : `did you mean "${near}"?`;
  words.problem(word, `"${word.text}" begins neither a statement nor a bucket`, remedy);
}

function readTunable(words: CrushWords): DeclaredTunable | undefined {
  const name = words.name('the name of a tunable');
  const value = name === undefined ? undefined : words.integer('a whole number');
  return name === undefined || value === undefined ? undefined : { name: name.text, value, place: words.place(name) };
}

function readDevice(words: CrushWords): DeclaredDevice | undefined {
  const numbered = readType(words);
  if (numbered === undefined || !words.takes('class')) return numbered;
  const deviceClass = words.name('a device class');
  return deviceClass === undefined ? undefined : { ...numbered, deviceClass: deviceClass.text };
}

function readType(words: CrushWords): DeclaredType | undefined {
  const id = words.integer('a number');
  const name = id === undefined ? undefined : words.name('a name');
  return id === undefined || name === undefined ? undefined : { id, name: name.text, place: words.place(name) };
}
