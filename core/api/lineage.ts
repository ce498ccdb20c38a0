// Stand-ins reproduce the defects of the products that they stand for, or mend them.

/**
 * `exact`: as the product is, its known defects included. `corrected`: those defects mended. docs/lineage.md has a row for
 * each: what the product does, why it hurts, and what `corrected` does.
 */
export type Lineage = 'exact' | 'corrected';
