// Something outside that is neither the user's input nor our bug: a disk, a worker, a missing part of the installation.

export class Trouble extends Error {
  override name = 'Trouble';
}

/** Trouble of ours to name it, or as the operating system reports it. */
export function isTrouble(error: unknown): error is Error {
  return error instanceof Trouble || (error instanceof Error && 'syscall' in error && 'code' in error);
}
