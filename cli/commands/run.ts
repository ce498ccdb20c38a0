// run: one policy on many worlds. A scenario with several policies needs --policy to say which.

import { NO_REMEDIATION } from '../../scenarios/compile-policies.ts';
import type { Study } from '../../scenarios/study.ts';
import { Arguments } from '../arguments.ts';
import type { Command, CommandRequest } from '../command-request.ts';
import { loadedStudy } from '../load.ts';
import { runLoadedStudy } from '../study-run.ts';

export const singleRunCommand: Command = async (request) => {
  const args = new Arguments(request);
  const { named, files } = policySelection(request);
  const studyRequest = new Arguments({ ...request, flags: { ...request.flags, policy: files } });
  const wanted = studyRequest.studyRequest();
  const jobs = args.jobs();
  args.finish();
  studyRequest.finish();
  const study = loadedStudy(wanted);
  return runLoadedStudy(withOnePolicy(study, named, args), request, { verb: 'run', jobs });
};

/** `--policy NAME` picks a policy of the scenario; `--policy NAME=FILE` brings one. Either way it is the one to run. */
function policySelection(request: CommandRequest): {
  readonly named: readonly string[];
  readonly files: readonly string[];
} {
  const given = request.flags.policy ?? [];
  return {
    named: given.map((spec) => spec.split('=')[0] ?? spec),
    files: given.filter((spec) => spec.includes('=')),
  };
}

function withOnePolicy(study: Study, named: readonly string[], args: Arguments): Study {
  const [name, ...others] = named;
  const names = study.policies.map((policy) => policy.name);
  for (const other of others) args.problem('MT002', `run takes one policy, and "${other}" is another`, { word: other });
  // The baseline that every scenario gets is not what a run without --policy means.
  const [own, ...moreOwn] = study.policies.filter((policy) => policy.name !== NO_REMEDIATION);
  const only = names.length === 1 ? study.policies[0] : moreOwn.length === 0 ? own : undefined;
  if (name === undefined && only === undefined) {
    args.problem('MT003', `which policy? There are ${names.join(', ')}`, {
      remedy: 'write --policy NAME, or use "compare" for all of them',
    });
  }
  const policy = name === undefined ? only : study.policies.find((each) => each.name === name);
  if (policy === undefined && name !== undefined) args.unknownName('policy', name, names);
  args.finish();
  return { ...study, policies: policy === undefined ? [] : [policy], matchedPair: null, meaningDifferences: [] };
}
