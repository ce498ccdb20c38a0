// The members of etcd on the control plane hosts, as they truly are: who votes, who learns, who is up with its data intact, and
// whether there is a quorum. Without one the API server neither reads nor writes.
//
//   up         the operating system of the host runs, the network reaches it, and its disk was not written since the member joined
//   quorum     floor(voters / 2) + 1 voters are up; a member that nobody removed counts, whatever became of its host
//   joining    a member joins as learner, one at a time, and only with a quorum; it votes after it has copied the database
//
// Source: etcd's membership by raft; kubeadm joins as learner and promotes; max-learners 1; strict-reconfig-check.
//
// Divergence from reality: elections take no time, so the loss of the leader alone stops nothing. Members on both sides of a
// partition are either reachable by all or by none. A restarted member has caught up at once. Who removes a member of
// OpenShift is not modelled: a host that is deployed anew and registers again takes the place of its lost member.

import type { HostConfig } from '../config.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { HostTruth } from '../truth.ts';
import { ETCD_CATCH_UP_MS } from './defaults.ts';

interface Member {
  role: 'voter' | 'learner';
  /** False once the host's disk was written anew. */
  intact: boolean;
  /** When the copy of the database is complete; learners only. */
  readyAtMs: number;
}

export class EtcdMembers {
  private readonly kernel: Kernel;
  private readonly truth: HostTruth;
  private readonly members = new Map<number, Member>();
  private readonly toJoin = new Set<number>();
  private readonly quorumListeners: ((hasQuorum: boolean) => void)[] = [];
  private readonly memberListeners: ((host: number) => void)[] = [];
  private quorate = true;

  constructor(kernel: Kernel, truth: HostTruth) {
    this.kernel = kernel;
    this.truth = truth;
  }

  /** Members of the start: control plane hosts that are deployed. Hears of hosts from now on, if there are any. */
  start(hosts: readonly HostConfig[]): void {
    hosts.forEach((host, index) => {
      if (!host.controlPlane || host.initial.state === 'unprovisioned') return;
      this.members.set(index, { role: 'voter', intact: true, readyAtMs: 0 });
    });
    this.quorate = this.countQuorum();
    this.truth.onChange((host) => {
      if (this.members.has(host)) this.changed(host);
    });
  }

  /** Calls `listener` at the instant at which the quorum is lost or found again. */
  onQuorumChanged(listener: (hasQuorum: boolean) => void): void {
    this.quorumListeners.push(listener);
  }

  /** Calls `listener` whenever a member comes, goes, is promoted, or is up or down. */
  onMemberChanged(listener: (host: number) => void): void {
    this.memberListeners.push(listener);
  }

  /** A majority of the voting members is up. True also without any member: etcd is then somewhere else. */
  get hasQuorum(): boolean {
    return this.quorate;
  }

  /** Hosts with a member, in the order of their joining. */
  hosts(): readonly number[] {
    return [...this.members.keys()];
  }

  roleOf(host: number): 'voter' | 'learner' | undefined {
    return this.members.get(host)?.role;
  }

  /** The member serves: host up and reachable, data intact. */
  isUp(host: number): boolean {
    return this.members.get(host)?.intact === true && this.truth.podsExecute(host) && this.truth.reachable(host);
  }

  /** The kubelet of a control plane host registered: its member joins, or is there already. */
  join(host: number): void {
    if (this.members.get(host)?.intact === true) return;
    this.toJoin.add(host);
    this.joinNext();
  }

  /** Takes a member out of the list; needs a quorum, and returns false without one. */
  remove(host: number): boolean {
    if (!this.quorate) return false;
    this.toJoin.delete(host);
    if (this.members.delete(host)) this.changed(host);
    return true;
  }

  /** The disk of a host is written or cleaned: what its member knew is lost. */
  wiped(host: number): void {
    const member = this.members.get(host);
    this.toJoin.delete(host);
    if (member === undefined || !member.intact) return;
    member.intact = false;
    this.changed(host);
  }

  private joinNext(): void {
    if (!this.quorate) return;
    for (const host of this.toJoin) {
      if (
        this.members.size > 0 &&
        [...this.members.values()].some(({ role, intact }) => role === 'learner' && intact)
      ) {
        return;
      }
      this.toJoin.delete(host);
      const isFirst = this.members.size === 0;
      const readyAtMs = this.kernel.nowMs + ETCD_CATCH_UP_MS;
      // In its old place, if it had one: its lost member goes.
      this.members.delete(host);
      this.members.set(host, { role: isFirst ? 'voter' : 'learner', intact: true, readyAtMs });
      if (!isFirst) this.kernel.call(readyAtMs, () => this.promote(host));
      this.changed(host);
    }
  }

  private promote(host: number): void {
    const member = this.members.get(host);
    if (member?.role !== 'learner' || this.kernel.nowMs < member.readyAtMs) return;
    if (!this.quorate || !this.isUp(host)) return;
    member.role = 'voter';
    this.changed(host);
    this.joinNext();
  }

  private changed(host: number): void {
    const quorate = this.countQuorum();
    const isNews = quorate !== this.quorate;
    this.quorate = quorate;
    for (const listener of this.memberListeners) listener(host);
    if (isNews) for (const listener of this.quorumListeners) listener(quorate);
    if (!quorate) return;
    for (const [learner, { role, intact }] of this.members) if (role === 'learner' && intact) this.promote(learner);
    if (this.toJoin.size > 0) this.joinNext();
  }

  private countQuorum(): boolean {
    let voters = 0;
    let up = 0;
    for (const [host, { role }] of this.members) {
      if (role === 'learner') continue;
      voters += 1;
      if (this.isUp(host)) up += 1;
    }
    return voters === 0 || up >= Math.floor(voters / 2) + 1;
  }
}
