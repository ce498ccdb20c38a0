// The rules of the house that hold for the architecture: import directions, no wall clock and no global randomness where
// decisions and worlds are, no type holes, no drawers. Sizes and names are for readers.

import { stripTypeScriptTypes } from 'node:module';
import { posix } from 'node:path';
import { parseSync } from 'rolldown/utils';
import { describe, expect, test } from 'vitest';
import { allSources, type Source, sourcesUnder } from './tidy/sources.ts';

/** What every controller speaks: the nouns, the contract, and what has no domain. */
const CONTRACT = [
  'core/api',
  'core/ports',
  'core/actions.ts',
  'core/facts.ts',
  'core/assert.ts',
  'core/once-per-object.ts',
  'core/state-table',
];

/** Folder to what it may import: own folders by prefix, packages by name. Everything absent is forbidden. */
const ALLOWED: Readonly<Record<string, { readonly own: readonly string[]; readonly packages: readonly string[] }>> = {
  'core/api': { own: ['core/api'], packages: [] },
  // A decision says what its state table was looked up with; the table itself knows no domain.
  'core/ports': {
    own: ['core/api', 'core/actions.ts', 'core/facts.ts', 'core/ports', 'core/state-table.ts'],
    packages: [],
  },
  // What the cluster says of itself, read alike by whoever decides.
  'core/cluster': { own: [...CONTRACT, 'core/cluster'], packages: [] },
  'core/health': {
    own: [
      ...CONTRACT,
      'core/cluster',
      'core/health',
      'core/budget',
      // The lock on a node that health checks and maintenance share, the patches that it is made of, and the mark of events.
      'core/remediation/node-lease',
      'core/remediation/medik8s-event',
      'core/remediation/object-patches',
      // How those who ask and those who act look up the same requests.
      'core/remediation/machine-remediations',
    ],
    packages: [],
  },
  'core/budget': {
    own: [...CONTRACT, 'core/cluster', 'core/budget'],
    packages: [],
  },
  'core/remediation': {
    own: [
      ...CONTRACT,
      'core/cluster',
      'core/remediation',
      // What a budget says about the storage holds for a wipe, too.
      'core/budget/limits',
      'core/budget/storage-guard',
      'core/backoff.ts',
    ],
    packages: [],
  },
  'core/maintenance': {
    own: [...CONTRACT, 'core/maintenance', 'core/remediation', 'core/backoff.ts'],
    packages: [],
  },
  'core/host': {
    own: [...CONTRACT, 'core/host'],
    packages: [],
  },
  'core/runtime': { own: ['core'], packages: [] },
  'core/view': { own: ['core/api', 'core/ports', 'core/assert.ts', 'core/view'], packages: [] },
  core: { own: ['core'], packages: [] },
  'sim/kernel': { own: ['sim/kernel'], packages: ['seedrandom'] },
  sim: { own: ['core', 'sim'], packages: [] },
  'sim/api-server': { own: ['core', 'sim'], packages: ['rfc6902', 'ajv', '@marcbachmann/cel-js'] },
  scenarios: { own: ['core', 'sim', 'scenarios', 'lab/summary.ts'], packages: ['yaml', 'zod'] },
  twin: { own: ['core', 'sim', 'scenarios', 'lab/statistics', 'twin'], packages: ['yaml', 'node:fs', 'node:path'] },
  // Spells what the model says: it knows the world and its language, and who decides in neither.
  'fake-bmc': {
    own: ['core/api', 'core/ports', 'core/facts.ts', 'core/assert.ts', 'sim', 'scenarios', 'fake-bmc'],
    packages: [
      'fastify',
      '@fastify/swagger',
      'selfsigned',
      ...[
        'node:crypto',
        'node:dgram',
        'node:http',
        'node:https',
        'node:net',
        'node:os',
        'node:perf_hooks',
        'node:zlib',
      ],
    ],
  },
  live: { own: ['core', 'live'], packages: ['@kubernetes/client-node', 'undici', 'node:child_process'] },
  lab: {
    own: ['sim', 'core/api', 'core/assert.ts', 'lab'],
    packages: [
      'piscina',
      'node:os',
      'node:worker_threads',
      '@stdlib/stats-base-dists-t-quantile',
      '@stdlib/stats-base-dists-beta-quantile',
    ],
  },
  reports: {
    own: ['lab/summary.ts', 'sim/result.ts', 'sim/config.ts', 'scenarios/problem.ts', 'twin/failures', 'reports'],
    packages: ['echarts'],
  },
};

function rulesFor(path: string): { readonly folder: string; readonly rule: (typeof ALLOWED)[string] } | undefined {
  const folders = Object.keys(ALLOWED).filter((folder) => path.startsWith(`${folder}/`));
  const folder = folders.sort((a, b) => b.length - a.length)[0];
  const rule = folder === undefined ? undefined : ALLOWED[folder];
  return folder === undefined || rule === undefined ? undefined : { folder, rule };
}

function isUnder(target: string, path: string, allowed: string): boolean {
  if (!target.startsWith('.')) return target === allowed || target.startsWith(`${allowed}/`);
  const resolved = posix.normalize(posix.join(posix.dirname(path), target));
  return resolved === allowed || resolved.startsWith(`${allowed}/`) || resolved.startsWith(`${allowed}.`);
}

function forbiddenImports({ path, imports }: Source): readonly string[] {
  const found = rulesFor(path);
  if (found === undefined) return [];
  const allowed = [...found.rule.own, ...found.rule.packages];
  return imports
    .filter((target) => {
      // The language of tables: state machines, and nothing that runs on a hot path.
      if (target === 'xstate' && path.startsWith('core/') && path.endsWith('.machine.ts')) return false;
      return !allowed.some((one) => isUnder(target, path, one));
    })
    .map((target) => `${path} imports ${target}`);
}

/** What a folder may import, and does not: the contract apart, which every controller may speak. */
function unusedAllowances(sources: readonly Source[]): readonly string[] {
  return Object.entries(ALLOWED).flatMap(([folder, { own, packages }]) => {
    const inside = sources.filter(({ path }) => rulesFor(path)?.folder === folder);
    return [...own, ...packages]
      .filter((allowed) => !CONTRACT.includes(allowed))
      .filter((allowed) => !inside.some(({ path, imports }) => imports.some((to) => isUnder(to, path, allowed))))
      .map((allowed) => `${folder} may import ${allowed}`);
  });
}

/** Where loading a file comes back to one that is not yet done. */
function roundAbout(sources: readonly Source[]): readonly string[] {
  const byPath = new Map(sources.map((source) => [source.path, source]));
  const isDone = new Map<string, boolean>();
  const found: string[] = [];
  const load = (path: string): void => {
    isDone.set(path, false);
    for (const target of byPath.get(path)?.loads ?? []) {
      if (!target.startsWith('.')) continue;
      const loaded = posix.normalize(posix.join(posix.dirname(path), target));
      if (isDone.get(loaded) === false) found.push(`${path} loads ${loaded}`);
      else if (!isDone.has(loaded)) load(loaded);
    }
    isDone.set(path, true);
  };
  for (const { path } of sources) if (!isDone.has(path)) load(path);
  return found;
}

const PURE = /^(core|sim)\//;

const BANNED: readonly {
  readonly what: string;
  readonly pattern: RegExp;
  readonly where: (path: string) => boolean;
}[] = [
  {
    what: 'wall clock',
    pattern: /\b(Date\.now|new Date|performance\.now|process\.hrtime)\b/,
    where: (path) => PURE.test(path),
  },
  {
    what: 'wall clock in the servers but for the one that paces them',
    pattern: /\b(Date\.now|new Date\(\)|performance\.now|process\.hrtime)\b/,
    where: (path) => path.startsWith('fake-bmc/') && path !== 'fake-bmc/wall-clock.ts',
  },
  {
    what: 'global randomness',
    pattern: /\b(Math\.random|randomUUID|randomBytes)\b/,
    // Keys and passwords of the servers have to be guessed by nobody.
    where: (path) => !path.startsWith('test/') && path !== 'fake-bmc/secrets.ts',
  },
  {
    what: 'timers',
    pattern: /\b(setTimeout|setInterval|setImmediate|queueMicrotask)\b/,
    where: (path) => PURE.test(path),
  },
  { what: 'promises', pattern: /\b(async|await|Promise)\b/, where: (path) => PURE.test(path) },
  {
    what: 'process and console',
    pattern: /\b(process\.(?:env|exit|argv|stdout|stderr|stdin|on|cwd|hrtime|cpuUsage|memoryUsage)\b|console\.)/,
    where: (path) => /^(core|sim|scenarios|live|fake-bmc|lab\/(?!worker)|reports)\//.test(path),
  },
  { what: 'any', pattern: /(:\s*any\b|\bas any\b|<any>)/, where: (path) => !path.startsWith('test/tidy') },
  {
    what: 'second spelling of private members',
    pattern: /\bthis\.#|^\s+(?:(?:static|readonly|async|get|set) )*#\w/m,
    where: () => true,
  },
  { what: 'double casts', pattern: /as unknown as/, where: (path) => path !== 'test/tidy.test.ts' },
  { what: 'enums', pattern: /\benum\s+\w+\s*\{/, where: () => true },
  { what: 'module-level mutable state', pattern: /^let\s/m, where: (path) => !/^(test|bench|tools)\//.test(path) },
  { what: 'default exports', pattern: /^export default\b/m, where: (path) => !path.startsWith('lab/worker') },
  {
    what: 'mocks, skips and focus',
    pattern: /\b(vi\.mock|vi\.fn|(?:it|test|describe)\.(?:only|todo))\b/,
    where: (path) => path !== 'test/tidy.test.ts',
  },
  { what: 'a docstring that nothing follows', pattern: /\*\/\n[ \t]*\/\*\*/, where: () => true },
  { what: 'empty catch', pattern: /catch\s*(\([^)]*\))?\s*\{\s*\}/, where: () => true },
];

describe('tidy', () => {
  const sources = allSources();

  test('there are sources to check', () => {
    expect(sources.length).toBeGreaterThan(50);
  });

  test('imports go only in the directions of the design', () => {
    expect(sources.flatMap(forbiddenImports)).toEqual([]);
  });

  test('no controller imports another: they talk through objects', () => {
    const isController = (path: string): boolean => path.endsWith('.controller.ts');
    const found = sourcesUnder('core').filter(({ path, imports }) => isController(path) && imports.some(isController));
    expect(found.map(({ path }) => path)).toEqual([]);
  });

  test('no file loads itself round about', () => {
    expect(roundAbout(sources)).toEqual([]);
  });

  test('nothing is allowed that nobody needs', () => {
    expect(unusedAllowances(sources)).toEqual([]);
  });

  test('nothing imports cli/ but cli/ itself, its tests and the build', () => {
    const importers = sources.filter(
      (source) =>
        !/^(cli|test|tools|bench)\//.test(source.path) && source.imports.some((target) => /(^|\/)cli\//.test(target)),
    );
    expect(importers.map((source) => source.path)).toEqual([]);
  });

  test.each(BANNED)('no $what where it does not belong', ({ pattern, where }) => {
    const findings = sources
      .filter((source) => where(source.path) && pattern.test(source.code))
      .map((source) => source.path);
    expect(findings).toEqual([]);
  });

  test('no drawers: files are named for a noun', () => {
    const drawers = sources.filter((source) =>
      /\/(utils?|helpers?|common|shared|types|index|misc)\.ts$/.test(source.path),
    );
    expect(drawers.map((source) => source.path)).toEqual([]);
  });

  test('every file opens with a comment that says what it is', () => {
    const bare = sourcesUnder(
      'core',
      'sim',
      'scenarios',
      'twin',
      'live',
      'lab',
      'reports',
      'fake-bmc',
      'cli',
      'bench',
      'tools',
    ).filter((source) => !/^(#![^\n]*\n)?(\/\/|\/\*)/.test(source.text));
    expect(bare.map((source) => source.path)).toEqual([]);
  });

  test('every model says where it diverges from reality', () => {
    const models = sourcesUnder(
      'sim/api-server',
      'sim/node',
      'sim/host',
      'sim/network',
      'sim/power',
      'sim/storage',
      'sim/workload',
      'sim/machine',
      'sim/people',
      'sim/faults',
    );
    const folders = new Set(models.map((source) => posix.dirname(source.path)));
    const silent = [...folders].filter(
      (folder) =>
        !models.some((source) => posix.dirname(source.path) === folder && /Divergence from reality/.test(source.text)),
    );
    expect(silent).toEqual([]);
  });

  test('sources are published works, no notes that a reader does not have', () => {
    const notes =
      /\b(failure-data|correctness|remediation|bmc|kubernetes) facts\b|\bfailure-data(\.md)? \d|\bfacts (failure-data|bmc|remediation|kubernetes|\d)/;
    const findings = sources.filter((source) => !source.path.startsWith('test/tidy') && notes.test(source.text));
    expect(findings.map(({ path }) => path)).toEqual([]);
  });

  test('Node runs every file as it is: tools and benches have no build', () => {
    const broken = sources.filter(
      ({ path, text }) => parseSync(path.replace(/\.ts$/, '.js'), stripTypeScriptTypes(text)).errors.length > 0,
    );
    expect(broken.map(({ path }) => path)).toEqual([]);
  });

  test('unfinished words stay out', () => {
    const words = /\b(TODO|FIXME|XXX|HACK|for now|not implemented|simplified version)\b/;
    const findings = sources.filter((source) => !source.path.startsWith('test/tidy') && words.test(source.text));
    expect(findings.map((source) => source.path)).toEqual([]);
  });
});
