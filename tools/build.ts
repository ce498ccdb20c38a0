// Builds dist/: the CLI with one lazy chunk per command, the worker, and the report page as one string asset.
// Run by `npm run build` and on install. Everything is bundled, packages too: fewer files to open is what starts fast.

import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { type Plugin, rolldown } from 'rolldown';

const root = new URL('../', import.meta.url);
const path = (relative: string): string => new URL(relative, root).pathname;

/** Stay on disk: piscina finds its own worker file beside itself. */
const EXTERNAL = ['piscina'];

/**
 * commander imports these for subcommands that are programs of their own, which we have none of; loading them costs 4 to 8 ms
 * of every start (measured with 20 starts each, Node 24.21).
 */
const COMMANDER_SUBSTITUTES: Readonly<Record<string, string>> = {
  'node:child_process': 'export default {};',
  'node:process': 'export default globalThis.process;',
};

const commanderSubstitutes: Plugin = {
  name: 'commander-substitutes',
  resolveId(source, importer) {
    const substituted = source in COMMANDER_SUBSTITUTES && importer?.includes('/commander/') === true;
    return substituted ? `\0substitute:${source}` : null;
  },
  load(id) {
    return COMMANDER_SUBSTITUTES[id.replace('\0substitute:', '')] ?? null;
  },
};

const BASE_CHUNK = {
  name: 'base',
  test: /\/(cli\/(arguments|output|run-command|usage-problem|trouble|exit-codes)|reports\/(problems|text-style|json|verdict-standing)|scenarios\/(did-you-mean|quantities)|core\/assert)\.ts$/,
};

const READING_CHUNK = {
  name: 'reading',
  test: /\/(scenarios|twin|node_modules\/(zod|yaml))\//,
};

await rm(path('dist'), { recursive: true, force: true });
await mkdir(path('dist'));
await buildReportPage();
await buildProgram(await packageVersion());
await printSizes();

async function packageVersion(): Promise<string> {
  const parsed: unknown = JSON.parse(await readFile(path('package.json'), 'utf8'));
  if (typeof parsed === 'object' && parsed !== null && 'version' in parsed && typeof parsed.version === 'string') {
    return parsed.version;
  }
  throw new Error('package.json has no version');
}

async function buildProgram(version: string): Promise<void> {
  const input: Record<string, string> = { metaltwin: path('cli/main.ts') };
  if (existsSync(path('sim/simulation.ts'))) input.worker = path('lab/worker.ts');
  const bundle = await rolldown({
    input,
    platform: 'node',
    preserveEntrySignatures: 'allow-extension',
    external: EXTERNAL,
    plugins: [commanderSubstitutes],
    transform: { define: { METALTWIN_VERSION: JSON.stringify(version) } },
  });
  await bundle.write({
    dir: path('dist'),
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: 'chunk-[name]-[hash].js',
    // What every command needs, and what every reading of a scenario needs: opening a file costs more than its bytes.
    codeSplitting: { includeDependenciesRecursively: false, groups: [BASE_CHUNK, READING_CHUNK] },
    minify: { compress: true, mangle: false, codegen: true },
  });
  await bundle.close();
  await chmod(path('dist/metaltwin.js'), 0o755);
}

/** The page's script becomes `dist/report-page.js`, a module that exports it as text. */
async function buildReportPage(): Promise<void> {
  const bundle = await rolldown({
    input: path('reports/html/page/main.ts'),
    platform: 'browser',
    transform: { define: { 'process.env.NODE_ENV': '"production"' } },
  });
  const { output } = await bundle.generate({ format: 'iife', minify: true, codeSplitting: false });
  await bundle.close();
  const script = output[0].code;
  await writeFile(path('dist/report-page.js'), `export const PAGE_SCRIPT = ${JSON.stringify(script)};\n`);
}

async function printSizes(): Promise<void> {
  const names = (await readdir(path('dist'))).toSorted();
  for (const name of names) {
    const { size } = await stat(path(`dist/${name}`));
    process.stdout.write(`${String(Math.round(size / 1024)).padStart(7)} kB  dist/${name}\n`);
  }
}
