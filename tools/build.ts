// Builds dist/: the CLI with one lazy chunk per command, the worker, and the script of the report page.
// Run by `npm run build` and on install. Packages are bundled too: fewer files to open is what starts fast.

import { chmod, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Plugin, rolldown } from 'rolldown';

const root = fileURLToPath(new URL('../', import.meta.url));

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
    plugins: [builtInSubstitutes],
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
