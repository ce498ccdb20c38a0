// What pages about an example are made of: what a command prints about it, and single runs of it with something changed.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PolicyConfig, SimConfig } from '../sim/config.ts';
import { metaltwin } from '../test/cli/captured-console.ts';
import { writtenStudy } from '../test/kit/written-study.ts';

/** A text of the example, and what stands there instead. */
export type Change = readonly [from: string, to: string];

export const SAME: Change = ['', ''];

/** What a command prints, but for the time that it took. @throws when it prints nothing. */
export async function printedBy(command: readonly string[]): Promise<string> {
  const results = mkdtempSync(join(tmpdir(), 'metaltwin-page-'));
  try {
    const { out, err } = await metaltwin(...command, '--quiet', '--results', results);
    if (out === '') throw new Error(`metaltwin ${command.join(' ')} printed nothing: ${err}`);
    return out.replace(/,\s+(?:\d+m)?[\d.]+m?s,\s+exit \d+/, '');
  } finally {
    rmSync(results, { recursive: true });
  }
}

/** What stands before the chapter about users. */
export function summaryOf(printed: string): string {
  const [summary = ''] = printed.split('\n What users of the cluster notice');
  return summary.trimEnd();
}

/** @throws when the example does not have the text that is to change, or the policy. */
export function changedExample(
  example: { readonly file: string; readonly text: string },
  policy: string,
  [from, to]: Change,
): { readonly config: SimConfig; readonly policy: PolicyConfig } {
  if (!example.text.includes(from)) throw new Error(`the example has no "${from}"`);
  const texts = { [example.file]: example.text.replace(from, to) };
  const { config, policies } = writtenStudy({ scenarioFile: example.file, policies: [] }, texts);
  const chosen = policies.find(({ name }) => name === policy);
  if (chosen === undefined) throw new Error(`no policy ${policy}`);
  return { config, policy: chosen };
}
