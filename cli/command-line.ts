// The exact command that repeats a study: what was typed, with seed and replications spelled out, without what cannot
// change a result (workers, folders, formats).

import { shellQuoted } from '../reports/shell-words.ts';
import type { Study } from '../scenarios/study.ts';
import type { CommandRequest } from './command-request.ts';

export function repeatCommand(verb: 'compare' | 'run', request: CommandRequest, study: Study): string {
  const { operands, flags } = request;
  const words = [
    'metaltwin',
    verb,
    ...(flags.cluster === undefined
      ? operands
      : [...flags.cluster, ...operands].flatMap((path) => ['--cluster', path])),
    ...(flags.policy ?? []).flatMap((policy) => ['--policy', policy]),
    ...given('--duration', flags.duration),
    ...given('--study', flags.study),
    ...given('--rack-label', flags.rackLabel),
    '--seed',
    study.seed,
    '--replications',
    String(study.replications),
  ];
  return words.map(shellQuoted).join(' ');
}

function given(flag: string, value: string | undefined): readonly string[] {
  return value === undefined ? [] : [flag, value];
}
