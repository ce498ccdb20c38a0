// run: one policy on many worlds. A scenario with several policies needs --policy to say which.

import { NO_REMEDIATION } from '../../scenarios/compile-policies.ts';
import type { Study } from '../../scenarios/study.ts';
import { Arguments } from '../arguments.ts';
import type { Command } from '../command-request.ts';
import { loadedStudy } from '../load.ts';
import { chosenPolicy, policyChoice } from '../policy-choice.ts';
import { runLoadedStudy } from '../study-run.ts';

export const singleRunCommand: Command = async (request) => {
  const choice = policyChoice(request);
  const args = new Arguments(choice.request);
  const wanted = args.studyRequest();
  const jobs = args.jobs();
  args.finish();
  const study = loadedStudy(wanted);
  const policy = chosenPolicy(study, choice, args, {
    verb: 'run',
    usual: onlyPolicy(study),
    remedy: 'write --policy NAME, or use "compare" for all of them',
  });
  args.finish();
  const policies = policy === undefined ? [] : [policy];
  return runLoadedStudy({ ...study, policies, matchedPair: null, meaningDifferences: [] }, request, {
    verb: 'run',
    jobs,
  });
};

/** The baseline that every scenario gets is not what a run without --policy means. */
function onlyPolicy({ policies }: Study): Study['policies'][number] | undefined {
  const [own, ...moreOwn] = policies.filter(({ name }) => name !== NO_REMEDIATION);
  return policies.length === 1 ? policies[0] : moreOwn.length === 0 ? own : undefined;
}
