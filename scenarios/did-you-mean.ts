// The nearest of some known words, for messages.

/** A shorter part of a name says too little about which one is meant. */
const SHORTEST_PART = 4;

/**
 * The closest candidate within an edit distance of 2 or a third of the word's length; where none is that close, the only one
 * of which the word is a part between dots, as `worker-5` is of `worker-5.example.com`, or the only one that holds it. Undefined
 * when there is neither.
 */
export function didYouMean(word: string, candidates: readonly string[]): string | undefined {
  const limit = Math.max(2, Math.floor(word.length / 3));
  let best: string | undefined;
  let bestDistance = limit + 1;
  for (const candidate of candidates) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  if (best !== undefined || word.length < SHORTEST_PART) return best;
  const written = word.toLowerCase();
  const holding = candidates.filter((candidate) => candidate.toLowerCase().includes(written));
  const whole = holding.filter((candidate) => candidate.toLowerCase().split(/[./]/).includes(written));
  const [only, ...others] = whole.length > 0 ? whole : holding;
  return others.length === 0 ? only : undefined;
}

/** Levenshtein, where exchanging two neighbours counts as one edit. */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let cost = Math.min(at(last, j) + 1, at(row, j - 1) + 1, at(last, j - 1) + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cost = Math.min(cost, at(beforeLast, j - 2) + 1);
      row.push(cost);
    }
    beforeLast = last;
    last = row;
  }
  return at(last, b.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY;
}
