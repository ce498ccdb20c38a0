// What a pool that Ceph places is joined from, and all that there is to say about it: problems with their places, and assumptions.

import type { HostConfig, PoolConfig } from '../../sim/config.ts';
import type { Assumption } from '../cluster/assumption.ts';
import type { ObjectSet } from '../cluster/object-set.ts';
import type { FileReader } from '../file-reader.ts';
import { hasErrors, type Place, type Problem, unreadable } from '../problem.ts';
import type { ScenarioSpec } from '../schema.ts';

type StorageSection = NonNullable<ScenarioSpec['storage']>;

export interface CrushPoolParts {
  /** As it would be without a map: the scenario's values over those found. */
  readonly pool: PoolConfig;
  readonly storage: StorageSection & { readonly crush: NonNullable<StorageSection['crush']> };
  readonly hosts: readonly HostConfig[];
  readonly objects: ObjectSet;
  readonly files: FileReader;
  /** A path of the scenario as seen from the current folder. */
  readonly within: (path: string) => string;
  /** Where a field of `spec.storage` stands. */
  readonly at: (path: readonly string[]) => Place;
}

export class PoolJoining {
  readonly parts: CrushPoolParts;
  readonly problems: Problem[] = [];
  readonly assumptions: Assumption[] = [];

  constructor(parts: CrushPoolParts) {
    this.parts = parts;
  }

  get hasFailed(): boolean {
    return hasErrors(this.problems);
  }

  /** Of a file that a field of `crush` names; undefined with a problem. */
  text(path: string, field: string): string | undefined {
    const file = this.parts.within(path);
    const read = this.parts.files.readText(file);
    if (read.kind === 'text') return read.text;
    this.problems.push(unreadable(file, read, this.parts.at(['crush', field])));
    return undefined;
  }

  assume(name: string, value: string, source: string): void {
    this.assumptions.push({ name, value, source });
  }

  error(code: Problem['code'], message: string, place: Place, remedy?: string): void {
    this.problems.push({ code, severity: 'error', message, ...place, ...(remedy === undefined ? {} : { remedy }) });
  }

  warn(code: Problem['code'], message: string, place: Place, remedy: string): void {
    this.problems.push({ code, severity: 'warning', message, ...place, remedy });
  }
}

export function isInPool({ usedBytes }: PoolConfig): (host: HostConfig) => boolean {
  return ({ name }) => (usedBytes[name] ?? 0) > 0;
}

/** The first of many names. */
export function some(names: readonly string[]): string {
  const shown = names.slice(0, 5).join(', ');
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown;
}
