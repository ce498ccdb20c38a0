// One replication of a stored result, run again with its story recorded: what `replay` and `explain` look at.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Lineage } from '../core/api/lineage.ts';
import { lineageSentence } from '../reports/sentences.ts';
import type { Study } from '../scenarios/study.ts';
import type { Recording, RunResult } from '../sim/result.ts';
import { simulate } from '../sim/simulation.ts';
import type { Arguments } from './arguments.ts';
import type { CommandRequest } from './command-request.ts';
import { FILES, LOCK_SCHEMA, RESULTS_ROOT_DEFAULT } from './results-folder.ts';
import { Trouble } from './trouble.ts';

export interface RecordedRun {
  /** Whether known defects of the products were in it. */
  readonly lineage: Lineage;
  readonly folder: string;
  readonly study: Study;
  readonly result: RunResult;
  readonly recording: Recording;
  /** Version that made the result. */
  readonly recordedBy: string;
  /** Fingerprint in the result, or undefined where this replication was not part of it. */
  readonly recordedFingerprint: string | undefined;
}

/** Stands before what is told of a run without the known defects; empty for any other. */
export function lineageText({ lineage, result }: RecordedRun): string {
  return lineage === 'corrected' ? ` ${lineageSentence([result.policy])}\n\n` : '';
}

interface Token {
  readonly results: string;
  readonly policy: string;
  readonly replication: number;
}

/** Finds what `RESULTS#POLICY/REPLICATION` names and runs it; throws `BadInput` when there is no such run. */
export async function runRecorded(request: CommandRequest, args: Arguments): Promise<RecordedRun> {
  const token = tokenOf(request, args);
  args.finish();
  const folder = await folderOf(token.results, request, args);
  const { study, version } = await readLock(folder);
  const names = study.policies.map(({ name }) => name);
  const policy = study.policies.find(({ name }) => name === token.policy);
  if (policy === undefined) args.unknownName('policy', token.policy, names);
  args.finish();
  if (policy === undefined) throw new Trouble('unreachable: an unknown policy ends the command');
  const { result, recording } = simulate(study.config, policy, { replication: token.replication, record: true });
  if (recording === undefined) throw new Error('a recorded run has a recording');
  const recordedFingerprint = await fingerprintIn(folder, token);
  return {
    folder,
    study,
    lineage: policy.lineage ?? 'exact',
    result,
    recording,
    recordedBy: version,
    recordedFingerprint,
  };
}

function tokenOf(request: CommandRequest, args: Arguments): Token {
  const [text, ...others] = request.operands;
  for (const other of others)
    args.problem('MT002', `one run at a time, and "${other}" is a second one`, { word: other });
  const remedy = 'write RESULTS#POLICY/REPLICATION, as latest#reboot-first/1';
  if (text === undefined) {
    args.problem('MT003', 'which run?', { remedy });
    return { results: '', policy: '', replication: 1 };
  }
  const match = /^(.*)#(.+)\/(\d+)$/.exec(text);
  const replication = Number(match?.[3]);
  if (match === null || replication < 1) {
    args.problem('MT002', `"${text}" does not name a run`, { word: text, remedy });
    return { results: '', policy: '', replication: 1 };
  }
  return { results: match[1] === '' ? 'latest' : (match[1] ?? ''), policy: match[2] ?? '', replication };
}

/** A folder by its path, or by its name in the folder of all results. */
async function folderOf(results: string, request: CommandRequest, args: Arguments): Promise<string> {
  const root = request.flags.results ?? RESULTS_ROOT_DEFAULT;
  for (const folder of [join(root, results), results]) {
    if ((await textOf(join(folder, FILES.run))) !== undefined) return folder;
  }
  args.problem('MT005', `there is no result "${results}"`, {
    word: results,
    why: `Looked for ${join(root, results, FILES.run)} and ${join(results, FILES.run)}.`,
    remedy: 'name a folder that compare or run has written, or give --results DIR',
  });
  args.finish();
  return '';
}

/** The lock is our own file: only its schema is checked. */
async function readLock(folder: string): Promise<{ readonly study: Study; readonly version: string }> {
  const path = join(folder, FILES.lock);
  const text = await textOf(path);
  if (text === undefined) throw new Trouble(`${path} is missing: this result cannot be repeated`);
  const lock = parsed(text, path) as { schema?: string; version: string; study: Study };
  if (lock.schema !== LOCK_SCHEMA)
    throw new Trouble(`${path} has schema "${lock.schema}", this build reads ${LOCK_SCHEMA}`);
  return lock;
}

async function fingerprintIn(folder: string, token: Token): Promise<string | undefined> {
  const path = join(folder, FILES.replications);
  const text = (await textOf(path)) ?? '';
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const row = parsed(line, path) as { policy: string; replication: number; fingerprint: string };
    if (row.policy === token.policy && row.replication === token.replication) return row.fingerprint;
  }
  return undefined;
}

/** A file of ours that is no JSON was cut short or changed by somebody. */
function parsed(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Trouble(`${path} is damaged: this result cannot be repeated`, { cause: error });
  }
}

/** Undefined when there is no such file; other failures are trouble. */
async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR'))
      return undefined;
    throw error;
  }
}
