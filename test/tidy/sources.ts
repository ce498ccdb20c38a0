// The project's own source files, read once for the tidy checks.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface Source {
  /** Relative to the root, with forward slashes. */
  readonly path: string;
  readonly text: string;
  /** The text without comments and without the contents of string literals. */
  readonly code: string;
  readonly imports: readonly string[];
  /** Without `import type`, which leaves nothing to load, and without what is loaded when it is wanted. */
  readonly loads: readonly string[];
}

const FOLDERS = [
  'core',
  'sim',
  'scenarios',
  'twin',
  'lab',
  'reports',
  'cli',
  'live',
  'fake-bmc',
  'fake-kube',
  'bench',
  'tools',
  'test',
];

export function sourcesUnder(...folders: readonly string[]): readonly Source[] {
  return folders.flatMap((folder) => filesUnder(join(ROOT, folder))).map(readSource);
}

export function allSources(): readonly Source[] {
  return sourcesUnder(...FOLDERS);
}

function filesUnder(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesUnder(path);
    return /\.tsx?$/.test(entry.name) ? [path] : [];
  });
}

function readSource(path: string): Source {
  const text = readFileSync(path, 'utf8');
  const from = [...text.matchAll(/(?:^|\n)\s*(?:import|export)\s[^'"`;]*?from\s*'([^']+)'/g)];
  const bare = [...text.matchAll(/(?:^|\n)\s*import\s*'([^']+)'/g)].map((match) => match[1] ?? '');
  const types = /^\s*(?:import|export)\s+type\s/;
  const dynamic = [...text.matchAll(/\bimport\(\s*'([^']+)'\s*\)/g)].map((match) => match[1] ?? '');
  return {
    path: relative(ROOT, path).replaceAll('\\', '/'),
    text,
    code: codeOnly(text),
    imports: [...from.map(([, target = '']) => target), ...bare, ...dynamic],
    loads: [...from.filter(([whole]) => !types.test(whole)).map(([, target = '']) => target), ...bare],
  };
}

/** Blanks comments and string contents, so that words in prose are no findings. Template literals keep their code parts. */
function codeOnly(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"/g, (match) =>
    match.startsWith('/') ? ' ' : "''",
  );
}
