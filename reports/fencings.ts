// Fencings and refusals in the story of a recorded run: what started each, what was known, what was true, which rule decided.
// Read from the records of decisions and effects, never guessed from states.

import type { StoryEntry } from '../sim/result.ts';
import type { StoryIndex } from './story-index.ts';

/** A power-off or deprovisioning of a host that a remediation started. */
export interface Fencing {
  readonly host: number;
  readonly atMs: number;
  readonly what: 'powered off' | 'deprovisioned';
  /** The effect itself, with what was true at that instant. */
  readonly effect: StoryEntry;
  /** What the API said of the node last: `Ready=Unknown`; undefined when it never changed. */
  readonly known: StoryEntry | undefined;
  /** The decision of a health check or owner that chose this host; undefined when none is on record. */
  readonly chosen: StoryEntry | undefined;
  /** Decisions about this host from that one to the effect. */
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

/** Rules by which a health check or a budget says no although something is unhealthy. */
const REFUSALS: ReadonlySet<string> = new Set(['too-many-unhealthy', 'limit-unreadable', 'budget-denied']);
const CHOSEN = 'remediate';

export function fencingsIn(index: StoryIndex): readonly Fencing[] {
  const perHost = new Map<number, StoryEntry[]>();
  const fencings: Fencing[] = [];
  const open = new Map<number, { fencing: Fencing; position: number }>();
  index.story.forEach((entry, i) => {
    for (const host of index.hostsAt(i)) {
      const before = perHost.get(host) ?? [];
      const what = fencingEffect(entry);
      if (what !== undefined && isSubject(entry, index, host)) {
        const fencing = { host, atMs: entry.atMs, what, effect: entry, ...circumstances(before), needless: undefined };
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
  });
  return fencings;
}

/** From the first no of a check to its next decision that is none: one refusal, with everybody who waited meanwhile. */
export function refusalsIn(index: StoryIndex, notReadyAtStart: ReadonlySet<number>): readonly Refusal[] {
  const notReady = new Set(notReadyAtStart);
  const attended = new Set<number>();
  const refusals: Refusal[] = [];
  const open = new Map<string, number>();
  const detections = detectionsIn(index);
  index.story.forEach((entry, i) => {
    const own = index.hostsAt(i);
    for (const host of own) follow(entry, host, { notReady, attended });
    if (entry.topic !== 'decision') return;
    if (entry.rule === undefined || !REFUSALS.has(entry.rule)) {
      open.delete(entry.subject);
      return;
    }
    const waiting = [...notReady].filter((host) => !attended.has(host));
    const hosts = own.length > 0 ? own : watchedBy(entry, waiting, detections);
    const position = open.get(entry.subject) ?? refusals.length;
    open.set(entry.subject, position);
    const earlier = refusals[position];
    refusals[position] = {
      atMs: earlier?.atMs ?? entry.atMs,
      untilMs: entry.atMs,
      entry: earlier?.entry ?? entry,
      hosts: [...new Set([...(earlier?.hosts ?? []), ...hosts])].sort((a, b) => a - b),
    };
  });
  return refusals;
}

interface Detection {
  readonly host: number;
  readonly atMs: number;
  readonly text: string;
}

/** Events in which a health check says that it found a host unhealthy. */
function detectionsIn(index: StoryIndex): readonly Detection[] {
  return index.story.flatMap(({ topic, text, atMs }, i) =>
    topic === 'event' && text.includes('DetectedUnhealthy')
      ? index.hostsAt(i).map((host) => ({ host, atMs, text }))
      : [],
  );
}

/** Of those who wait, the ones that the refusing check itself had found unhealthy; all of them where it names nobody. */
function watchedBy(
  refusal: StoryEntry,
  waiting: readonly number[],
  detections: readonly Detection[],
): readonly number[] {
  const controller = refusal.text.split(':')[0] ?? '';
  const check = `/${refusal.subject.split('/').at(-1)}/`;
  const earlier = detections.filter(({ atMs, text }) => atMs <= refusal.atMs && text.startsWith(`${controller}:`));
  const naming = earlier.filter(({ text }) => text.includes(check));
  const found = new Set((naming.length > 0 ? naming : earlier).map(({ host }) => host));
  return found.size === 0 ? waiting : waiting.filter((host) => found.has(host));
}

function follow(
  entry: StoryEntry,
  host: number,
  state: { readonly notReady: Set<number>; readonly attended: Set<number> },
): void {
  if (entry.topic === 'decision' && entry.rule === CHOSEN) state.attended.add(host);
  if (entry.topic !== 'node') return;
  if (entry.text === 'Ready=True') {
    state.notReady.delete(host);
    state.attended.delete(host);
  } else {
    state.notReady.add(host);
  }
}

function fencingEffect(entry: StoryEntry): Fencing['what'] | undefined {
  if (entry.topic !== 'effect') return undefined;
  if (/\bpower off\b/.test(entry.text)) return 'powered off';
  return /\bdeprovision\b/.test(entry.text) ? 'deprovisioned' : undefined;
}

function isSubject(entry: StoryEntry, index: StoryIndex, host: number): boolean {
  const name = entry.subject.split('/').at(-1) ?? '';
  return index.hostNamed(name) === host;
}

function circumstances(before: readonly StoryEntry[]): Pick<Fencing, 'known' | 'chosen' | 'steps' | 'faults'> {
  const chosenAt = before.findLastIndex(({ rule }) => rule === CHOSEN);
  const steps = before.slice(chosenAt + 1).filter(({ topic }) => topic === 'decision');
  const faults = before.filter(({ topic }) => topic === 'fault');
  const lastEnd = faults.findLastIndex(({ text }) => text.includes(' ended by '));
  return {
    known: before.findLast(({ topic }) => topic === 'node'),
    chosen: before[chosenAt],
    steps,
    faults: faults.slice(lastEnd + 1),
  };
}
