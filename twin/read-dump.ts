// Reads what people have of a cluster: files and folders of `kubectl get -o yaml|json`, gzip too, or a must-gather or inspect
// tree. Only reads; what the objects mean is decided in scenarios/cluster.

import { type Dirent, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { KubeObject } from '../core/api/object.ts';
import { formatTime, parseTime } from '../core/api/time.ts';
import { didYouMean } from '../scenarios/did-you-mean.ts';
import type { ClusterDump, Unreadable } from '../scenarios/file-reader.ts';
import { COMMAND_LINE, type Place, type Problem, unreadable } from '../scenarios/problem.ts';
import { objectsInText } from './dump-text.ts';
import { textOfBytes } from './file-text.ts';

const READABLE = /\.(ya?ml|json)(\.gz)?$/;
/** Folders that only `oc adm must-gather` and `oc adm inspect` make. */
const TREE_FOLDERS = new Set(['cluster-scoped-resources', 'namespaces']);

interface Found {
  readonly files: string[];
  readonly stamps: string[];
  tree: boolean;
}

export function readDump(paths: readonly string[]): ClusterDump {
  const problems: Problem[] = [];
  const found: Found = { files: [], stamps: [], tree: false };
  for (const path of paths) collect(path, found, problems);
  const objects: KubeObject[] = [];
  for (const file of found.files) {
    const text = readText(file);
    if (typeof text !== 'string') {
      problems.push(unreadable(file, text, wholeFile(file)));
      continue;
    }
    const read = objectsInText(file, text);
    // One by one: a spread of ten thousand arguments overflows the stack.
    for (const object of read.objects) objects.push(object);
    problems.push(...read.problems);
  }
  if (objects.length === 0 && problems.length === 0) {
    problems.push({
      code: 'MT150',
      severity: 'error',
      message: `no Kubernetes objects in ${paths.join(', ')}`,
      file: paths[0] ?? COMMAND_LINE,
      line: 1,
      column: 1,
      remedy: 'give files or folders of kubectl get -o yaml or -o json, or a must-gather',
    });
  }
  return {
    objects,
    ...latestMoment(objects, found.stamps),
    sources: found.files,
    layout: found.tree ? 'must-gather' : 'lists',
    problems,
  };
}

/** Files below a path in the order of their names. */
function collect(path: string, found: Found, problems: Problem[]): void {
  let isFolder: boolean;
  try {
    isFolder = statSync(path).isDirectory();
  } catch (error) {
    problems.push(unreadable(path, unreadableFor(path, error), wholeFile(path)));
    return;
  }
  if (!isFolder) {
    found.files.push(path);
    return;
  }
  const [before, troubles] = [found.files.length, problems.length];
  walk(path, found, problems);
  if (found.files.length === before && problems.length === troubles) {
    problems.push({
      code: 'MT101',
      severity: 'error',
      message: `folder ${path} holds no .yaml, .yml or .json file`,
      file: path,
      line: 1,
      column: 1,
      remedy: 'give a folder of kubectl get -o yaml or -o json, or a must-gather',
    });
  }
}

function walk(folder: string, found: Found, problems: Problem[]): void {
  const entries = entriesOf(folder);
  if ('why' in entries) {
    problems.push(unreadable(folder, entries, wholeFile(folder)));
    return;
  }
  for (const entry of entries) {
    const path = `${folder.replace(/\/$/, '')}/${entry.name}`;
    if (entry.isDirectory()) {
      if (TREE_FOLDERS.has(entry.name)) found.tree = true;
      walk(path, found, problems);
    } else if (READABLE.test(entry.name)) found.files.push(path);
    else if (entry.name === 'timestamp') found.stamps.push(path);
  }
}

/** In the order of their names. */
function entriesOf(folder: string): readonly Dirent[] | Unreadable {
  try {
    return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    return { why: reasonOf(error) };
  }
}

export function readText(path: string): string | Unreadable {
  try {
    return textOfBytes(path, readFileSync(path));
  } catch (error) {
    return unreadableFor(path, error);
  }
}

function unreadableFor(path: string, error: unknown): Unreadable {
  const why = reasonOf(error);
  if (why === A_FOLDER) return { why, isFolder: true };
  const near = didYouMean(basename(path), namesBeside(path));
  return { why, ...(near === undefined ? {} : { near: join(dirname(path), near) }) };
}

/** Names in the folder of a path that is not there; none where the path is there, or its folder is not. */
function namesBeside(path: string): readonly string[] {
  if (existsSync(path)) return [];
  try {
    return readdirSync(dirname(path));
  } catch {
    return [];
  }
}

const A_FOLDER = 'it is a folder';

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  switch (code) {
    case 'ENOENT':
      return 'it does not exist';
    case 'EACCES':
      return 'it may not be read';
    case 'EISDIR':
      return A_FOLDER;
    default:
      return error instanceof Error ? error.message : String(error);
  }
}

function wholeFile(file: string): Place {
  return { file, line: 1, column: 1 };
}

interface Stamped {
  readonly spec?: { readonly renewTime?: string };
  readonly status?: { readonly conditions?: readonly { readonly lastHeartbeatTime?: string }[] };
}

/** The latest of all signs of life, and of the stamps of a must-gather. */
function latestMoment(
  objects: readonly KubeObject[],
  stamps: readonly string[],
): Pick<ClusterDump, 'nowMs' | 'nowFrom'> {
  let latest = Number.NEGATIVE_INFINITY;
  let nowFrom = 'nothing in the input';
  const consider = (stamp: string | undefined, from: string) => {
    const atMs = stamp === undefined ? Number.NaN : parseTime(stamp);
    if (!(atMs > latest)) return;
    latest = atMs;
    nowFrom = from;
  };
  for (const object of objects) {
    const { spec, status } = object as Stamped;
    if (object.kind === 'Lease') consider(spec?.renewTime, `renewal of lease ${object.metadata.name}`);
    if (object.kind !== 'Node') continue;
    for (const condition of status?.conditions ?? []) {
      consider(condition.lastHeartbeatTime, `heartbeat of node ${object.metadata.name}`);
    }
  }
  for (const file of stamps) {
    const text = readText(file);
    // `2026-11-22 08:06:45.482110034 +0000 UTC m=+0.104212345`, as Go prints a time.
    const match = typeof text === 'string' ? /(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)\S* \+0000/.exec(text) : null;
    if (match !== null)
      consider(
        `${match[1]}T${match[2]}Z`,
        `must-gather timestamp ${formatTime(parseTime(`${match[1]}T${match[2]}Z`))}`,
      );
  }
  return latest === Number.NEGATIVE_INFINITY ? { nowMs: undefined, nowFrom } : { nowMs: latest, nowFrom };
}
