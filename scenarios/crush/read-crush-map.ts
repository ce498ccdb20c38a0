// A CRUSH map from a file: the text of `crushtool -d`, or the JSON of `ceph osd crush dump`. All problems at once, with their lines.

import { sortProblems } from '../problem.ts';
import { crushMapFrom, type ReadCrushMap } from './crush-map-from.ts';
import { readCrushDump } from './read-crush-dump.ts';
import { readCrushText } from './read-crush-text.ts';

/** Undefined in place of a map with anything wrong in it. */
export function readCrushMap(file: string, text: string): ReadCrushMap {
  const read = text.trimStart().startsWith('{') ? readCrushDump(file, text) : readCrushText(file, text);
  if (read.declared === undefined) return { map: undefined, problems: sortProblems(read.problems) };
  const made = crushMapFrom(file, read.declared);
  const problems = sortProblems([...read.problems, ...made.problems]);
  return read.problems.length > 0 ? { map: undefined, problems } : { ...made, problems };
}
