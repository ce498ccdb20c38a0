// Nodes that a remediation takes for rebooted on the word of a timer. Where the host then goes on with the boot that it was to
// be rid of, its workloads may run twice: a split brain, counted once a request. Watches from outside, decides nothing.
//
// Divergence from reality: it is not asked whether a workload really ran twice, only whether nothing would have kept it from
// doing so. A host whose kubelet acts at that instant obeys the API and is no split brain.

import { SELF_NODE_REMEDIATION, type SelfNodeRemediation } from '../../core/api/self-node-remediation.ts';
import { targetOf } from '../../core/remediation/self-node-remediation.controller.ts';
import type { ObjectStore } from '../api-server/object-store.ts';
import { isOf } from '../api-server/typed-change.ts';
import type { HostTruth } from '../truth.ts';

/** The boot of a host at the creation of a request for its node. */
interface Condemned {
  readonly host: number;
  readonly bootEpoch: number;
  /** The node is taken for rebooted since then. */
  assumed: boolean;
}

export class AssumedReboots {
  splitBrains = 0;
  private readonly truth: HostTruth;
  private readonly store: ObjectStore;
  private readonly condemned = new Map<string, Condemned>();

  constructor(truth: HostTruth, store: ObjectStore) {
    this.truth = truth;
    this.store = store;
  }

  /** @param told of the host, when it has happened. */
  start(told: (host: number) => void): void {
    const splits = (uid: string, { host }: Condemned): void => {
      this.condemned.delete(uid);
      this.splitBrains++;
      told(host);
    };
    this.store.tap(
      (change) => {
        if (isOf(change, SELF_NODE_REMEDIATION)) this.changed(change.before, change.after, splits);
      },
      [SELF_NODE_REMEDIATION],
    );
    this.truth.onChange((host) => {
      for (const [uid, condemned] of this.condemned) {
        if (condemned.host !== host) continue;
        if (this.truth.bootEpoch(host) !== condemned.bootEpoch) this.condemned.delete(uid);
        else if (condemned.assumed && this.truth.podsExecute(host)) splits(uid, condemned);
      }
    });
  }

  private changed(
    before: SelfNodeRemediation | undefined,
    after: SelfNodeRemediation | undefined,
    splits: (uid: string, condemned: Condemned) => void,
  ): void {
    if (after === undefined) {
      const uid = before?.metadata.uid ?? '';
      if (this.condemned.get(uid)?.assumed === false) this.condemned.delete(uid);
      return;
    }
    const { uid } = after.metadata;
    if (before === undefined) {
      const host = this.truth.indexOfNode(targetOf(after, this.store).name);
      if (host >= 0) this.condemned.set(uid, { host, bootEpoch: this.truth.bootEpoch(host), assumed: false });
      return;
    }
    const condemned = this.condemned.get(uid);
    if (condemned === undefined || condemned.assumed || after.status?.phase !== 'Reboot-Completed') return;
    const { host } = condemned;
    condemned.assumed = true;
    if (this.truth.kubeletActs(host)) this.condemned.delete(uid);
    else if (this.truth.podsExecute(host)) splits(uid, condemned);
  }
}
