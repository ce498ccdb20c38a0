// faults.set: a ready set under what the scenario says, every number of it with its source among the assumptions.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadStudy } from '../../scenarios/compile.ts';
import { DEFAULT_FAULTS, DEFAULT_PEOPLE } from '../../sim/defaults.ts';
import { FAULT_SETS, faultBase } from '../../sim/faults/fault-sets.ts';
import { FAULT_SETS_PAGE, faultSetsPage } from '../../tools/generate-fault-sets.ts';
import { withTexts, writtenStudy } from '../kit/written-study.ts';
import { ROOT } from '../tidy/sources.ts';

function scenario(faults: string, people = ''): string {
  return `
apiVersion: metaltwin.dev/v1alpha1
kind: Scenario
metadata: { name: set }
spec:
  study: steady
  duration: 30d
  cluster:
    generate: { machineApi: openshift, racks: 1, groups: [{ name: worker, count: 3 }] }
  faults: ${faults}
  ${people}
`;
}

const REQUEST = { scenarioFile: 's.yaml', policies: [{ name: 'none', files: [] }] };

function studyOf(faults: string, people?: string) {
  return writtenStudy(REQUEST, { 's.yaml': scenario(faults, people) });
}

test('docs/generated/fault-sets.md is up to date (npm run gen)', () => {
  expect(readFileSync(join(ROOT, FAULT_SETS_PAGE), 'utf8')).toBe(faultSetsPage());
});

describe.each(FAULT_SETS)('$name', ({ name, faults, people, frailtySigma }) => {
  const { config, assumptions } = studyOf(`{ set: ${name} }`);
  const sourceOf = (row: string): string | undefined => assumptions.find((each) => each.name === row)?.source;

  test('resolves into the config, and changes nothing else', () => {
    const usual: Readonly<Record<string, unknown>> = DEFAULT_FAULTS.classes;
    expect(config.faults.set).toBe(name);
    for (const [fault, value] of Object.entries(config.faults.classes)) {
      expect(value).toEqual(faults[fault as keyof typeof faults]?.value ?? usual[fault]);
    }
    const { pageMs, lateNoticeMs, repairMs, resetMs, repairCrew } = DEFAULT_PEOPLE;
    const usualPeople = { pageMs, lateNoticeMs, repairMs, resetMs, repairCrew };
    const own = Object.fromEntries(Object.entries(people ?? {}).map(([field, { value }]) => [field, value]));
    expect(config.people).toEqual({ ...usualPeople, ...own });
    expect(config.faults.frailtySigma).toBe(frailtySigma?.value ?? DEFAULT_FAULTS.frailtySigma);
  });

  test('every number says where it is from, and the report of a study repeats it', () => {
    const sources = [...Object.values(faults), ...Object.values(people ?? {}), frailtySigma].flatMap((sourced) =>
      sourced === undefined ? [] : [sourced.source],
    );
    expect(sources.filter((source) => !/^(Source|Assumption): /.test(source))).toEqual([]);
    for (const [fault, sourced] of Object.entries(faults)) expect(sourceOf(`fault ${fault}`)).toBe(sourced.source);
    expect(assumptions.find((row) => row.name === 'ready set of faults')?.value).toContain(name);
    expect(assumptions.filter(({ source }) => source === '')).toEqual([]);
  });
});

test('what the scenario writes stands over the set', () => {
  const { config, assumptions } = studyOf(
    '{ set: edge-site, frailtySigma: 0, background: { rackPowerLoss: { perYear: 3 } } }',
    'people: { repair: 1h }',
  );
  const { faults, people } = faultBase('edge-site');
  expect(config.faults.classes.rackPowerLoss).toEqual({ ...faults.classes.rackPowerLoss, perYear: 3 });
  expect(config.faults.classes.switchOutage).toBe(faults.classes.switchOutage);
  expect(config.faults.frailtySigma).toBe(0);
  expect(config.people).toEqual({ ...people, repairMs: { kind: 'constant', value: 3_600_000 } });
  const own = assumptions.filter(({ source }) => source === 'set by the scenario').map(({ name }) => name);
  expect(own).toEqual(['ready set of faults', 'fault rackPowerLoss', 'frailty of hosts', 'repair by a person']);
});

test('without a set nothing is changed, and none is named', () => {
  const { config } = studyOf('{}');
  expect(config.faults).toEqual(DEFAULT_FAULTS);
  expect('set' in config.faults).toBe(false);
});

test.each([
  ['a set that does not exist', '{ set: google-cluster-yaer }', 10, 18, 'did you mean "google-cluster-year"?'],
  ['a set that is silenced', '{ set: quiet-site, background: none }', 10, 18, 'leave one of the two out'],
])('%s', (_, faults, line, column, remedy) => {
  const found = loadStudy(REQUEST, withTexts({ 's.yaml': scenario(faults) }));
  const problems = 'problems' in found ? found.problems : [];
  expect(problems.map((problem) => [problem.line, problem.column, problem.remedy])).toEqual([[line, column, remedy]]);
});

test('one Google cluster-year, of 30 racks with 60 machines, has the counts of the list', () => {
  const { classes } = faultBase('google-cluster-year').faults;
  const perYear = (name: 'hostDead' | 'osHang' | 'kernelPanic' | 'kubeletDead' | 'rackPowerLoss'): number =>
    classes[name].perYear;
  const machines = (['hostDead', 'osHang', 'kernelPanic', 'kubeletDead'] as const).reduce(
    (sum, name) => sum + perYear(name),
    0,
  );
  expect(machines * 30 * 60).toBeCloseTo(1000, 6);
  expect(perYear('rackPowerLoss') * 30).toBeCloseTo(20, 6);
});
