// Reads that must be at least as new as a version that the store has not reached: they wait for it, but three seconds at most.
// Source: apiserver pkg/storage/cacher/watch_cache.go (blockTimeout).

import type { Kernel } from '../../kernel/kernel.ts';
import type { ObjectStore } from '../object-store.ts';

const BLOCK_MS = 3000;

/** Calls `reached` once the store has that version, or `late` after three seconds; at once when it has it already. */
export function whenVersion(
  store: ObjectStore,
  kernel: Kernel,
  version: number,
  reached: () => void,
  late: () => void,
): void {
  if (store.resourceVersion >= version) {
    reached();
    return;
  }
  const untap = store.tap((change) => {
    if (change.resourceVersion < version) return;
    untap();
    kernel.cancel(deadline);
    reached();
  });
  const deadline = kernel.call(kernel.nowMs + BLOCK_MS, () => {
    untap();
    late();
  });
}
