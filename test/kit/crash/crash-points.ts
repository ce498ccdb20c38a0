// Every point of a flow, struck in every way, and how each run ends. The base run passes the points; each strike is a run of its own.

import { BARE_METAL_HOST } from '../../../core/api/bare-metal-host.ts';
import { HOST_REMEDIATION, isClosed } from '../../../core/api/host-remediation.ts';
import { isReady, NODE } from '../../../core/api/node.ts';
import { keyString } from '../../../core/api/object.ts';
import { parseTime } from '../../../core/api/time.ts';
import { AssertionError } from '../../../core/assert.ts';
import type { InvariantVerdict } from '../../../sim/checkers/invariant.ts';
import type { World } from '../../../sim/world.ts';
import { STALE_MS } from './families.ts';
import { type Strike, strikeText } from './strike.ts';
import { type StruckRun, type StruckWorld, struckRun } from './struck-run.ts';

/** A cluster in which something fails, its policy, what people do meanwhile, and what must be true in the end. */
export interface Flow extends StruckWorld {
  readonly name: string;
  /** In a sentence. */
  readonly happens: string;
  /** A person must be called, and comes; in all other flows nobody may be. */
  readonly callsPerson: boolean;
  /** The host operator calls one whatever the policy does: it has lost a management controller. */
  readonly operatorCalls?: boolean;
  /** An invariant that another product of this flow breaks by itself, and how that one is called in findings. */
  readonly brokenByOther?: { readonly id: string; readonly author: string };
}

/** How a run ended: nothing is wrong, or this. */
export interface Ending {
  readonly wrong: readonly string[];
  readonly run: StruckRun;
  readonly invariants: readonly InvariantVerdict[];
}

const SECOND_MS = 1_000;

/**
 * A host that is well again is known to be so within this: its kubelet says so at its next status update, and caches are as old
 * as they are where nothing is stale. Source: kubelet nodeStatusUpdateFrequency 10 s.
 */
const KNOWN_WITHIN_MS = 20 * SECOND_MS;

/** Requests of a whole run. Assumption: several times as many as the longest undisturbed flow makes (78), with retries and back-off. */
const REQUESTS_MAX = 500;

/** Plays a flow with these strikes, or with none, and judges it. */
export function ending(flow: Flow, ...strikes: readonly Strike[]): Ending {
  const isStale = strikes.some(({ strike }) => strike === 'stale');
  const run = struckRun(flow, strikes, {
    stalenessMs: isStale ? STALE_MS + 10 * SECOND_MS : 10 * SECOND_MS,
    healedAfterMs: flow.config.durationMs,
  });
  const { invariants } = run;
  const wrong = [
    ...invariants.flatMap((verdict) => (isBroken(verdict, flow) ? [wordsOf(verdict)] : [])),
    ...unrest(run.world),
    ...personCalled(flow, run),
    ...needless(run),
    ...hotLoops(run),
  ];
  return { wrong, run, invariants };
}

/** Nobody asks the API server over and over again (invariants L9 and L16). */
function hotLoops({ points: { requests } }: StruckRun): readonly string[] {
  return requests.length > REQUESTS_MAX ? [`${requests.length} requests to the API server`] : [];
}

function isBroken({ id, verdict, broken, brokenCount }: InvariantVerdict, { brokenByOther }: Flow): boolean {
  if (verdict !== false || brokenByOther?.id !== id) return verdict === false;
  return brokenCount > broken.length || !broken.every(({ says }) => says.startsWith(brokenByOther.author));
}

function wordsOf({ id, broken: [first] }: InvariantVerdict): string {
  return `${id} ${first?.host ?? ''}: ${first?.says ?? ''}`;
}

function personCalled(
  { callsPerson, operatorCalls = false }: Flow,
  { personCalls, world }: StruckRun,
): readonly string[] {
  if (callsPerson) return personCalls > 0 && world.observer.pages > 0 ? [] : ['nobody is called'];
  return personCalls > 0 || (world.observer.pages > 0 && !operatorCalls) ? ['a person is called'] : [];
}

/** What must not be true of the objects and the hosts when everything is over. */
function unrest({ store, fleet }: World): readonly string[] {
  const wrong: string[] = [];
  for (const { index, config, installed } of fleet.hosts) {
    const { nodeName } = config;
    if (!installed) continue;
    const node = store.get(NODE, { namespace: '', name: nodeName });
    if (!fleet.powered(index)) wrong.push(`${nodeName} is off`);
    else if (node === undefined || !isReady(node)) wrong.push(`${nodeName} is not Ready`);
    if ((node?.spec?.taints ?? []).length > 0 && !config.controlPlane) wrong.push(`${nodeName} is tainted`);
    if (node?.spec?.unschedulable === true) wrong.push(`${nodeName} is cordoned`);
  }
  for (const request of store.list(HOST_REMEDIATION)) {
    const { metadata, status } = request;
    if (!isClosed(request)) wrong.push(`${metadata.name} is ${status?.phase ?? 'Waiting'}`);
    if (isClosed(request) && (metadata.finalizers ?? []).length > 0) wrong.push(`${metadata.name} has finalizers`);
  }
  for (const { metadata } of store.list(BARE_METAL_HOST)) {
    const held = Object.keys(metadata.annotations ?? {}).filter((name) => name.startsWith('reboot.metal3.io'));
    if (held.length > 0) wrong.push(`${keyString({ namespace: '', name: metadata.name })} is held off`);
  }
  return wrong;
}

/**
 * Fencings of healthy hosts that could have been known to be healthy. What was struck before its host was well again, or in the
 * moments in which nobody can know that it is, is needless by bad luck.
 */
function needless({ world: { store, observer }, healed }: StruckRun): readonly string[] {
  const { needlessHealthy } = observer.fencings.counts;
  const { atMs: healedMs, nodes } = healed ?? { atMs: Number.POSITIVE_INFINITY, nodes: [] };
  const attempts = store
    .list(HOST_REMEDIATION)
    .filter(({ spec }) => nodes.includes(spec?.node.name ?? ''))
    .flatMap(({ status }) => status?.attempts ?? [])
    .flatMap(({ struckAt, endedAt }) =>
      struckAt === undefined ? [] : [{ struckMs: parseTime(struckAt), endedMs: parseTime(endedAt ?? '') }],
    );
  const late = attempts.filter(({ struckMs }) => struckMs > healedMs + KNOWN_WITHIN_MS).length;
  const unlucky = attempts.filter(({ endedMs }) => !(endedMs < healedMs)).length - late;
  return [
    ...(needlessHealthy > unlucky ? [`${needlessHealthy} healthy hosts were fenced`] : []),
    ...(late > 0 ? [`${late} attempts struck a host that had been well for ${KNOWN_WITHIN_MS} ms`] : []),
  ];
}

/** Strikes all of them, each in a run of its own: `what was struck: what is wrong`. */
export function violationsOf(flow: Flow, base: Ending, strikes: readonly Strike[]): readonly string[] {
  return strikes.flatMap((strike) => {
    const wrong = wrongWith(flow, strike);
    return wrong.length === 0 ? [] : [`${strikeText(strike, base.run.points)}: ${wrong.join('; ')}`];
  });
}

/** A run that breaks a rule of the runtime itself tells nothing but that. */
function wrongWith(flow: Flow, strike: Strike): readonly string[] {
  try {
    return ending(flow, strike).wrong;
  } catch (error) {
    if (error instanceof AssertionError) return [error.message];
    throw error;
  }
}
