// Fencings and refusals in the story of a recorded run: what started each, what was known, what was true, which rule decided.
// Read from what decisions, effects, nodes and faults say as data, never from their words.

import type { RemedyEffect, StoryEntry } from '../sim/result.ts';
import type { StoryIndex } from './story-index.ts';

/** A power-off, deprovisioning or reset of a host that a remediation started, or its own agent or watchdog. */
export interface Fencing {
  readonly host: number;
  readonly atMs: number;
  readonly what: 'powered off' | 'deprovisioned' | 'reset by itself';
  /** The effect itself, with what was true at that instant. */
  readonly effect: StoryEntry;
  /** What the API said of the node last: `Ready=Unknown`; undefined when it never changed. */
  readonly known: StoryEntry | undefined;
  /**
   * The first decision that singled this host out for remediation since its node was Ready; where there is none, the last one
   * before, unless the host reset itself. Undefined when none is on record.
   */
  readonly chosen: StoryEntry | undefined;
  /** Decisions about this host from that one to the effect; one that is repeated at once is told once. */
  readonly steps: readonly StoryEntry[];
  /** Faults on this host that had struck and not ended. */
  readonly faults: readonly StoryEntry[];
  /** Said after the host served again, where the fencing was needless. */
  readonly needless: StoryEntry | undefined;
}

/** A health check or budget said no, from the first time to the last in a row. */
export interface Refusal {
  readonly atMs: number;
  readonly untilMs: number;
  /** The first no: its rule and values. */
  readonly entry: StoryEntry;
  /** Hosts whose nodes were known not to be Ready, and who were not being remediated. */
  readonly hosts: readonly number[];
}

/** State of a host that a person has in hands. */
const PERSON = 'Person';

type FencingEffect = Extract<RemedyEffect, 'powerOff' | 'deprovision' | 'reset'>;

const FENCED_BY: Readonly<Record<FencingEffect, Fencing['what']>> = {
  powerOff: 'powered off',
  deprovision: 'deprovisioned',
  reset: 'reset by itself',
};

export function fencingsIn(index: StoryIndex): readonly Fencing[] {
  const perHost = new Map<number, StoryEntry[]>();
  const fencings: Fencing[] = [];
  const open = new Map<number, { fencing: Fencing; position: number }>();
  for (const entry of index.story) {
    for (const host of index.hostsOf(entry.hosts)) {
      const before = perHost.get(host) ?? [];
      if (isFencing(entry.effect)) {
        const what = FENCED_BY[entry.effect];
        // Who acted, and why, is on record with the host that was meant.
        const [meant = host] = index.hostsOf(entry.meant === undefined ? [] : [entry.meant]);
        const reasons = perHost.get(meant) ?? [];
        const past = circumstances(meant === host ? before : reasons, index.hosts[meant]?.name ?? '', entry.effect);
        const fencing = { host, atMs: entry.atMs, what, effect: entry, ...past, needless: undefined };
        open.set(host, { fencing, position: fencings.length });
        fencings.push(fencing);
      }
      const last = open.get(host);
      if (entry.topic === 'fencing' && last !== undefined) {
        fencings[last.position] = { ...last.fencing, needless: entry };
        open.delete(host);
      }
      before.push(entry);
      perHost.set(host, before);
    }
  }
  return fencings;
}

/** From the first no of a check to its next decision that is none: one refusal, with everybody who waited meanwhile. */
export function refusalsIn(index: StoryIndex, notReadyAtStart: ReadonlySet<number>): readonly Refusal[] {
  const notReady = new Set(notReadyAtStart);
  const attended = new Set<number>();
  const refusals: Refusal[] = [];
  const open = new Map<string, number>();
  for (const entry of index.story) {
    const takenUp = isFencing(entry.effect) ? entry.hosts : entry.chosen;
    for (const host of index.hostsOf(takenUp ?? [])) attended.add(host);
    if (entry.ready !== undefined) {
      for (const host of index.hostsOf(entry.hosts)) {
        if (entry.ready) attended.delete(host);
        if (entry.ready) notReady.delete(host);
        else notReady.add(host);
      }
    }
    if (entry.topic !== 'decision') continue;
    if (entry.concerns === undefined) {
      open.delete(entry.subject);
      continue;
    }
    const waiting =
      entry.waiting === undefined
        ? index.hostsOf(entry.concerns).filter((host) => notReady.has(host) && !attended.has(host))
        : index.hostsOf(entry.waiting);
    const position = open.get(entry.subject) ?? refusals.length;
    open.set(entry.subject, position);
    const earlier = refusals[position];
    refusals[position] = {
      atMs: earlier?.atMs ?? entry.atMs,
      untilMs: entry.atMs,
      entry: earlier?.entry ?? entry,
      hosts: [...new Set([...(earlier?.hosts ?? []), ...waiting])].sort((a, b) => a - b),
    };
  }
  return refusals;
}

/** What somebody did to the policy while it ran, and what was refused. */
export function policyChangesIn(index: StoryIndex): readonly StoryEntry[] {
  return index.story.filter(({ topic }) => topic === 'policy');
}

/** A host that was taken for rebooted, while its workloads started elsewhere, and that went on. */
export interface SplitBrain {
  readonly host: number;
  readonly entry: StoryEntry;
}

export function splitBrainsIn(index: StoryIndex): readonly SplitBrain[] {
  return index.story
    .filter(({ topic, rule }) => topic === 'host' && rule === 'split-brain')
    .flatMap((entry) => index.hostsOf(entry.hosts).map((host) => ({ host, entry })));
}

/** A host about which a machine can do nothing more. */
export interface Handover {
  readonly host: number;
  readonly entry: StoryEntry;
}

/** Decisions that lead to a person, by the state tables that have such a state. */
export function handoversIn(index: StoryIndex): readonly Handover[] {
  return index.story
    .filter(({ topic, weighed }) => topic === 'decision' && weighed !== undefined && leadsToPerson(weighed))
    .flatMap((entry) => index.hostsOf(entry.hosts).map((host) => ({ host, entry })));
}

function leadsToPerson({ state, edges }: NonNullable<StoryEntry['weighed']>): boolean {
  return state !== PERSON && edges.some(({ verdict, to }) => verdict === 'taken' && to === PERSON);
}

function isFencing(effect: RemedyEffect | undefined): effect is FencingEffect {
  return effect === 'powerOff' || effect === 'deprovision' || effect === 'reset';
}

/** What had happened to the host of this name, of which `before` tells. */
function circumstances(
  before: readonly StoryEntry[],
  name: string,
  effect: FencingEffect,
): Pick<Fencing, 'known' | 'chosen' | 'steps' | 'faults'> {
  const chosenAt = chosenIn(before, name, effect);
  const steps = (chosenAt < 0 && effect === 'reset' ? [] : before.slice(chosenAt + 1)).filter(
    ({ topic }) => topic === 'decision',
  );
  const faults = new Map<string, StoryEntry>();
  for (const entry of before) {
    if (entry.fault?.ended === false) faults.set(entry.fault.id, entry);
    else if (entry.fault !== undefined) faults.delete(entry.fault.id);
  }
  return {
    known: before.findLast(({ ready }) => ready !== undefined),
    chosen: before[chosenAt],
    steps: steps.filter(({ text }, position) => text !== steps[position - 1]?.text),
    faults: [...faults.values()],
  };
}

/**
 * Where this outage of the host led to remediation: an escalation chooses the host again at every step. A remediation that
 * outlives the outage still fences; a host that resets itself does so for a reason of its own, not for an old request.
 */
function chosenIn(before: readonly StoryEntry[], name: string, effect: FencingEffect): number {
  const chooses = ({ chosen }: StoryEntry): boolean => chosen?.includes(name) === true;
  const readyAt = before.findLastIndex(({ ready }) => ready === true);
  const first = before.findIndex((entry, position) => position > readyAt && chooses(entry));
  return first >= 0 || effect === 'reset' ? first : before.findLastIndex(chooses);
}
