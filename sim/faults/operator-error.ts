// What the faults of operators have in common: somebody does something by hand, and after a while somebody, the same or another, sees
// it and takes it back. Nobody is called for it.

/** A person's doing has no part in what the host is: it shows on a dead one too, and no boot undoes it. */
export const BY_HAND = { systemGoesOn: true, outlivesBoots: true, callsNobody: true } as const;
