// Which heartbeats of a kubelet get lost on their way, asked beat by beat or run by run, and the same answer both ways.
//
// A beat is lost by chance, each alike and by itself, or in a burst (Gilbert-Elliott: a link is good or bad, and bad for a
// while). Nobody counts the beats of healthy hosts: single losses are drawn by groups. A run of 2g-1 lost beats or more has an
// aligned group of g lost beats in it, and the gaps between lost groups are geometric, so a search for long runs looks only at
// those; whoever asks for one beat gets it by its own draw, given that its group is not lost as a whole. Both together are
// exactly independent losses.
//
// Divergence from reality
// - A beat is lost as a whole, with every try that a kubelet makes for it: the share is one of beats, not of packets.
// - Status posts that tell of a change at once, between two beats, are not lost.

import { sample } from '../kernel/distributions.ts';
import type { Draws, Stream } from '../kernel/rng.ts';
import type { HeartbeatLossConfig, LossBurstsConfig } from '../network/network-config.ts';

/** Lost groups that are drawn for one block of groups, as expected, and the most that there can be. */
const GROUPS_PER_BLOCK = 4;
const DRAWS_PER_BLOCK = 64;
const BLOCK_MOST = 2 ** 30;

/** Beats of one link that get lost from an instant on until another, so many of them. */
export interface LossyTime {
  readonly fromMs: number;
  readonly toMs: number;
  readonly share: number;
}

export interface LossParts {
  readonly draws: Draws;
  /** Names the draws. */
  readonly entity: string;
  readonly startMs: number;
  /** No run of fewer lost beats matters to anybody. */
  readonly runLeast: number;
}

export class HeartbeatLosses {
  private readonly bursts: LossBursts | undefined;
  private readonly share: number;
  private readonly groupSize: number;
  private readonly groupsPerBlock: number;
  /** Logarithm of the share of groups that are not lost as a whole. */
  private readonly logKept: number;
  private readonly gaps: Stream;
  private readonly beats: Stream;
  private readonly burstBeats: Stream;
  private readonly burstShare: number;
  private readonly lossyBeats: Stream;
  private readonly lossyTimes: LossyTime[] = [];
  /** The block that was asked for last, and its lost groups in order. */
  private block = -1;
  private lostGroups: readonly number[] = [];

  constructor({ share, bursts }: HeartbeatLossConfig, { draws, entity, startMs, runLeast }: LossParts) {
    this.share = share;
    this.groupSize = Math.max(1, Math.floor((runLeast + 1) / 2));
    const lostGroupShare = share ** this.groupSize;
    this.groupsPerBlock = Math.min(BLOCK_MOST, Math.ceil(GROUPS_PER_BLOCK / lostGroupShare));
    this.logKept = Math.log1p(-lostGroupShare);
    this.gaps = draws.stream(entity, 'lost heartbeats, gaps');
    this.beats = draws.stream(entity, 'lost heartbeats, single');
    this.burstBeats = draws.stream(entity, 'lost heartbeats, in bursts');
    this.burstShare = bursts?.share ?? 0;
    this.lossyBeats = draws.stream(entity, 'lost heartbeats, in lossy times');
    this.bursts =
      bursts === undefined ? undefined : new LossBursts(bursts, draws.stream(entity, 'bursts of loss'), startMs);
  }

  /** From now on this link has a lossy time; of those that overlap each takes its share. */
  add(time: LossyTime): void {
    this.lossyTimes.push(time);
  }

  /** @param index of the beat, from 0; the same beat for ever. */
  lost(index: number, atMs: number): boolean {
    if (this.lostByChance(index)) return true;
    if (this.bursts?.holds(atMs) === true && this.burstBeats.at(index) < this.burstShare) return true;
    for (const { fromMs, toMs, share } of this.lossyTimes) {
      if (fromMs <= atMs && atMs < toMs && this.lossyBeats.at(index) < share) return true;
    }
    return false;
  }

  /** The bad time of the link at this instant, or else the next; beyond all time where there is none. */
  badTimeFrom(atMs: number): { readonly fromMs: number; readonly toMs: number } {
    let next = this.bursts?.nextFrom(atMs) ?? { fromMs: Infinity, toMs: Infinity };
    for (const time of this.lossyTimes) if (time.toMs > atMs && time.fromMs < next.fromMs) next = time;
    return next;
  }

  /** First beat of the next group that is lost by chance as a whole, from this beat on; Infinity if it is not before `until`. */
  nextLostGroup(from: number, until: number): number {
    if (this.share === 0) return Infinity;
    const first = Math.ceil(from / this.groupSize);
    for (let block = Math.floor(first / this.groupsPerBlock); this.startOf(block) < until; block++) {
      for (const group of this.lostIn(block)) if (group >= first) return group * this.groupSize;
    }
    return Infinity;
  }

  private startOf(block: number): number {
    return block * this.groupsPerBlock * this.groupSize;
  }

  private lostByChance(index: number): boolean {
    const share = this.share;
    if (share === 0) return false;
    const size = this.groupSize;
    const group = Math.floor(index / size);
    if (this.lostIn(Math.floor(group / this.groupsPerBlock)).includes(group)) return true;
    // Not all of the group are lost: the first ones are lost a little less often, and what follows a heard one as usual.
    let allSoFar = true;
    let lost = false;
    for (let beat = group * size; beat <= index; beat++) {
      const left = (group + 1) * size - beat;
      const chance = allSoFar ? (share * (1 - share ** (left - 1))) / (1 - share ** left) : share;
      lost = this.beats.at(beat) < chance;
      if (!lost) allSoFar = false;
    }
    return lost;
  }

  private lostIn(block: number): readonly number[] {
    if (block === this.block) return this.lostGroups;
    const lost: number[] = [];
    const end = (block + 1) * this.groupsPerBlock;
    let group = block * this.groupsPerBlock;
    for (let draw = 0; draw < DRAWS_PER_BLOCK; draw++) {
      group += Math.floor(Math.log1p(-this.gaps.at(block * DRAWS_PER_BLOCK + draw)) / this.logKept);
      if (group >= end) break;
      lost.push(group++);
    }
    this.block = block;
    this.lostGroups = lost;
    return lost;
  }
}

/** The bad times of one link, drawn as far as somebody asks: exponential lengths, in equilibrium at the start. */
class LossBursts {
  private readonly config: LossBurstsConfig;
  private readonly stream: Stream;
  private readonly fromMs: number[] = [];
  private readonly toMs: number[] = [];
  private knownToMs: number;
  private drawn = 1;

  constructor(config: LossBurstsConfig, stream: Stream, startMs: number) {
    this.config = config;
    this.stream = stream;
    this.knownToMs = startMs;
    const { everyMs, lastsMs } = config;
    if (stream.at(0) < lastsMs / (everyMs + lastsMs)) this.burst();
  }

  holds(atMs: number): boolean {
    const { fromMs } = this.nextFrom(atMs);
    return fromMs <= atMs;
  }

  /** The burst at this instant, or else the next. */
  nextFrom(atMs: number): { readonly fromMs: number; readonly toMs: number } {
    while ((this.toMs.at(-1) ?? -Infinity) <= atMs) {
      this.knownToMs += this.lengthMs(this.config.everyMs);
      this.burst();
    }
    let low = 0;
    let high = this.toMs.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.toMs[middle] ?? 0) <= atMs) low = middle + 1;
      else high = middle;
    }
    return { fromMs: this.fromMs[low] ?? 0, toMs: this.toMs[low] ?? 0 };
  }

  private burst(): void {
    this.fromMs.push(this.knownToMs);
    this.knownToMs += this.lengthMs(this.config.lastsMs);
    this.toMs.push(this.knownToMs);
  }

  private lengthMs(mean: number): number {
    return Math.max(1, Math.round(sample({ kind: 'exponential', mean }, this.stream.at(this.drawn++))));
  }
}
