// What a person sets right beside the hardware: a host that a remediation left switched off in the API, and storage that
// waits for its disks to be added again.
//
// Divergence from reality
// - People edit nothing else: no policy object, no Machine, no finalizer. A host operator that backs off from errors is left
//   to its back-off.

import { BARE_METAL_HOST } from '../../core/api/bare-metal-host.ts';
import type { ObjectStore } from '../api-server/object-store.ts';
import type { HostFleet } from '../host/host-fleet.ts';
import type { HostPools } from '../storage/host-pools.ts';

export class AfterRepair {
  readonly #store: ObjectStore;
  readonly #fleet: HostFleet;
  readonly #storage: HostPools;

  constructor(store: ObjectStore, fleet: HostFleet, storage: HostPools) {
    this.#store = store;
    this.#fleet = fleet;
    this.#storage = storage;
  }

  /** The host's disks wait for a person. */
  wanted(host: number): boolean {
    return this.#storage.awaitingReAdd(host);
  }

  perform(host: number): void {
    this.#storage.personReAdded(host);
    const key = this.#fleet.host(host).config;
    const current = this.#store.get(BARE_METAL_HOST, key);
    if (current === undefined) return;
    if (current.spec?.online === false && current.spec.consumerRef !== undefined) {
      this.#store.patch(BARE_METAL_HOST, key, { spec: { online: true } }, { subresource: 'main' });
    }
  }
}
