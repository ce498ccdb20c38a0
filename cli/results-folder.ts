// The folder of one result: run.json is written first and replaced atomically at the end, so that an interrupted run can be
// recognised; everything else is written once, when it is whole.
//
//   run.json            state, verdict, exit code, versions, times, command
//   scenario.lock.json  fully resolved input: enough to run again alone
//   summary.json        what the lab computed; same seed, same bytes
//   summary.md          the same for a pull request
//   report.html         the same to look at, one file
//   replications.ndjson one row per policy and replication, with its fingerprint

import { constants } from 'node:fs';
import { access, lstat, mkdir, readdir, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { jsonText } from '../reports/json.ts';
import { Trouble } from './trouble.ts';

export const RUN_SCHEMA = 'metaltwin.dev/run/v1alpha1';
export const LOCK_SCHEMA = 'metaltwin.dev/lock/v1alpha1';
export const RESULTS_ROOT_DEFAULT = 'results';
const LATEST = 'latest';

export const FILES = {
  run: 'run.json',
  lock: 'scenario.lock.json',
  summary: 'summary.json',
  markdown: 'summary.md',
  report: 'report.html',
  replications: 'replications.ndjson',
} as const;

/** What run.json says. Times are wall clock, and therefore here and not in summary.json. */
export interface RunManifest {
  readonly schema: typeof RUN_SCHEMA;
  readonly state: 'running' | 'finished' | 'interrupted' | 'failed';
  readonly version: string;
  readonly node: string;
  readonly argv: readonly string[];
  readonly command: string;
  readonly name: string;
  readonly seed: string;
  readonly scenarioDigest: string;
  readonly jobs: number;
  readonly startedAt: string;
  readonly finishedAt: string | null;
  readonly elapsedMs: number | null;
  readonly exitCode: number | null;
  readonly verdict: {
    readonly standing: string;
    readonly sentence: string;
    readonly reasons: readonly string[];
  } | null;
  readonly fingerprints: Readonly<Record<string, string>>;
}

export interface ResultsPlace {
  /** Folder of all results. */
  readonly root: string;
  /** Folder of this one, when the user named it. */
  readonly out: string | undefined;
}

export class ResultsFolder {
  readonly path: string;
  /** How `replay` and `explain` name it, and where the report is found. */
  readonly token: string;
  private readonly root: string | undefined;

  private constructor(path: string, root: string | undefined) {
    this.path = path;
    this.root = root;
    this.token = root === undefined ? path : root === RESULTS_ROOT_DEFAULT ? LATEST : join(root, LATEST);
  }

  /** Makes a new folder; one that the user named must be empty or hold an earlier result. */
  static async create(
    place: ResultsPlace,
    study: { name: string; digest: string; startedAt: Date },
  ): Promise<ResultsFolder> {
    if (place.out !== undefined) {
      await makeFolder(place.out, '--out');
      const held = await readdir(place.out);
      const known: readonly string[] = Object.values(FILES);
      const foreign = held.find((name) => !known.includes(name));
      if (foreign !== undefined)
        throw new Trouble(`${place.out} holds "${foreign}", which is no result: name an empty folder`);
      return new ResultsFolder(place.out, undefined);
    }
    const stamp = study.startedAt.toISOString().replace(/[-:]|\.\d+/g, '');
    const name = `${stamp}-${fileName(study.name)}-${study.digest.slice(0, 4)}`;
    await makeFolder(place.root, '--results');
    await refuseForeignLatest(place.root);
    return new ResultsFolder(await freshFolder(place.root, name), place.root);
  }

  get reportPath(): string {
    return join(this.root === undefined ? this.path : join(this.root, LATEST), FILES.report);
  }

  async write(file: keyof typeof FILES, text: string): Promise<void> {
    const path = join(this.path, FILES[file]);
    try {
      await writeAtomically(path, text);
    } catch (error) {
      const flag = this.root === undefined ? '--out' : '--results';
      throw new Trouble(
        `${path} cannot be written: ${reasonOf(error)}; make room, or name another folder with ${flag}`,
        {
          cause: error,
        },
      );
    }
  }

  async writeManifest(manifest: RunManifest): Promise<void> {
    await this.write('run', jsonText(manifest));
  }

  /** Lets `latest` point here. */
  async publish(): Promise<void> {
    if (this.root === undefined) return;
    const link = join(this.root, LATEST);
    const fresh = `${link}.${basename(this.path)}`;
    await rm(fresh, { force: true });
    await symlink(relative(dirname(link), this.path), fresh);
    await rename(fresh, link);
  }
}

/** Makes the folder where it is missing; trouble, with the flag that names another one, where nothing can be written to it. */
async function makeFolder(path: string, flag: '--out' | '--results'): Promise<void> {
  try {
    await makeFolderAndParents(path);
    await access(path, constants.W_OK);
  } catch (error) {
    throw notWritable(path, flag, error);
  }
}

/** Not by `mkdir` with `recursive`: below /proc, where the parent exists and makes nothing, Node tries for ever. */
async function makeFolderAndParents(path: string): Promise<void> {
  if (await isFolder(path)) return;
  const parent = dirname(path);
  if (parent !== path) await makeFolderAndParents(parent);
  try {
    await mkdir(path);
  } catch (error) {
    // Another process may have made it in between.
    if (!(await isFolder(path))) throw error;
  }
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
}

function notWritable(path: string, flag: '--out' | '--results', cause: unknown): Trouble {
  return new Trouble(`no results can be written to "${path}": ${reasonOf(cause)}; name another folder with ${flag}`, {
    cause,
  });
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'EEXIST':
    case 'ENOTDIR':
      return 'it is a file, or lies below one';
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return 'it may not be written';
    case 'EISDIR':
      return 'a folder is in its place';
    case 'ENOSPC':
      return 'the disk is full';
    case 'EDQUOT':
      return 'the quota is used up';
    case 'EFBIG':
      return 'the file would be larger than is allowed here';
    case 'ENOENT':
      return 'it has no name, or lies where no folder can be made';
    default:
      return error instanceof Error ? error.message : String(error);
  }
}

/** Seen before the study runs: what is not our link is neither replaced nor stumbled over at the end. */
async function refuseForeignLatest(root: string): Promise<void> {
  const path = join(root, LATEST);
  const found = await lstat(path).catch(() => undefined);
  if (found !== undefined && !found.isSymbolicLink()) {
    throw new Trouble(`${path} is no link to a result: move it away, or name another folder with --results`);
  }
}

async function freshFolder(root: string, name: string): Promise<string> {
  for (let attempt = 1; ; attempt++) {
    const path = join(root, attempt === 1 ? name : `${name}-${attempt}`);
    try {
      await mkdir(path);
      return path;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) {
        throw notWritable(root, '--results', error);
      }
    }
  }
}

async function writeAtomically(path: string, text: string): Promise<void> {
  const fresh = `${path}.tmp`;
  await writeFile(fresh, text);
  await rename(fresh, path);
}

/** Names come from scenarios and clusters: only harmless characters reach the file system. */
function fileName(text: string): string {
  const longest = 60;
  return (
    text
      .replace(/[^A-Za-z0-9_-]+/g, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, longest) || 'study'
  );
}
