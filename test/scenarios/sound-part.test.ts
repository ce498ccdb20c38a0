// A scenario with bad fields is judged by the rest of it as well: all problems at once, and none that a bad field only seems to cause.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { loadStudy } from '../../scenarios/compile.ts';
import type { FileReader } from '../../scenarios/file-reader.ts';
import type { Problem } from '../../scenarios/problem.ts';
import { studyFiles } from '../../twin/study-files.ts';
import { ROOT } from '../tidy/sources.ts';
import { memoryFiles } from './memory-files.ts';

const HEAD = `apiVersion: metaltwin.dev/v1alpha1
kind: Scenario
metadata: { name: small }
spec:
  cluster: { generate: { racks: 3, groups: [{ name: master, role: control-plane, count: 3 }, { name: worker, count: 6 }] } }
`;

const line = ({ code, line: at, column, message }: Problem) => `${code} ${at}:${column} ${message}`;

function linesOf(text: string): readonly string[] {
  const loaded = loadStudy({ scenarioFile: 's.yaml' }, memoryFiles({ 's.yaml': text }));
  return 'problems' in loaded ? loaded.problems.map(line) : [];
}

interface Row {
  readonly given: string;
  readonly spec: string;
  readonly expected: readonly string[];
}

const ROWS: readonly Row[] = [
  {
    given: 'a bad fault before one that strikes nothing, which keeps its line',
    spec: `  faults:
    script:
      - { at: 5 minutes, fault: hostDead, target: { host: worker-0 } }
      - { at: 5m, fault: hostDead, target: { host: worker-9 } }
`,
    expected: ['MT110 8:15 "5 minutes" is not a duration', 'MT121 9:36 target { host: worker-9 } matches no host'],
  },
  {
    given: 'an unknown field, a constraint that is none, and a policy file that is missing',
    spec: `  replicatoins: 5
  constraints: [dataLostGroups < zero]
  policies: [{ name: p, files: [p.yaml] }]
`,
    expected: [
      'MT102 6:3 unknown field "replicatoins" in "spec"',
      'MT105 7:17 "dataLostGroups < zero" is not a constraint',
      'MT101 8:33 cannot read p.yaml: it does not exist',
    ],
  },
  {
    given: 'a duration that is none beside a fault that strikes late',
    spec: `  duration: a year
  faults: { script: [{ at: 400d, fault: hostDead, target: { host: worker-0 } }, { at: 1d, fault: hostDaed, target: {} }] }
`,
    expected: [
      'MT110 6:13 "a year" is not a duration',
      'MT105 7:98 "spec.faults.script[1].fault" is "hostDaed", which is not one of its values',
    ],
  },
  {
    given: 'a bad cluster, of which nothing else is asked',
    spec: `  hardware: { r750: { cpu: [] } }
  faults: { script: [{ at: 5m, fault: hostDead, target: { host: worker-9 } }] }
  constraints: [dataLostGroups < zero]
`,
    expected: [
      'MT102 6:23 unknown field "cpu" in "spec.hardware.r750"',
      'MT105 8:17 "dataLostGroups < zero" is not a constraint',
    ],
  },
];

describe('all problems at once', () => {
  test.each(ROWS)('$given', ({ spec, expected }) => {
    expect(linesOf(`${HEAD}${spec}`)).toEqual(expected);
  });

  test('a scenario without a name is judged all the same', () => {
    const text = HEAD.replace('{ name: small }', '{}').concat('  constraints: [dataLostGroups < zero]\n');
    expect(linesOf(text)).toEqual([
      'MT103 3:1 "metadata" has no "name"',
      'MT105 6:17 "dataLostGroups < zero" is not a constraint',
    ]);
  });
});

const EXAMPLES = readdirSync(join(ROOT, 'examples')).filter((file) => file.endsWith('.yaml'));

/** Each with one field more than there may be, in every section that has fields or elements with fields. */
const SPOILED = EXAMPLES.flatMap((file) => {
  const path = `examples/${file}`;
  const { spec, ...head } = parse(readFileSync(join(ROOT, path), 'utf8')) as { spec: Record<string, unknown> };
  const sections = Object.entries(spec).flatMap(([section, value]): readonly [string, unknown][] => {
    if (Array.isArray(value)) {
      const [first, ...others] = value as readonly unknown[];
      return typeof first === 'object' ? [[section, [{ ...first, surplus: 1 }, ...others]]] : [];
    }
    return typeof value === 'object' ? [[section, { ...value, surplus: 1 }]] : [];
  });
  return sections.map(([section, value]) => ({
    path,
    section,
    text: stringify({ ...head, spec: { ...spec, [section]: value } }),
  }));
});

/** The files of this machine, but for one. */
function filesWith(path: string, text: string): FileReader {
  return {
    readText: (file) => (file === path ? { kind: 'text', text } : studyFiles.readText(file)),
    readCluster: (paths) => studyFiles.readCluster(paths),
  };
}

describe('a field too many is one error, whatever leans on its section', () => {
  test.each(SPOILED)('$section of $path', ({ path, text }) => {
    const loaded = loadStudy({ scenarioFile: path }, filesWith(path, text));
    const errors = 'problems' in loaded ? loaded.problems.filter(({ severity }) => severity === 'error') : [];
    expect(errors.map(({ message }) => message)).toEqual([expect.stringContaining('surplus')]);
  });
});
