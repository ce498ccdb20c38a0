// A vitest reporter that ends the output with lines that scripts can read: `Conformance: N of N cases pass` where cases ran,
// `Crash points: N of N hold` where something struck, and last `N passed, N failed, N skipped`.

import type { Reporter, TestModule } from 'vitest/node';
import { CASE_IDS, caseIdOf } from '../conformance/case-ids.ts';
import type { StruckCount } from './crash/struck-tests.ts';

export class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const counts = { passed: 0, failed: 0, skipped: 0 };
    const skipped: string[] = [];
    /** Cases that ran, by whether every row of theirs passed. */
    const cases = new Map<string, boolean>();
    const points: StruckCount[] = [];
    for (const module of modules) {
      if (module.errors().length > 0) counts.failed++;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === 'passed') counts.passed++;
        else if (state === 'failed') counts.failed++;
        else {
          counts.skipped++;
          skipped.push(test.fullName);
        }
        const id = caseIdOf(test.name);
        if (id !== undefined) cases.set(id, cases.get(id) !== false && state === 'passed');
        const { crashPoints } = test.meta();
        if (crashPoints !== undefined) points.push(crashPoints);
      }
    }
    for (const name of skipped) process.stdout.write(`skipped: ${name}\n`);
    if (cases.size > 0) process.stdout.write(`${conformanceLine(cases)}\n`);
    if (points.length > 0) process.stdout.write(`${crashPointsLine(points)}\n`);
    process.stdout.write(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped\n`);
  }
}

/** `Conformance: 193 of 193 cases pass`, and which do not or did not run. */
export function conformanceLine(cases: ReadonlyMap<string, boolean>): string {
  const passing = CASE_IDS.filter((id) => cases.get(id) === true);
  const failing = CASE_IDS.filter((id) => cases.get(id) === false);
  const missing = CASE_IDS.length - passing.length - failing.length;
  return [
    `Conformance: ${passing.length} of ${CASE_IDS.length} cases pass`,
    ...(failing.length === 0 ? [] : [`failing: ${failing.join(' ')}`]),
    ...(missing === 0 ? [] : [`${missing} not run`]),
  ].join(', ');
}

/** `Crash points: 812 of 812 hold`, over all flows that ran. */
export function crashPointsLine(counts: readonly StruckCount[]): string {
  const sum = (number: (count: StruckCount) => number): number =>
    counts.reduce((total, count) => total + number(count), 0);
  return `Crash points: ${sum(({ hold }) => hold)} of ${sum(({ struck }) => struck)} hold`;
}
