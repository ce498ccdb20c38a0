// What can be wrong with a CRUSH map that could be read: what several parts of it say in the same words.

import { didYouMean } from '../did-you-mean.ts';
import type { Place, Problem } from '../problem.ts';
import type { ProblemCode } from '../problem-catalogue.ts';

/** Buckets and devices that a map may have; far above what Ceph clusters have, far below what fills the memory. */
export const ID_MOST = 2 ** 20;

export function crushProblem(code: ProblemCode, message: string, place: Place, remedy?: string): Problem {
  return { code, severity: 'error', message, ...place, ...(remedy === undefined ? {} : { remedy }) };
}

/** Something that Ceph can and this cannot; `remedy` is what an operator would do to the map. */
export function unsupported(message: string, place: Place, remedy: string): Problem {
  return crushProblem('MT163', message, place, remedy);
}

export function twice(noun: string, name: string | number, place: Place): Problem {
  return crushProblem('MT120', `${noun} ${name} is there twice`, place, 'give every one its own');
}

/** A reference to nothing, with the name that may have been meant. */
export function dangling(noun: string, reference: string | number, place: Place, known: Iterable<string>): Problem {
  const near = typeof reference === 'string' ? didYouMean(reference, [...known]) : undefined;
  const remedy = near === undefined ? undefined : `did you mean "${near}"?`;
  return crushProblem('MT123', `the map has no ${noun} "${reference}"`, place, remedy);
}
