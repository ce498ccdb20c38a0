// Stand-ins reproduce the defects of the products that they stand for, or mend them.

/**
 * `exact`: as the product is, its known defects included. `corrected`: those defects mended. docs/lineage.md has a row for
 * each: what the product does, why it hurts, and what `corrected` does.
 */
export type Lineage = 'exact' | 'corrected';

/** One known defect of a product, as a row of docs/lineage.md. */
export interface LineageSwitch {
  /** Where it has a row: `T5` of the traps, `C186` of the cases, `I36` of the incidents, `R4` of the museum, `S16` of the invariants. */
  readonly trap: string;
  readonly product: string;
  /** What the product does, and `exact` with it. */
  readonly upstream: string;
  readonly hurts: string;
  readonly corrected: string;
}
