// Assertions stay on in production: in a simulation a broken one ends the run, live it stops remediation (fail safe).

export class AssertionError extends Error {
  override name = 'AssertionError';
}

/** Throws unless `condition` holds; `reason` states what must be true. For programmer errors only, never for bad input. */
export function assert(condition: boolean, reason: string): asserts condition {
  if (!condition) throw new AssertionError(reason);
}

/** For hot paths: `if (x === undefined) broken(...)` makes the words only when they are needed. Says what must be true. */
export function broken(reason: string): never {
  throw new AssertionError(reason);
}

/** Ends a `switch` over a closed union; a new member then fails to compile. */
export function assertNever(value: never): never {
  throw new AssertionError(`unexpected member of a closed union: ${JSON.stringify(value)}`);
}
