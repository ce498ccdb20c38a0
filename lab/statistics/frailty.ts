// How much hosts of one kind differ in their rates, apart from how much one host's failures come in clusters. The two are told
// apart by time: what makes a host bad in the first half of its time makes it bad in the second, a cluster does not.
//
// A host's factor is taken as gamma distributed with mean 1, so that a count with a history is negative binomial.
// Source: Greenwood and Yule, Journal of the Royal Statistical Society 83 (1920), for the gamma mixture; McCullagh and Nelder,
// Generalized Linear Models, 2nd ed. (1989), 9.2, for the dispersion of counts.

/** What one host did in both halves of its time, against what one of its kind does in it. */
export interface HostHalves {
  readonly events: readonly [number, number];
  readonly expected: readonly [number, number];
}

export interface Frailty {
  /** Variance of the factors of hosts, mean 1. */
  readonly variance: number;
  /** Variance over mean of one host's count, given its factor: 1 for a Poisson process, more where failures cluster. */
  readonly dispersion: number;
}

/** Both by moments, floored at what no differences and no clusters would give. Hosts with nothing expected are left out. */
export function frailtyOf(hosts: readonly HostHalves[]): Frailty {
  let together = 0;
  let square = 0;
  let scatter = 0;
  let expectedSum = 0;
  let expectedSquares = 0;
  for (const { events, expected } of hosts) {
    together += (events[0] - expected[0]) * (events[1] - expected[1]);
    square += expected[0] * expected[1];
    const whole = expected[0] + expected[1];
    scatter += (events[0] + events[1] - whole) ** 2;
    expectedSum += whole;
    expectedSquares += whole * whole;
  }
  const variance = square <= 0 ? 0 : Math.max(0, together / square);
  const dispersion = expectedSum <= 0 ? 1 : Math.max(1, (scatter - variance * expectedSquares) / expectedSum);
  return { variance, dispersion };
}

/** Mean and variance of the factor of a host that had `events` where one of its kind would have `expected`. */
export function factorOf(
  { events, expected }: { readonly events: number; readonly expected: number },
  { variance, dispersion }: Frailty,
): { readonly mean: number; readonly variance: number } {
  if (variance === 0) return { mean: 1, variance: 0 };
  // A cluster of `dispersion` failures tells as much as one failure does.
  const shape = 1 / variance + events / dispersion;
  const rate = 1 / variance + expected / dispersion;
  return { mean: shape / rate, variance: shape / (rate * rate) };
}
