// Builds dist/: the CLI with one lazy chunk per command, the worker, the library of fake BMCs with its declarations, and the script of the
// report page.
// Run by `npm run build` and on install. Packages are bundled too: fewer files to open is what starts fast.

import { chmod, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Plugin, rolldown } from 'rolldown';
import { writeDeclarations } from './declarations.ts';

const root = fileURLToPath(new URL('../', import.meta.url));

/** What `metaltwin/fake-bmc` is. */
const LIBRARY = 'fake-bmc/library.ts';

/** Stays on disk: piscina finds its own worker file beside itself. */
const EXTERNAL = ['piscina'];

/**
 * Built-in modules that a package imports for what we never ask of it; loading them costs every start (measured, Node 24):
 * commander's for subcommands that are programs of their own (4 to 8 ms), seedrandom's for seeds of its own making (7 ms).
 */
const SUBSTITUTES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  commander: { 'node:child_process': 'export default {};', 'node:process': 'export default globalThis.process;' },
  seedrandom: { crypto: 'export default {};' },
};

const SUBSTITUTE = '\0substitute:';

const builtInSubstitutes: Plugin = {
  name: 'built-in-substitutes',
  resolveId(source, importer) {
    const importing = Object.keys(SUBSTITUTES).find((name) => importer?.includes(`/node_modules/${name}/`));
    const substituted = importing !== undefined && source in (SUBSTITUTES[importing] ?? {});
    return substituted ? `${SUBSTITUTE}${importing}:${source}` : null;
  },
  load(id) {
    if (!id.startsWith(SUBSTITUTE)) return null;
    const [importing = '', ...source] = id.slice(SUBSTITUTE.length).split(':');
    return SUBSTITUTES[importing]?.[source.join(':')] ?? null;
  },
};

/** Itself helps to load what has no import, and imports one built-in module. */
const BUNDLER_RUNTIME = '\0rolldown/runtime.js';

const BUILT_IN = '\0built-in:';

/**
 * Built-in modules are asked for at the place of use. An import of one makes Node read its every export, and so load what
 * is behind each of them: of node:fs the promises, the streams and readline (measured, Node 24: 10 ms of a start).
 */
const builtInsWithoutImport: Plugin = {
  name: 'built-ins-without-import',
  resolveId(source, importer) {
    return isBuiltin(source) && importer !== BUNDLER_RUNTIME ? `${BUILT_IN}${source}` : null;
  },
  load(id) {
    if (!id.startsWith(BUILT_IN)) return null;
    return `module.exports = process.getBuiltinModule(${JSON.stringify(id.slice(BUILT_IN.length))});`;
  },
};

/** Packages of one function each, whose hundred modules are run only when it is called: not every study needs an interval. */
const AT_FIRST_CALL: ReadonlySet<string> = new Set([
  '@stdlib/stats-base-dists-beta-quantile',
  '@stdlib/stats-base-dists-t-quantile',
]);

const FIRST_CALL = '\0at-first-call:';

const packagesAtFirstCall: Plugin = {
  name: 'packages-at-first-call',
  resolveId(source, importer) {
    return AT_FIRST_CALL.has(source) && importer?.startsWith(FIRST_CALL) === false ? `${FIRST_CALL}${source}` : null;
  },
  load(id) {
    if (!id.startsWith(FIRST_CALL)) return null;
    return `export default (...given) => require(${JSON.stringify(id.slice(FIRST_CALL.length))})(...given);`;
  },
};

/**
 * Chunks are written in ASCII. One character beyond Latin-1 makes V8 keep the whole chunk in two bytes a character
 * (measured, Node 24: 4 ms of a `validate`); outside strings, templates and expressions the program has none.
 */
const asciiChunks: Plugin = {
  name: 'ascii-chunks',
  generateBundle(_options, bundle) {
    for (const file of Object.values(bundle)) {
      if (file.type === 'chunk') file.code = file.code.replace(/[^\0-\x7f]/g, escaped);
    }
  },
};

function escaped(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** Replaces everything in `folder` by a new build. */
export async function build(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await buildReportPage(folder);
  await buildProgram(folder, await packageVersion());
  await writeDeclarations({ root, entry: LIBRARY, folder: join(folder, 'types') });
}

async function packageVersion(): Promise<string> {
  const parsed: unknown = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  if (typeof parsed === 'object' && parsed !== null && 'version' in parsed && typeof parsed.version === 'string') {
    return parsed.version;
  }
  throw new Error('package.json has no version');
}

async function buildProgram(folder: string, version: string): Promise<void> {
  const bundle = await rolldown({
    input: {
      metaltwin: join(root, 'cli/main.ts'),
      worker: join(root, 'lab/worker.ts'),
      // For tests of others: `metaltwin/fake-bmc`.
      'fake-bmc': join(root, LIBRARY),
    },
    platform: 'node',
    external: EXTERNAL,
    plugins: [builtInSubstitutes, builtInsWithoutImport, packagesAtFirstCall, asciiChunks],
    transform: { define: { METALTWIN_VERSION: JSON.stringify(version) } },
  });
  await bundle.write({
    dir: folder,
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: 'chunk-[name]-[hash].js',
    // Names of functions stay, so that what a bug prints can be read.
    minify: { compress: true, mangle: { toplevel: false, keepNames: true }, codegen: true },
  });
  await bundle.close();
  await chmod(join(folder, 'metaltwin.js'), 0o755);
}

/** The page's script becomes `report-page.js`, which the program reads as text and puts into each report. */
export async function buildReportPage(folder: string): Promise<void> {
  const bundle = await rolldown({
    input: join(root, 'reports/html/page/main.ts'),
    platform: 'browser',
    transform: { define: { 'process.env.NODE_ENV': '"production"' } },
  });
  const { output } = await bundle.generate({ format: 'iife', minify: true, codeSplitting: false });
  await bundle.close();
  await writeFile(join(folder, 'report-page.js'), output[0].code);
}

async function printSizes(folder: string): Promise<void> {
  for (const name of (await readdir(folder)).toSorted()) {
    const { size } = await stat(join(folder, name));
    process.stdout.write(`${String(Math.round(size / 1024)).padStart(7)} kB  dist/${name}\n`);
  }
}

if (import.meta.main) {
  const folder = join(root, 'dist');
  await build(folder);
  await printSizes(folder);
}
