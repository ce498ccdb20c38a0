// Traces written by hand: three workers in two racks and three masters that all serve, and what happens to them, in seconds.

import { expect, test } from 'vitest';
import { INVARIANTS } from '../../../sim/checkers/invariants.ts';
import { Judge } from '../../../sim/checkers/judge.ts';
import type { Granted, Happening, Means, Observation, Seen } from '../../../sim/checkers/observation.ts';

export type Step = readonly [atSeconds: number, happening: Happening];

const HOSTS = [
  ['w1', 'rack-a', false],
  ['w2', 'rack-a', false],
  ['w3', 'rack-b', false],
  ['m1', 'rack-a', true],
  ['m2', 'rack-b', true],
  ['m3', 'rack-c', true],
] as const;

/** Caches are at most 5 s old; every Node has the uid `node-HOST`. */
const START: readonly Step[] = [
  [0, { seen: 'settings', stalenessMs: 5_000, dryRun: false }],
  ...HOSTS.flatMap(([host, rack, controlPlane]): Step[] => [
    [0, { seen: 'host', host, rack, controlPlane }],
    [0, { seen: 'ready', host, ready: 'True', uid: `node-${host}` }],
  ]),
];

/** Verdict of one invariant on the trace, and the whole of what it found. */
function verdictOn(id: string, steps: readonly Step[]) {
  const trace = [...START, ...steps].map(
    ([seconds, happening]): Observation => ({ ...happening, atMs: seconds * 1000 }),
  );
  const invariants = INVARIANTS.filter((invariant) => invariant.id === id);
  const judge = new Judge(invariants);
  for (const seen of trace) judge.saw(seen);
  const [verdict] = judge.verdicts(10_000_000);
  if (verdict === undefined) throw new Error(`no invariant ${id}`);
  const { broken, unsure, exercised } = verdict;
  const found = [...broken, ...unsure].map(
    ({ atMs, host, says }) => `${atMs / 1000}${host === undefined ? '' : ` ${host}`}: ${says}`,
  );
  return { verdict: verdict.verdict, found, exercised };
}

export interface TraceRow {
  readonly id: string;
  readonly given: string;
  readonly trace: readonly Step[];
  readonly verdict: true | false | 'unknown';
  readonly found: readonly string[];
}

/** One test a row. A verdict that is known must have been at stake. */
export function testTraces(rows: readonly TraceRow[]): void {
  test.each(rows)('$id, $given: $verdict', ({ id, trace, verdict, found }) => {
    const judged = verdictOn(id, trace);
    expect({ verdict: judged.verdict, found: judged.found }).toEqual({ verdict, found });
    expect(judged.exercised > 0 || verdict === 'unknown').toBe(true);
  });
}

/** `S1 false`: invariants without a trace that breaks them, or without a near miss. */
export function untested(ids: readonly string[], rows: readonly TraceRow[]): readonly string[] {
  return [false, true].flatMap((verdict) =>
    ids.filter((id) => !rows.some((row) => row.id === id && row.verdict === verdict)).map((id) => `${id} ${verdict}`),
  );
}

export const opened = (host: string, means: Means = 'power', more: Partial<Seen<'attemptOpened'>> = {}): Happening => ({
  seen: 'attemptOpened',
  attempt: `attempt-${host}`,
  request: `request-${host}`,
  host,
  remediator: 'Remediator',
  means,
  ...more,
});

export const struck = (host: string, more: Partial<Seen<'attemptStruck'>> = {}): Happening => ({
  seen: 'attemptStruck',
  attempt: `attempt-${host}`,
  ...more,
});

export const closed = (host: string, how: Seen<'attemptClosed'>['how'] = 'succeeded'): Happening => ({
  seen: 'attemptClosed',
  attempt: `attempt-${host}`,
  how,
});

export const released = (host: string, more: Partial<Seen<'released'>> = {}): Happening => ({
  seen: 'released',
  host,
  how: 'outOfServiceTaint',
  by: 'remediator',
  uid: `node-${host}`,
  ...more,
});

export const power = (host: string, to: 'on' | 'off', by: Seen<'power'>['by'] = 'remediation'): Happening => ({
  seen: 'power',
  host,
  on: to === 'on',
  by,
});

export const ready = (host: string, status: Seen<'ready'>['ready'], uid = `node-${host}`): Happening => ({
  seen: 'ready',
  host,
  ready: status,
  uid: status === 'missing' ? '' : uid,
});

export const runs = (host: string, more: Partial<Seen<'state'>> = {}): Happening => ({
  seen: 'state',
  host,
  runs: true,
  reachable: true,
  serves: true,
  epoch: 0,
  ...more,
});

export const down = (host: string): Happening => runs(host, { runs: false, reachable: false, serves: false });

export const pod = (host: string, ...exclusive: string[]): Happening => ({
  seen: 'processStarted',
  host,
  pod: 'db-0',
  exclusive,
});

export const offReading = (host: string, askedAtSeconds: number, reaches = host): Happening => ({
  seen: 'reading',
  host,
  reaches,
  power: 'off',
  askedAtMs: askedAtSeconds * 1000,
});

/** A budget over the workers. */
export const budget = (spec: Seen<'budget'>['spec'], hosts = ['w1', 'w2', 'w3']): Happening => ({
  seen: 'budget',
  budget: 'pool',
  spec,
  pool: hosts.map((host) => ({ host, labels: { rack: HOSTS.find(([name]) => name === host)?.[1] ?? '' } })),
});

export const granted = (host: string): Granted => ({
  request: `request-${host}`,
  host,
  step: 0,
  attempt: 1,
  action: 'Reboot',
});

/** The ledger names these hosts. */
export const ledger = (hosts: readonly string[], more: Partial<Seen<'ledger'>> = {}): Happening => ({
  seen: 'ledger',
  budget: 'pool',
  grants: hosts.map(granted),
  expectedHosts: 3,
  unavailableHosts: hosts.length,
  inFlight: hosts.length,
  ...more,
});

export const request = (host: string, phase: Seen<'request'>['phase']): Happening => ({
  seen: 'request',
  request: `request-${host}`,
  host,
  budget: 'pool',
  phase,
});

export const away = (host: string, unavailable = true): Happening => ({ seen: 'unavailable', host, unavailable });
