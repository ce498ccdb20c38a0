// One thing that the input did not say and that was therefore assumed. Results print all of them.

export interface Assumption {
  readonly name: string;
  readonly value: string;
  readonly source: string;
}
