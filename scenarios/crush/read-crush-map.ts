// A CRUSH map from a file: the text of `crushtool -d`, or the JSON of `ceph osd crush dump`. All problems at once, with their lines.

import { type Problem, sortProblems } from '../problem.ts';
import { crushMapFrom, type ReadCrushMap } from './crush-map-from.ts';
import { crushProblem } from './crush-problems.ts';
import { readCrushDump } from './read-crush-dump.ts';
import { readCrushText } from './read-crush-text.ts';

/** Undefined in place of a map with anything wrong in it. */
export function readCrushMap(file: string, text: string): ReadCrushMap {
  if (text.includes('\0')) return { map: undefined, problems: [compiled(file)] };
  const read = text.trimStart().startsWith('{') ? readCrushDump(file, text) : readCrushText(file, text);
  if (read.declared === undefined) return { map: undefined, problems: sortProblems(read.problems) };
  const made = crushMapFrom(file, read.declared);
  const problems = sortProblems([...read.problems, ...made.problems]);
  return read.problems.length > 0 ? { map: undefined, problems } : { ...made, problems };
}

/** Neither text nor JSON: what clusters exchange, and `ceph osd getcrushmap` prints. */
function compiled(file: string): Problem {
  const place = { file, line: 1, column: 1 };
  return crushProblem(
    'MT161',
    'this is no text, but perhaps a compiled map',
    place,
    `crushtool -d ${file} prints its text`,
  );
}
