// Where the outcome of a case deliberately is not the product's, and why; docs/conformance.md is made from it.

export interface Deviation {
  /** Cases that differ: `C016`. */
  readonly cases: readonly string[];
  readonly product: string;
  readonly here: string;
  readonly because: string;
}

export const DEVIATIONS: readonly Deviation[] = [
  {
    cases: ['C016'],
    product: 'A short-circuited check is requeued after 1 ms, for ever.',
    here: 'It is decided again when something changes.',
    because: 'The answers are the same, and a loop of 1 ms would be all that a simulation does.',
  },
  {
    cases: ['C214'],
    product: 'The remediation facts say that a condition explains why nothing is fenced.',
    here: 'The conditions say that the remediation has started, and status.lastError says why it does not go on.',
    because: 'That is what the code of the operator does (prepareReboot); the failing pass is repeated with back-off.',
  },
];
