// Writes docs/comparison.md: our own policy beside the products, story by story. Run it with `node tools/generate-comparison.ts`; a
// test fails when the page differs from what it would write. Everything is computed by the product's own path: an example
// scenario, policies as manifests, some runs for each row. Where ours is behind is computed too.

import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { INVARIANTS } from '../sim/checkers/invariants.ts';
import { MINUTE_MS } from '../sim/kernel/time-units.ts';
import type { Recording, RunResult } from '../sim/result.ts';
import { simulate } from '../sim/simulation.ts';
import { writtenStudy } from '../test/kit/written-study.ts';
import { OWN, RIVALS, type Rival, STORIES, type Story } from './comparison-stories.ts';

export const COMPARISON_PAGE = fileURLToPath(new URL('../docs/comparison.md', import.meta.url));

const EXAMPLES = fileURLToPath(new URL('../examples/', import.meta.url));
const SCENARIO = `${EXAMPLES}comparison/scenario.yaml`;
const REPLICATIONS = 4;
/** How old what controllers know may be; in these runs nothing delays it but a constant lag of 2 ms. */
const STALENESS_MS = 10_000;

/** Averages over the runs. */
interface Row {
  readonly rival: Rival;
  /** Undefined: not within the day, in some run. */
  readonly recoveredMin: number | undefined;
  readonly fencings: number;
  readonly needless: number;
  readonly podsLostMin: number;
  readonly virtualMachinesLostMin: number;
  readonly reprovisionings: number;
  readonly called: number;
  readonly repairs: number;
  /** Ids of invariants that were broken in any run, in order. */
  readonly broken: readonly string[];
}

function rowOf(rival: Rival, story: Story): Row {
  const { config, policies } = studyOf(rival, story);
  const [policy] = policies;
  if (policy === undefined) throw new Error('a study without a policy');
  const struckAtMs = config.script.at(-1)?.atMs ?? 0;
  const runs = Array.from({ length: REPLICATIONS }, (_, index) => {
    const {
      result,
      recording,
      invariants = [],
    } = simulate(config, policy, {
      replication: index + 1,
      record: true,
      check: { stalenessMs: STALENESS_MS },
    });
    const backAtMs = backAt(recording, story, struckAtMs);
    return { result, invariants, recoveredMs: backAtMs >= config.durationMs ? undefined : backAtMs - struckAtMs };
  });
  const average = (of: (result: RunResult) => number): number =>
    runs.reduce((sum, { result }) => sum + of(result), 0) / REPLICATIONS;
  const recovered = runs.flatMap(({ recoveredMs }) => (recoveredMs === undefined ? [] : [recoveredMs]));
  return {
    rival,
    recoveredMin:
      recovered.length < REPLICATIONS
        ? undefined
        : recovered.reduce((sum, ms) => sum + ms, 0) / REPLICATIONS / MINUTE_MS,
    fencings: average(({ metrics }) => metrics.fencings),
    needless: average(({ metrics }) => metrics.needlessHealthy + metrics.needlessSelfHealing + metrics.needlessBooting),
    podsLostMin: average((result) => lostMin(result, (kind) => kind !== 'VirtualMachine')),
    virtualMachinesLostMin: average((result) => lostMin(result, (kind) => kind === 'VirtualMachine')),
    reprovisionings: average(({ metrics }) => metrics.reprovisionings),
    called: average(({ metrics }) => metrics.pages),
    repairs: average(({ metrics }) => metrics.humanRepairs),
    broken: INVARIANTS.map(({ id }) => id).filter((id) =>
      runs.some(({ invariants }) => invariants.some((found) => found.id === id && found.brokenCount > 0)),
    ),
  };
}

/** When every host serves for good, or the host that the story is about serves again. */
function backAt(recording: Recording | undefined, { recovers }: Story, struckAtMs: number): number {
  const away = (recording?.timeline ?? []).filter(
    ({ host, state, toMs }) =>
      state !== 'serving' && state !== 'spare' && toMs > struckAtMs && (recovers === undefined || host === recovers),
  );
  if (recovers === undefined) return away.reduce((latest, { toMs }) => Math.max(latest, toMs), struckAtMs);
  // Spans of one outage follow each other without a gap.
  return away.reduce((end, { fromMs, toMs }) => (fromMs <= end ? Math.max(end, toMs) : end), struckAtMs);
}

function lostMin({ workloads }: RunResult, isWanted: (kind: string) => boolean): number {
  return workloads.reduce((sum, { kind, lostReplicaMs }) => sum + (isWanted(kind) ? lostReplicaMs : 0), 0) / MINUTE_MS;
}

function studyOf({ machineApi, file }: Rival, { script, plannedReboots }: Story) {
  const text = readFileSync(SCENARIO, 'utf8')
    .replace('machineApi: openshift', `machineApi: ${machineApi}`)
    .replace(/ {4}script:\n( {6}.*\n)+/, `    script:\n${script.map((line) => `      - ${line}\n`).join('')}`)
    .replace('plannedReboots: { every: never }', `plannedReboots: ${plannedReboots ?? '{ every: never }'}`)
    .replace(/ {2}policies:\n(.|\n)*/, '');
  const policies = [{ name: 'policy', files: file === undefined ? [] : [`${EXAMPLES}${file}`] }];
  return writtenStudy({ scenarioFile: SCENARIO, policies }, { [SCENARIO]: text });
}

interface Column {
  readonly title: string;
  readonly unit?: string;
  readonly of: (row: Row) => number | undefined;
  readonly text: (value: number) => string;
}

const counted = (value: number): string => (Number.isInteger(value) ? String(value) : value.toFixed(1));
const minutes = (value: number): string => (value < 100 ? value.toFixed(1) : value.toFixed(0));

const RECOVERED: Column = { title: 'recovered', unit: 'min', of: ({ recoveredMin }) => recoveredMin, text: minutes };
const NEEDLESS: Column = { title: 'needless', of: ({ needless }) => needless, text: counted };
const PODS: Column = { title: 'pods lost', unit: 'min', of: ({ podsLostMin }) => podsLostMin, text: minutes };
const MACHINES: Column = {
  title: 'VMs lost',
  unit: 'min',
  of: ({ virtualMachinesLostMin }) => virtualMachinesLostMin,
  text: minutes,
};
const REPROVISIONED: Column = { title: 'reprovisioned', of: ({ reprovisionings }) => reprovisionings, text: counted };
const CALLED: Column = { title: 'persons called', of: ({ called }) => called, text: counted };

const COLUMNS: readonly Column[] = [
  RECOVERED,
  { title: 'fencings', of: ({ fencings }) => fencings, text: counted },
  NEEDLESS,
  PODS,
  MACHINES,
  REPROVISIONED,
  CALLED,
  { title: 'repaired by a person', of: ({ repairs }) => repairs, text: counted },
];

/** Less is better in all of these; fencings and repairs are means. */
const JUDGED = [RECOVERED, NEEDLESS, PODS, MACHINES, REPROVISIONED, CALLED] as const;

/** What is nearer than this is no difference: a tenth, and half of a thing. */
const isBetter = (one: number, other: number): boolean => one < 0.9 * other && one < other - 0.5;

const NOT_WITHIN = 'not in 24 h';

function written({ of, text }: Column, row: Row): string {
  const value = of(row);
  return value === undefined ? NOT_WITHIN : text(value);
}

function table(rows: readonly Row[]): string {
  return [
    `| | ${COLUMNS.map(({ title, unit }) => (unit === undefined ? title : `${title}, ${unit}`)).join(' | ')} | broken |`,
    `|---|${COLUMNS.map(() => '--:').join('|')}|---|`,
    ...rows.map((row) => {
      const name = OWN.includes(row.rival) ? `**${row.rival.name}**` : row.rival.name;
      return `| ${name} | ${COLUMNS.map((column) => written(column, row)).join(' | ')} | ${row.broken.join(', ')} |`;
    }),
  ].join('\n');
}

interface Loss {
  readonly column: Column;
  readonly mine: number | undefined;
  readonly better: readonly Row[];
}

/** The columns in which somebody who remediates does better. */
function losses(own: Row, rows: readonly Row[]): readonly Loss[] {
  return JUDGED.flatMap((column) => {
    const mine = column.of(own);
    const better = rows.filter((row) => {
      const theirs = column.of(row);
      const competes = !OWN.includes(row.rival) && row.rival.file !== undefined;
      return competes && theirs !== undefined && isBetter(theirs, mine ?? Number.POSITIVE_INFINITY);
    });
    return better.length === 0 ? [] : [{ column, mine, better }];
  });
}

interface Told {
  readonly story: Story;
  readonly rows: readonly Row[];
  readonly own: readonly { readonly rival: Rival; readonly lost: readonly Loss[] }[];
}

function told(story: Story): Told {
  const rows = [...RIVALS, ...OWN].map((rival) => rowOf(rival, story));
  const own = rows
    .filter(({ rival }) => OWN.includes(rival))
    .map((row) => ({ rival: row.rival, lost: losses(row, rows) }));
  return { story, rows, own };
}

function section({ story, rows, own }: Told): string {
  const behind = own.map(({ rival, lost }) => {
    const parts = lost.map(({ column, mine, better }) => {
      const ahead = better.map((row) => `${row.rival.short} ${written(column, row)}`);
      const value =
        mine === undefined ? NOT_WITHIN : `${column.text(mine)}${column.unit === undefined ? '' : ` ${column.unit}`}`;
      return `${column.title} ${value} (${ahead.join(', ')})`;
    });
    return `- ${rival.short} ${parts.length === 0 ? 'is behind nobody' : `is behind: ${parts.join('; ')}`}.`;
  });
  return `## ${story.title}

${story.words}

${table(rows)}

${behind.join('\n')}

${story.why}`;
}

/** Story by story the columns in which ours loses to somebody. */
function overview(stories: readonly Told[]): string {
  return [
    `| where ours loses | ${OWN.map(({ short }) => short).join(' | ')} |`,
    `|---|${OWN.map(() => '---').join('|')}|`,
    ...stories.map(({ story, own }) => {
      const cells = own.map(({ lost }) => lost.map(({ column }) => column.title).join(', ') || 'nowhere');
      return `| ${story.title} | ${cells.join(' | ')} |`;
    }),
  ].join('\n');
}

export function comparisonPage(): string {
  const stories = STORIES.map(told);
  return `# Our own policy beside the products

Generated by \`node tools/generate-comparison.ts\`; do not edit. A hyperconverged cluster of 18 workers in six racks
(\`examples/comparison/scenario.yaml\`), one story in a day, ${REPLICATIONS} runs with the same draws for everybody, averages, lineage \`exact\`. The
manifests are in \`examples/floods\` and \`examples/policies\`: of the products the values that their documentation shows in its examples, of ours
the defaults and the example of its page. No value of ours was changed after a look at this page.

*Recovered*: from the last fault of the story until all hosts serve for good, or the one that the story is about serves again. *Lost*: the time in
which wanted replicas of pods or virtual machines did not really serve, summed over them. *Needless* is a fencing without which the host would
have served sooner. *Persons called*: a policy, or the host operator that has lost a BMC, gave up and said so; who is not called notices
after hours, and counts as better all the same. Ours is behind whoever is better by a tenth at least, and by half a minute or half a
thing; fencings and repairs are means, and the row without remediation does not compete. *Broken* names the invariants
([invariants.md](generated/invariants.md)) that somebody broke in any of the runs, by checkers that know the truth: S17 is a wipe of the last
whole copy of some data, S21 an out-of-service taint that is lifted before the host has booted.

${overview(stories)}

${stories.map(section).join('\n\n')}
`;
}

if (import.meta.main) writeFileSync(COMPARISON_PAGE, comparisonPage());
