// A file system of a few texts for tests of the scenario language. Clusters are read by the same text reader as real ones.

import type { KubeObject } from '../../core/api/object.ts';
import type { FileReader } from '../../scenarios/file-reader.ts';
import { objectsInText } from '../../twin/dump-text.ts';

export const NOW_MS = 1_798_761_600_000;

export function memoryFiles(texts: Readonly<Record<string, string>>): FileReader {
  return {
    readText(path) {
      const text = texts[path];
      return text === undefined ? { kind: 'unreadable', why: 'it does not exist' } : { kind: 'text', text };
    },
    readCluster(paths) {
      const read = paths.map((path) => objectsInText(path, texts[path] ?? ''));
      const objects: readonly KubeObject[] = read.flatMap((each) => each.objects);
      return {
        objects,
        nowMs: NOW_MS,
        nowFrom: 'the test',
        sources: paths,
        layout: 'lists',
        problems: read.flatMap((each) => each.problems),
      };
    },
  };
}
