// Loads what a request names from this machine's files, or ends the command with every problem of it.

import { loadStudy } from '../scenarios/compile.ts';
import type { Problem } from '../scenarios/problem.ts';
import type { Study, StudyRequest } from '../scenarios/study.ts';
import { studyFiles } from '../twin/study-files.ts';
import { BadInput } from './usage-problem.ts';

/** Throws `BadInput` when anything is wrong; warnings stay with the study. */
export function loadedStudy(request: StudyRequest): Study {
  const loaded = loadStudy(request, studyFiles);
  if ('problems' in loaded) throw new BadInput(loaded.problems);
  return loaded.study;
}

/** Errors and warnings of a request, without ending the command. */
export function problemsOf(request: StudyRequest): readonly Problem[] {
  const loaded = loadStudy(request, studyFiles);
  return 'problems' in loaded ? loaded.problems : loaded.study.problems;
}
