// Every point of a flow, struck in every way, and how each run ends. The base run passes the points; each strike is a run of its own.

import { BARE_METAL_HOST } from '../../../core/api/bare-metal-host.ts';
import { HOST_REMEDIATION, isClosed } from '../../../core/api/host-remediation.ts';
import { isReady, NODE } from '../../../core/api/node.ts';
import { keyString } from '../../../core/api/object.ts';
import { kindsRead } from '../../../core/view/kinds-read.ts';
import type { InvariantVerdict } from '../../../sim/checkers/invariant.ts';
import { controllersOf } from '../../../sim/controllers.ts';
import type { World } from '../../../sim/world.ts';
import { type Points, type Strike, strikeText } from './strike.ts';
import { type StruckRun, type StruckWorld, struckRun } from './struck-run.ts';

/** A cluster in which something fails, its policy, what people do meanwhile, and what must be true in the end. */
export interface Flow extends StruckWorld {
  readonly name: string;
  /** Hosts that a person is called to and that need not serve; all others must. */
  readonly forPerson: readonly string[];
}

/** How a run ended: nothing is wrong, or this. */
export interface Ending {
  readonly wrong: readonly string[];
  readonly run: StruckRun;
  readonly invariants: readonly InvariantVerdict[];
}

/** Ways to strike. */
export type Family =
  | 'killed for 1 s'
  | 'killed for 5 min'
  | 'reply lost'
  | 'reply lost and killed'
  | 'request lost'
  | 'reading lost'
  | 'event lost'
  | 'event doubled'
  | 'two actors'
  | 'late request of a former leader'
  | 'stale by 60 s'
  | 'no memory';

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const STALE_MS = MINUTE_MS;

/** Every strike of a family at the points that a run has passed. */
export function strikesOf(
  family: Family,
  { boundaries, requests, readings, events }: Points,
  flow: Flow,
): readonly Strike[] {
  const loud = boundaries.flatMap(({ isQuiet }, i) => (isQuiet ? [] : [i + 1]));
  const writes = requests.flatMap(({ isWrite }, i) => (isWrite ? [i + 1] : []));
  const each = (list: readonly unknown[]): readonly number[] => list.map((_, i) => i + 1);
  switch (family) {
    case 'killed for 1 s':
      return loud.map((boundary) => ({ strike: 'kill', boundary, downMs: SECOND_MS }));
    case 'killed for 5 min':
      return loud.map((boundary) => ({ strike: 'kill', boundary, downMs: 5 * MINUTE_MS }));
    case 'reply lost':
      return each(requests).map((request) => ({ strike: 'lostReply', request }));
    case 'reply lost and killed':
      return writes.map((request) => ({ strike: 'lostReplyAndKill', request, downMs: SECOND_MS }));
    case 'request lost':
      return writes.map((request) => ({ strike: 'lostRequest', request }));
    case 'reading lost':
      return each(readings).map((reading) => ({ strike: 'lostReading', reading }));
    case 'event lost':
      return each(events).map((event) => ({ strike: 'lostEvent', event }));
    case 'event doubled':
      return each(events).map((event) => ({ strike: 'doubledEvent', event }));
    case 'two actors':
      return loud.map((boundary) => ({ strike: 'twoActors', boundary, overlapMs: 15 * SECOND_MS }));
    case 'late request of a former leader':
      return writes.map((request) => ({
        strike: 'lateRequest',
        request,
        byMs: 20 * SECOND_MS,
        awakeAfterMs: 45 * SECOND_MS,
      }));
    case 'stale by 60 s':
      return [undefined, ...kindKeysRead(flow)].map((kindKey) => ({ strike: 'stale', kindKey, byMs: STALE_MS }));
    case 'no memory':
      return [{ strike: 'forgetful' }];
  }
}

function kindKeysRead({ config, policy, underTest }: Flow): readonly string[] {
  return kindsRead(controllersOf(config, policy).filter(({ name }) => underTest.has(name))).map(({ key }) => key);
}

/** Plays a flow with a strike, or without, and judges it. */
export function ending(flow: Flow, strike: Strike | undefined): Ending {
  const run = struckRun(flow, strike, {
    stalenessMs: strike?.strike === 'stale' ? STALE_MS + 10 * SECOND_MS : 10 * SECOND_MS,
    // A host that waits for a person never heals.
    ...(flow.forPerson.length === 0 ? { healedAfterMs: flow.config.durationMs } : {}),
  });
  const { world, invariants } = run;
  const wrong = [
    ...invariants.flatMap(({ id, verdict, broken: [first] }) =>
      verdict === false ? [`${id} ${first?.host ?? ''}: ${first?.says ?? ''}`] : [],
    ),
    ...unrest(world, new Set(flow.forPerson)),
  ];
  return { wrong, run, invariants };
}

/** What must not be true of the objects and the hosts when everything is over. */
function unrest(world: World, forPerson: ReadonlySet<string>): readonly string[] {
  const { store, fleet, observer } = world;
  const wrong: string[] = [];
  for (const { index, config, installed } of fleet.hosts) {
    const { nodeName } = config;
    if (!installed || forPerson.has(nodeName)) continue;
    const node = store.get(NODE, { namespace: '', name: nodeName });
    if (!fleet.powered(index)) wrong.push(`${nodeName} is off`);
    else if (node === undefined || !isReady(node)) wrong.push(`${nodeName} is not Ready`);
    if ((node?.spec?.taints ?? []).length > 0 && !config.controlPlane) wrong.push(`${nodeName} is tainted`);
    if (node?.spec?.unschedulable === true) wrong.push(`${nodeName} is cordoned`);
  }
  for (const request of store.list(HOST_REMEDIATION)) {
    const { metadata, spec, status } = request;
    const isExpected = status?.phase === 'Person' && forPerson.has(spec?.node.name ?? '');
    if (!isClosed(request) && !isExpected) wrong.push(`${metadata.name} is ${status?.phase ?? 'Waiting'}`);
    if (isClosed(request) && (metadata.finalizers ?? []).length > 0) wrong.push(`${metadata.name} has finalizers`);
  }
  for (const { metadata } of store.list(BARE_METAL_HOST)) {
    const held = Object.keys(metadata.annotations ?? {}).filter((name) => name.startsWith('reboot.metal3.io'));
    if (held.length > 0) wrong.push(`${keyString({ namespace: '', name: metadata.name })} is held off`);
  }
  if (forPerson.size === 0 && observer.pages > 0) wrong.push('a person is called');
  const { needlessHealthy } = observer.fencings.counts;
  if (needlessHealthy > 0) wrong.push(`${needlessHealthy} healthy hosts were fenced`);
  return wrong;
}

/** Strikes all of them, each in a run of its own: `what was struck: what is wrong`. */
export function violationsOf(flow: Flow, base: Ending, strikes: readonly Strike[]): readonly string[] {
  return strikes.flatMap((strike) => {
    const { wrong } = ending(flow, strike);
    return wrong.length === 0 ? [] : [`${strikeText(strike, base.run.points)}: ${wrong.join('; ')}`];
  });
}
