// compare: several policies on the same worlds, paired, with a verdict.

import { Arguments } from '../arguments.ts';
import type { Command } from '../command-request.ts';
import { loadedStudy } from '../load.ts';
import { runLoadedStudy } from '../study-run.ts';

export const compareCommand: Command = async (request) => {
  const args = new Arguments(request);
  const studyRequest = args.studyRequest();
  const jobs = args.jobs();
  args.finish();
  const study = loadedStudy(studyRequest);
  if (study.policies.length < 2) {
    args.problem('MT003', `compare needs two policies, and there is only "${study.policies[0]?.name}"`, {
      remedy: 'add --policy NAME=FILE[,FILE]..., --policy NAME= for no remediation, or use "run"',
    });
    args.finish();
  }
  return runLoadedStudy(study, request, { verb: 'compare', jobs });
};
