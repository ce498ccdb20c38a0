// Studies whose files are written where they are used: a path that has a text here is that text, any other is read from the disk.

import { loadStudy } from '../../scenarios/compile.ts';
import type { FileReader } from '../../scenarios/file-reader.ts';
import type { Study, StudyRequest } from '../../scenarios/study.ts';
import type { PolicyConfig, SimConfig } from '../../sim/config.ts';
import { studyFiles } from '../../twin/study-files.ts';

/** By path. */
export type Texts = Readonly<Record<string, string | undefined>>;

export function withTexts(texts: Texts): FileReader {
  return {
    ...studyFiles,
    readText: (path) => {
      const text = texts[path];
      return text === undefined ? studyFiles.readText(path) : { kind: 'text', text };
    },
  };
}

/** Throws with every problem, for whoever wrote the texts. */
export function writtenStudy(request: StudyRequest, texts: Texts): Study {
  const loaded = loadStudy(request, withTexts(texts));
  if ('problems' in loaded) {
    throw new Error(loaded.problems.map(({ file, line, message }) => `${file}:${line} ${message}`).join('\n'));
  }
  return loaded.study;
}

/** The study and its first policy, for one run. */
export function writtenRun(
  request: StudyRequest,
  texts: Texts,
): { readonly config: SimConfig; readonly policy: PolicyConfig } {
  const { config, policies } = writtenStudy(request, texts);
  const [policy] = policies;
  if (policy === undefined) throw new Error('the study has a policy');
  return { config, policy };
}
