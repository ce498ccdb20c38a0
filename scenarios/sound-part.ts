// What of a scenario with bad fields can still be judged by its meaning, so that all problems are told at once: an element of a
// list that is bad is left out, else the section of the spec that is. What is left out must make nothing else look wrong: what
// leans on it goes with it, or gets the value with which it complains of nothing.

import type * as z from 'zod/mini';
import type { Path, PositionedDocument } from './positioned-yaml.ts';
import { DURATION_MOST_MS, formatDuration } from './quantities.ts';

/** Each round sees the problems that those of the round before had hidden. */
const ROUNDS_MOST = 5;

/** Sections that lean on another one. Hosts and pools come of three; without the cluster nothing is asked of them. */
const LEANS_ON: Readonly<Record<string, readonly Path[]>> = {
  hardware: [['spec', 'cluster']],
  storage: [['spec', 'cluster']],
  policies: [['spec', 'faults', 'clients']],
  provisioning: [['spec', 'faults']],
};

/** Values with which nothing is too late, unmeasured or without a clock. */
const HARMLESS: Readonly<Record<string, unknown>> = {
  duration: formatDuration(DURATION_MOST_MS),
  study: 'steady',
  queues: true,
  slowness: true,
};

export interface SoundPart<T> {
  readonly value: T;
  /** Places are those of the whole document. */
  readonly document: PositionedDocument;
  /** False when something was left out of which the hosts and their storage are made. */
  readonly hasCluster: boolean;
}

/** Undefined where too little is left. */
export function soundPart<S extends z.ZodMiniType>(
  schema: S,
  document: PositionedDocument,
): SoundPart<z.output<S>> | undefined {
  let cuts: readonly Path[] = [];
  for (let round = 0; round < ROUNDS_MOST; round++) {
    const result = schema.safeParse(without(document.value, cuts));
    if (result.success) {
      const whole = cuts;
      return {
        value: result.data,
        document: {
          ...document,
          placeOf: (path) => document.placeOf(inWhole(path, whole)),
          placeOfKey: (path) => document.placeOfKey(inWhole(path, whole)),
        },
        hasCluster: !cuts.some((cut) => isWithin(['spec', 'cluster'], cut)),
      };
    }
    const found = result.error.issues.flatMap((issue) => {
      const path = inWhole(
        issue.path.map((step) => (typeof step === 'number' ? step : String(step))),
        cuts,
      );
      return issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...path, key]) : [path];
    });
    const next = found.map(cutFor);
    if (next.includes(undefined)) return undefined;
    cuts = [...cuts, ...next.flat().filter((cut) => cut !== undefined)];
  }
  return undefined;
}

/** What is left out for a problem at the path; undefined for one without which there is nothing to judge. */
function cutFor(path: Path): readonly Path[] | undefined {
  const [top, section] = path;
  if (top !== 'spec') return top === undefined || top === 'apiVersion' || top === 'kind' ? undefined : [[top]];
  if (typeof section !== 'string') return undefined;
  const element = path.findIndex((step) => typeof step === 'number');
  const inside = section === 'faults' ? 3 : 2;
  const cut = section !== 'cluster' && element >= 0 ? path.slice(0, element + 1) : path.slice(0, inside);
  return [cut, ...(LEANS_ON[section] ?? [])];
}

function without(value: unknown, cuts: readonly Path[], path: Path = []): unknown {
  const isCut = (step: string | number): boolean => cuts.some((cut) => isWithin([...path, step], cut));
  if (Array.isArray(value)) {
    return value.flatMap((each, index) => (isCut(index) ? [] : [without(each, cuts, [...path, index])]));
  }
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value)
    .filter(([key]) => !isCut(key))
    .map(([key, field]): [string, unknown] => [key, without(field, cuts, [...path, key])]);
  return { ...Object.fromEntries(kept), ...standIns(path, isCut) };
}

function standIns(path: Path, isCut: (step: string) => boolean): Readonly<Record<string, unknown>> {
  if (path.length === 0 && isCut('metadata')) return { metadata: { name: 'scenario' } };
  if (path.length !== 1 || path[0] !== 'spec') return {};
  return Object.fromEntries(Object.entries(HARMLESS).filter(([key]) => isCut(key)));
}

/** A path of the sound part as one of the whole: elements of a list that were left out count again. */
function inWhole(path: Path, cuts: readonly Path[]): Path {
  const whole: (string | number)[] = [];
  for (const step of path) {
    if (typeof step !== 'number') {
      whole.push(step);
      continue;
    }
    let index = 0;
    for (let left = step; ; index++) {
      if (cuts.some((cut) => cut.length === whole.length + 1 && isWithin([...whole, index], cut))) continue;
      if (left-- === 0) break;
    }
    whole.push(index);
  }
  return whole;
}

function isWithin(path: Path, outer: Path): boolean {
  return outer.length <= path.length && outer.every((step, at) => path[at] === step);
}
