// Something outside that is neither the user's input nor our bug: a disk, a worker, a missing part of the installation.

export class Trouble extends Error {
  override name = 'Trouble';
}
