// Parts on the shelf. The stock is kept by ordering one for every one that somebody needs (base stock); who finds the shelf empty
// waits for a delivery.
//
// Divergence from reality
// - A part always fits, and nobody borrows one from another host.
// - An order is never cancelled: where a host is well again without its part, the next order is left out instead.

import { assert } from '../../core/assert.ts';
import { sample } from '../kernel/distributions.ts';
import type { Kernel, Opcode } from '../kernel/kernel.ts';
import type { Draws, Stream } from '../kernel/rng.ts';
import { PART_USES, type PartUse, type SparePartConfig } from './config.ts';

interface Shelf {
  readonly config: SparePartConfig;
  readonly deliveries: Stream;
  onShelf: number;
  onOrder: number;
  /** Needed by those who wait for one. */
  promised: number;
  orders: number;
}

export class SpareParts {
  private readonly kernel: Kernel;
  private readonly shelves: readonly (Shelf | undefined)[];
  private readonly arrival: Opcode;

  /** @param arrived told after each delivery. */
  constructor(
    kernel: Kernel,
    config: Readonly<Partial<Record<PartUse, SparePartConfig>>>,
    draws: Draws,
    arrived: () => void,
  ) {
    this.kernel = kernel;
    this.shelves = PART_USES.map((use) => {
      const own = config[use];
      if (own === undefined) return undefined;
      const deliveries = draws.stream(`spare parts/${use}`, 'delivery');
      return { config: own, deliveries, onShelf: own.stock, onOrder: 0, promised: 0, orders: 0 };
    });
    this.arrival = kernel.register('spare part arrives', (use) => {
      const shelf = this.shelves[use];
      assert(shelf !== undefined, 'what was ordered has a shelf');
      shelf.onOrder--;
      shelf.onShelf++;
      arrived();
    });
  }

  /** Somebody sees that a part is needed: it is ordered again at once. Before `take` or `spare`. */
  need(use: PartUse): void {
    const shelf = this.shelfOf(use);
    if (shelf === undefined) return;
    shelf.promised++;
    if (shelf.onShelf + shelf.onOrder - shelf.promised >= shelf.config.stock) return;
    const takesMs = Math.max(1, Math.round(sample(shelf.config.deliveryMs, shelf.deliveries.at(shelf.orders++))));
    shelf.onOrder++;
    this.kernel.schedule(this.kernel.nowMs + takesMs, this.arrival, PART_USES.indexOf(use));
  }

  has(use: PartUse): boolean {
    const shelf = this.shelfOf(use);
    return shelf === undefined || shelf.onShelf > 0;
  }

  take(use: PartUse): void {
    const shelf = this.shelfOf(use);
    if (shelf === undefined) return;
    assert(shelf.onShelf > 0, 'a part that is taken is on the shelf');
    shelf.onShelf--;
    shelf.promised--;
  }

  /** The part is not needed any more. */
  release(use: PartUse): void {
    const shelf = this.shelfOf(use);
    if (shelf !== undefined) shelf.promised--;
  }

  private shelfOf(use: PartUse): Shelf | undefined {
    return this.shelves[PART_USES.indexOf(use)];
  }
}
