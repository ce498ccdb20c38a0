// The file system behind the scenario language: texts of scenarios and policies, dumps of clusters.

import type { FileReader } from '../scenarios/file-reader.ts';
import { readDump, readText } from './read-dump.ts';

/** Reads relative paths from the current folder. Synchronous: a study is loaded before anything else happens. */
export const studyFiles: FileReader = {
  readText(path) {
    const text = readText(path);
    return typeof text === 'string' ? { kind: 'text', text } : { kind: 'unreadable', ...text };
  },
  readCluster: readDump,
};
