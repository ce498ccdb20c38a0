// What a person sets right beside the hardware: a host that a remediation left switched off in the API, one that the host
// operator has given up on (people remove and register it again, which clears its count), one that a remediation marked as
// unhealthy and that no Machine takes until the mark is off, storage that waits for its disks to be added again, and labels that
// somebody had put on its Node.
//
// Divergence from reality
// - People edit nothing else: no policy object, no Machine, no finalizer. A host operator that backs off from errors is left
//   to its back-off.

import { BARE_METAL_HOST } from '../../core/api/bare-metal-host.ts';
import type { ObjectMeta } from '../../core/api/object.ts';
import { ANNOTATION_UNHEALTHY_HOST } from '../../core/remediation/names.ts';
import type { ObjectStore } from '../api-server/object-store.ts';
import { MAX_PROVISIONING_RETRIES } from '../controllers.ts';
import type { HostFleet } from '../host/host-fleet.ts';
import type { HostPools } from '../storage/host-pools.ts';
import { HandMadeLabels } from './hand-made-labels.ts';

/** What registering a host again leaves of its errors. */
const REGISTERED_AGAIN = {
  provisioningFailCount: 0,
  errorCount: 0,
  errorType: null,
  errorMessage: '',
  operationalStatus: 'OK',
};

export class AfterRepair {
  private readonly store: ObjectStore;
  private readonly fleet: HostFleet;
  private readonly storage: HostPools;
  private readonly labels: HandMadeLabels;

  constructor(store: ObjectStore, fleet: HostFleet, storage: HostPools) {
    this.store = store;
    this.fleet = fleet;
    this.storage = storage;
    this.labels = new HandMadeLabels(store, fleet);
  }

  /** The host's disks, its BareMetalHost or the labels of its Node wait for a person. */
  wanted(host: number): boolean {
    return (
      this.storage.awaitingReAdd(host) || this.givenUp(host) || this.markedUnhealthy(host) || this.lacksLabels(host)
    );
  }

  /** Its Node has come back without labels that somebody had put on it. */
  lacksLabels(host: number): boolean {
    return this.labels.lacks(host);
  }

  awaitsReAdd(host: number): boolean {
    return this.storage.awaitingReAdd(host);
  }

  perform(host: number): void {
    this.storage.personReAdded(host);
    this.labels.putBack(host);
    const key = this.fleet.host(host).config;
    const current = this.store.get(BARE_METAL_HOST, key);
    if (current === undefined) return;
    if (current.spec?.online === false && current.spec.consumerRef !== undefined) {
      this.store.patch(BARE_METAL_HOST, key, { spec: { online: true } }, { subresource: 'main' });
    }
    if (isMarked(current)) {
      const annotations = { [ANNOTATION_UNHEALTHY_HOST]: null };
      this.store.patch(BARE_METAL_HOST, key, { metadata: { annotations } }, { subresource: 'main' });
    }
    if ((current.status?.provisioningFailCount ?? 0) > 0) {
      const settled = current.status?.provisioning?.state === 'available';
      const status = settled ? REGISTERED_AGAIN : { provisioningFailCount: 0 };
      this.store.patch(BARE_METAL_HOST, key, { status }, { subresource: 'status' });
    }
  }

  private markedUnhealthy(host: number): boolean {
    const current = this.store.get(BARE_METAL_HOST, this.fleet.host(host).config);
    return current !== undefined && isMarked(current);
  }

  private givenUp(host: number): boolean {
    const count = this.store.get(BARE_METAL_HOST, this.fleet.host(host).config)?.status?.provisioningFailCount ?? 0;
    return count >= MAX_PROVISIONING_RETRIES;
  }
}

/** Source: CAPM3 baremetal/metal3remediation_manager.go (SetUnhealthyAnnotation); nothing of CAPM3 takes it off. */
function isMarked({ metadata }: { readonly metadata: ObjectMeta }): boolean {
  return metadata.annotations?.[ANNOTATION_UNHEALTHY_HOST] !== undefined;
}
