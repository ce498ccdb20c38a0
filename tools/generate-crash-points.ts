// Writes docs/generated/crash-points.md: which flows are struck in which ways, and at how many points. Only the undisturbed runs
// are played, for they pass the points. Run by `npm run gen`; a test compares.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CATALOGUE, type StruckFlow } from '../test/kit/crash/catalogue.ts';
import { type Ending, ending, type Flow } from '../test/kit/crash/crash-points.ts';
import { COMMON_FAMILIES, FAMILIES, type Family, familiesOf, strikesOf } from '../test/kit/crash/families.ts';

const TARGET = join(fileURLToPath(new URL('..', import.meta.url)), 'docs/generated/crash-points.md');

interface Played {
  readonly test: string;
  readonly isLong: boolean;
  readonly flow: Flow;
  readonly base: Ending;
}

/** The whole page. */
export function crashPointsPage(): string {
  const flows: readonly (readonly [string, StruckFlow])[] = Object.entries(CATALOGUE);
  const played = flows.map(([test, { flow: flowOf, long: isLong = false }]): Played => {
    const flow = flowOf();
    return { test, isLong, flow, base: ending(flow) };
  });
  const total = (wanted: boolean): number =>
    played.filter(({ isLong }) => isLong === wanted).reduce((all, each) => all + pointsOf(each), 0);
  return `# Crash points of our own policy

Generated from \`test/kit/crash\` by \`npm run gen\`; do not edit.

The three controllers of our own policy are one process beside the undisturbed rest of a virtual cluster. A run without a strike
passes the points; then every point is struck in a run of its own, in every way: ${total(false)} points
by \`npm test\`, which ends with how many hold, and ${total(true)} by \`npm run test:long\`, which also strikes twice.

Whatever strikes, the end must be: every host is on, every Node Ready, without a taint and not cordoned; every request is
closed and has given up its finalizer; no host is held off; a person is called where one must be, and nowhere else; no healthy
host was fenced that could be known to be healthy; and no [invariant](invariants.md) is broken on the way. A test fails, too, if
the undisturbed flow puts fewer invariants at stake than it says. That the harness sees what is wrong is a test of its own:
controllers with known faults, and the ways of striking that find them (\`test/crash/faulty-controllers.test.ts\`).

## Flows

| Flow | Test | What happens | Invariants at stake |
|---|---|---|---|
${played.map(flowRow).join('\n')}

## Points

| Struck | ${played.map(({ test }) => test).join(' | ')} |
|---|${played.map(() => '---:').join('|')}|
${COMMON_FAMILIES.map((family) => familyRow(family, played)).join('\n')}
| what somebody does | ${played.map((each) => cell(sum(each, doings(each.flow)))).join(' | ')} |
| **all** | ${played.map((each) => `**${pointsOf(each)}**`).join(' | ')} |

## Ways to strike

| Struck | What happens |
|---|---|
${COMMON_FAMILIES.map((family) => `| ${family} | ${FAMILIES[family]} |`).join('\n')}

## What somebody does

At every boundary between two actions, before the first and after the last.

| Doing | Flow | Points |
|---|---|---:|
${played.flatMap((each) => doings(each.flow).map((family) => doingRow(family, each))).join('\n')}
`;
}

function flowRow({ test, isLong, flow, base }: Played): string {
  const atStake = base.invariants.filter(({ exercised }) => exercised > 0).map(({ id }) => id);
  const person = flow.callsPerson ? ' Nothing but a person can end it.' : '';
  const file = isLong ? `test/long/crash-${test}` : `test/crash/${test}`;
  return `| ${flow.name} | \`${file}\` | ${flow.happens}${person} | ${atStake.join(' ')} |`;
}

function familyRow(family: Family, played: readonly Played[]): string {
  return `| ${family} | ${played.map((each) => cell(sum(each, [family]))).join(' | ')} |`;
}

function doingRow(family: Family, each: Played): string {
  return `| ${family.slice('meanwhile '.length)} | ${each.flow.name} | ${sum(each, [family])} |`;
}

function doings(flow: Flow): readonly Family[] {
  return familiesOf(flow).filter((family) => family.startsWith('meanwhile '));
}

function pointsOf(each: Played): number {
  return sum(each, familiesOf(each.flow));
}

function sum({ flow, base }: Played, families: readonly Family[]): number {
  return families.reduce((total, family) => total + strikesOf(family, base.run.points, flow).length, 0);
}

function cell(points: number): string {
  return points === 0 ? '' : `${points}`;
}

if (import.meta.main) writeFileSync(TARGET, crashPointsPage());
