// Declarations for those who import the package in TypeScript: of one entry, and of the files that it needs and no other.

import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';

export interface DeclaredEntry {
  /** Folder of the sources. */
  readonly root: string;
  /** Below it. */
  readonly entry: string;
  /** Below the root, so that packages are found; the declarations lie in it as the sources do in the root. */
  readonly folder: string;
}

/** Writes them. Rejects with what the compiler says when there is something wrong. */
export async function writeDeclarations({ root, entry, folder }: DeclaredEntry): Promise<void> {
  const emitted = `${folder}.emitted`;
  await mkdir(emitted, { recursive: true });
  try {
    await emit(root, entry, emitted);
    await copyReachable({ from: emitted, to: folder }, join(emitted, declarationOf(entry)));
  } finally {
    await rm(emitted, { recursive: true, force: true });
  }
}

async function emit(root: string, entry: string, outDir: string): Promise<void> {
  const config = join(outDir, 'tsconfig.json');
  const compilerOptions = {
    ...{ declaration: true, emitDeclarationOnly: true, noEmit: false, rootDir: root, outDir },
    // The sources are checked elsewhere; here that would take most of the time.
    noCheck: true,
  };
  const written = { extends: join(root, 'tsconfig.json'), compilerOptions, files: [join(root, entry)], include: [] };
  await writeFile(config, JSON.stringify(written));
  await promisify(execFile)(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '--project', config]);
}

interface Folders {
  readonly from: string;
  readonly to: string;
}

/** A declaration, and those that it imports, with the names under which a compiler of others looks for them. */
async function copyReachable(folders: Folders, path: string, seen = new Set<string>()): Promise<void> {
  if (seen.has(path)) return;
  seen.add(path);
  const text = await readFile(path, 'utf8');
  const imported = [...text.matchAll(RELATIVE_IMPORT)].map(([, , name = '']) => name);
  const target = join(folders.to, relative(folders.from, path));
  await mkdir(dirname(target), { recursive: true });
  await writeFile(
    target,
    text.replace(RELATIVE_IMPORT, (_all, before: string, name: string) => `${before}'${name}.js'`),
  );
  for (const name of imported) await copyReachable(folders, join(dirname(path), `${name}.d.ts`), seen);
}

const RELATIVE_IMPORT = /(from |import\()['"](\.{1,2}\/[^'"]+)\.ts['"]/g;

function declarationOf(source: string): string {
  return source.replace(/\.ts$/, '.d.ts');
}
