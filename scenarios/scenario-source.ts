// The scenario of a request, or an empty one that carries only what the command line says.

import type { FileReader } from './file-reader.ts';
import type { PositionedDocument } from './positioned-yaml.ts';
import type { Problem } from './problem.ts';
import { readScenario } from './read-scenario.ts';
import type { ScenarioSpec } from './schema.ts';
import type { StudyRequest } from './study.ts';

export interface ScenarioSource {
  readonly name: string;
  readonly spec: ScenarioSpec;
  readonly document: PositionedDocument | undefined;
  /** Folder that paths in the scenario are relative to, with its slash; empty for the current one. */
  readonly folder: string;
  /** False when what it says of its cluster cannot be used, or nothing of it; the problems are already known. */
  readonly hasCluster: boolean;
}

export function scenarioSource(request: StudyRequest, files: FileReader, problems: Problem[]): ScenarioSource {
  const file = request.scenarioFile;
  if (file === undefined) {
    return {
      name: nameOfPaths(request.clusterPaths ?? []),
      spec: {},
      document: undefined,
      folder: '',
      hasCluster: true,
    };
  }
  const folder = file.slice(0, file.lastIndexOf('/') + 1);
  const read = readScenario(file, files);
  if ('problems' in read) {
    problems.push(...read.problems);
    const { sound } = read;
    return {
      ...(sound === undefined
        ? { name: file, spec: {}, document: undefined }
        : { name: sound.value.metadata.name, spec: sound.value.spec, document: sound.document }),
      folder,
      hasCluster: sound?.hasCluster ?? false,
    };
  }
  return {
    name: read.scenario.metadata.name,
    spec: read.scenario.spec,
    document: read.document,
    folder,
    hasCluster: true,
  };
}

/** The last folder or file name of the first path: what a user would call the cluster. */
function nameOfPaths(paths: readonly string[]): string {
  const parts = (paths[0] ?? '').split('/').filter((part) => part !== '' && part !== '.' && part !== '..');
  return (parts[parts.length - 1] ?? 'cluster').replace(/\.(ya?ml|json)(\.gz)?$/, '');
}

/** A path of the scenario as seen from the current folder. */
export function within(folder: string, path: string): string {
  return path.startsWith('/') ? path : `${folder}${path}`;
}
