// The stand-ins of a dry run answer every command with a failure at once, and know nothing of power.

import { expect, test } from 'vitest';
import type { Outcome } from '../../core/facts.ts';
import { DryRunBmc, DryRunFenceAgents, DryRunProvisioner, DryRunWriter } from '../../live/dry-run.ts';
import { ManualClock } from '../kit/manual-clock.ts';

const HOST = { namespace: 'metal', name: 'a' };
const NOT_STARTED = { kind: 'failed', message: 'dry run: nothing is started' };

test('every effect fails at once, once', () => {
  const clock = new ManualClock(1000);
  const ends: unknown[] = [];
  const ended = (...end: readonly unknown[]): void => void ends.push(end);
  new DryRunBmc(clock).setPower({ host: HOST, power: 'off', mode: 'hard', operationId: '1' }, ended);
  const provisioner = new DryRunProvisioner(clock);
  provisioner.inspect(HOST, 'agent', '2', ended);
  provisioner.provision(HOST, 'metadata', '3', ended);
  provisioner.deprovision(HOST, 'metadata', '4', ended);
  expect(ends).toEqual(Array.from({ length: 4 }, () => [NOT_STARTED, 1000]));
  const command = { node: 'a', agent: 'fence_ipmilan', action: 'off', parameters: {}, timeoutMs: 1, operationId: '5' };
  new DryRunFenceAgents().start(command as Parameters<DryRunFenceAgents['start']>[0], (end) => ends.push(end));
  expect(ends.at(-1)).toEqual(NOT_STARTED);
});

test('power is never known: a reading is unreachable, and a standing poll says so once unless it is stopped', () => {
  const clock = new ManualClock(1000);
  const bmc = new DryRunBmc(clock);
  const readings: unknown[] = [];
  bmc.observePower(HOST, (reading) => readings.push(reading));
  bmc.watchPower(HOST, 60_000, (reading) => readings.push(reading));
  bmc.watchPower(HOST, 60_000, (reading) => readings.push(reading))();
  const unreachable = { power: 'unreachable', askedAtMs: 1000, readAtMs: 1000 };
  expect(readings).toEqual([unreachable]);
  clock.advanceTo(600_000);
  expect(readings).toEqual([unreachable, unreachable]);
});

const DRY: Outcome = { kind: 'refused', code: 403, reason: 'DryRun', message: 'dry run: nothing is changed' };
const CONFLICT: Outcome = { kind: 'refused', code: 409, reason: 'Conflict', message: 'changed' };

test.each<{
  readonly mode: 'ask-nobody' | 'ask-server';
  readonly server: Outcome;
  readonly asked: number;
  readonly hears: Outcome;
}>([
  { mode: 'ask-nobody', server: { kind: 'done' }, asked: 0, hears: DRY },
  { mode: 'ask-server', server: { kind: 'done' }, asked: 1, hears: DRY },
  { mode: 'ask-server', server: CONFLICT, asked: 1, hears: CONFLICT },
])(
  'a write in mode $mode that the server would answer with $server.kind is never done',
  ({ mode, server, asked, hears }) => {
    let submitted = 0;
    const writer = new DryRunWriter(
      {
        submit: (_manager, _write, done) => {
          submitted++;
          done(server);
        },
        readFresh: (_kind, _key, done) => done({ kind: 'absent' }),
      },
      mode,
    );
    const outcomes: Outcome[] = [];
    writer.submit('test', { do: 'evict', key: HOST, onlyIf: {} }, (outcome) => outcomes.push(outcome));
    expect(outcomes).toEqual([hears]);
    expect(submitted).toBe(asked);
  },
);
