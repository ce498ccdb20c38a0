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
    cases: ['C085'],
    product: 'Every look at a running MachineRemediation asks for the next one in 10 s.',
    here: 'Looks fall on the same grid of 10 s; one that would see nothing new is left out.',
    because: 'All that happens happens at the same instants, and what does not happen costs nothing.',
  },
  {
    cases: ['C101'],
    product: 'Every look at a request of type recreate is an error, and is repeated with back-off for ever.',
    here: 'The request stays as it was made, and is looked at again when something changes.',
    because: 'Nothing is written either way.',
  },
  {
    cases: ['C149'],
    product: 'Its constant is 180 s from a soft power-off that is ignored to the hard one.',
    here: 'After 180 s it is an error, and the hard power-off comes after the back-off of 1 to 2 min; `corrected` cuts the power after 180 s.',
    because:
      'That is what the code of the operator does (PowerOff in ironic.go, calculateBackoff), and it agrees with the 5 min that metal3-docs PR 164 reports.',
  },
  {
    cases: ['C214'],
    product: 'One expects a condition that explains why nothing is fenced.',
    here: 'The conditions say that the remediation has started, and status.lastError says why it does not go on.',
    because: 'That is what the code of the operator does (prepareReboot); the failing pass is repeated with back-off.',
  },
];
