// Builds dist/: the CLI with one lazy chunk per command, the worker, and the report page as one string asset.
// Run by `npm run build` and on install. Packages are bundled too: fewer files to open is what starts fast.

import { chmod, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Plugin, rolldown } from 'rolldown';

const root = fileURLToPath(new URL('../', import.meta.url));

/** Stays on disk: piscina finds its own worker file beside itself. */
const EXTERNAL = ['piscina'];

/**
 * commander imports these for subcommands that are programs of their own, which we have none of; loading them costs 4 to 8 ms
 * of every start (measured with 20 starts each, Node 24.21).
 */
const COMMANDER_SUBSTITUTES: Readonly<Record<string, string>> = {
  'node:child_process': 'export default {};',
  'node:process': 'export default globalThis.process;',
};

const SUBSTITUTE = '\0substitute:';

const commanderSubstitutes: Plugin = {
  name: 'commander-substitutes',
  resolveId(source, importer) {
    const substituted = source in COMMANDER_SUBSTITUTES && importer?.includes('/commander/') === true;
    return substituted ? `${SUBSTITUTE}${source}` : null;
  },
  load(id) {
    return id.startsWith(SUBSTITUTE) ? (COMMANDER_SUBSTITUTES[id.slice(SUBSTITUTE.length)] ?? null) : null;
  },
};

/** Replaces everything in `folder` by a new build. */
export async function build(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await buildReportPage(folder);
  await buildProgram(folder, await packageVersion());
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
    input: { metaltwin: join(root, 'cli/main.ts'), worker: join(root, 'lab/worker.ts') },
    platform: 'node',
    external: EXTERNAL,
    plugins: [commanderSubstitutes],
    transform: { define: { METALTWIN_VERSION: JSON.stringify(version) } },
  });
  await bundle.write({
    dir: folder,
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: 'chunk-[name]-[hash].js',
    // Names stay, so that what a bug prints can be read.
    minify: { compress: true, mangle: false, codegen: true },
  });
  await bundle.close();
  await chmod(join(folder, 'metaltwin.js'), 0o755);
}

/** The page's script becomes `report-page.js`, a module that exports it as text. */
export async function buildReportPage(folder: string): Promise<void> {
  const bundle = await rolldown({
    input: join(root, 'reports/html/page/main.ts'),
    platform: 'browser',
    transform: { define: { 'process.env.NODE_ENV': '"production"' } },
  });
  const { output } = await bundle.generate({ format: 'iife', minify: true, codeSplitting: false });
  await bundle.close();
  await writeFile(join(folder, 'report-page.js'), `export const PAGE_SCRIPT = ${JSON.stringify(output[0].code)};\n`);
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
