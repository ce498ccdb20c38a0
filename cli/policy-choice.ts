// One policy of a study: `--policy NAME` picks one that the scenario or the cluster has, `--policy NAME=FILE` brings one.

import type { Study, StudyPolicy } from '../scenarios/study.ts';
import type { Arguments } from './arguments.ts';
import type { CommandRequest } from './command-request.ts';

export interface PolicyChoice {
  /** As given, in their order; one is meant. */
  readonly named: readonly string[];
  /** The request with those flags only that bring manifests. */
  readonly request: CommandRequest;
}

export function policyChoice(request: CommandRequest): PolicyChoice {
  const given = request.flags.policy ?? [];
  return {
    named: given.map((spec) => spec.split('=')[0] ?? spec),
    request: { ...request, flags: { ...request.flags, policy: given.filter((spec) => spec.includes('=')) } },
  };
}

/** The policy that is named, or `usual` where none is. All that is wrong with the choice is said by `args`. */
export function chosenPolicy(
  study: Study,
  { named }: PolicyChoice,
  args: Arguments,
  { verb, usual, remedy }: { verb: string; usual: StudyPolicy | undefined; remedy: string },
): StudyPolicy | undefined {
  const [name, ...others] = named;
  const names = study.policies.map((policy) => policy.name);
  for (const other of others) {
    args.problem('MT002', `${verb} takes one policy, and "${other}" is another`, { word: other });
  }
  if (name === undefined) {
    if (usual === undefined) args.problem('MT003', `which policy? There are ${names.join(', ')}`, { remedy });
    return usual;
  }
  const policy = study.policies.find((each) => each.name === name);
  if (policy === undefined) args.unknownName('policy', name, names);
  return policy;
}
