// What every FenceAgents must do, whatever runs the agents. Each implementation brings a rig: a node whose host is on, at an
// address that the agent finds, a way to wait, and a way to take its management controller off the network.

import { describe, expect, test } from 'vitest';
import type { OperationEnd } from '../../core/facts.ts';
import type { FenceAgents, FenceCommand } from '../../core/ports/fence-agents.ts';

export interface FenceAgentsRig {
  readonly agents: FenceAgents;
  /** fence_ipmilan against the host of the rig. */
  readonly command: Omit<FenceCommand, 'action' | 'operationId'>;
  /** The truth. */
  power(): 'on' | 'off';
  /** How often the power was cut since the start. */
  cuts(): number;
  wait(ms: number): void;
  setReachable(reachable: boolean): void;
}

/** Longer than any agent and its time-out. */
const LONG_MS = 300_000;

export function describeFenceAgents(name: string, make: () => FenceAgentsRig): void {
  describe(`FenceAgents contract: ${name}`, () => {
    const run = (
      rig: FenceAgentsRig,
      action: FenceCommand['action'],
      operationId: string,
      change: Partial<FenceCommand> = {},
    ): OperationEnd[] => {
      const ends: OperationEnd[] = [];
      rig.agents.start({ ...rig.command, action, operationId, ...change }, (end) => ends.push(end));
      return ends;
    };
    const waited = (rig: FenceAgentsRig, ends: OperationEnd[]): readonly OperationEnd[] => {
      rig.wait(LONG_MS);
      return ends;
    };

    test('status tells whether the host is on, and switches nothing', () => {
      const rig = make();
      expect(waited(rig, run(rig, 'status', 'first'))).toEqual([{ kind: 'succeeded' }]);
      expect(waited(rig, run(rig, 'off', 'off'))).toEqual([{ kind: 'succeeded' }]);
      expect(waited(rig, run(rig, 'status', 'second'))).toEqual([
        { kind: 'failed', message: 'exit status 2 (stderr: , stdout: Status: OFF)' },
      ]);
      expect(rig.cuts()).toBe(1);
    });

    test('off ends when the host is off, and again at once when it is off already', () => {
      const rig = make();
      const seen: string[] = [];
      rig.agents.start({ ...rig.command, action: 'off', operationId: 'off' }, (end) =>
        seen.push(`${end.kind} while ${rig.power()}`),
      );
      rig.wait(LONG_MS);
      expect(seen).toEqual(['succeeded while off']);
      expect(waited(rig, run(rig, 'off', 'again'))).toEqual([{ kind: 'succeeded' }]);
      expect({ power: rig.power(), cuts: rig.cuts() }).toEqual({ power: 'off', cuts: 1 });
    });

    test('reboot cuts the power once and leaves the host on', () => {
      const rig = make();
      expect(waited(rig, run(rig, 'reboot', 'reboot'))).toEqual([{ kind: 'succeeded' }]);
      expect({ power: rig.power(), cuts: rig.cuts() }).toEqual({ power: 'on', cuts: 1 });
    });

    test('reboot of a host that is off switches it on', () => {
      const rig = make();
      waited(rig, run(rig, 'off', 'off'));
      expect(waited(rig, run(rig, 'reboot', 'reboot'))).toEqual([{ kind: 'succeeded' }]);
      expect({ power: rig.power(), cuts: rig.cuts() }).toEqual({ power: 'on', cuts: 1 });
    });

    test('an operation id that was accepted is not executed again: whoever asks hears the end of the first', () => {
      const rig = make();
      const first = run(rig, 'off', 'same');
      const second = run(rig, 'off', 'same');
      rig.wait(LONG_MS);
      waited(rig, run(rig, 'reboot', 'on again'));
      const third = run(rig, 'off', 'same');
      rig.wait(LONG_MS);
      expect([first, second, third]).toEqual(Array.from({ length: 3 }, () => [{ kind: 'succeeded' }]));
      expect({ power: rig.power(), cuts: rig.cuts() }).toEqual({ power: 'on', cuts: 1 });
    });

    test('a management controller that is silent: the agent fails by its own time-out', () => {
      const rig = make();
      rig.setReachable(false);
      expect(waited(rig, run(rig, 'off', 'lost')).map(({ kind }) => kind)).toEqual(['failed']);
      expect(rig.power()).toBe('on');
    });

    test('an agent that is slower than its time is killed, and what it did is unknown', () => {
      const rig = make();
      rig.setReachable(false);
      const ends = run(rig, 'off', 'slow', { timeoutMs: 3_000 });
      rig.wait(2_999);
      expect(ends).toEqual([]);
      rig.wait(1);
      expect(ends.map(({ kind }) => kind)).toEqual(['unknown']);
    });

    test('an agent that is killed tells nobody and does nothing more; what it has switched stays switched', () => {
      const rig = make();
      const ends = run(rig, 'reboot', 'killed');
      for (let waitedMs = 0; waitedMs < LONG_MS && rig.power() === 'on'; waitedMs += 10) rig.wait(10);
      rig.agents.kill('killed');
      expect({ ends: waited(rig, ends), power: rig.power() }).toEqual({ ends: [], power: 'off' });
      rig.agents.kill('never started');
    });

    test.each<[string, Partial<FenceCommand>]>([
      ['an address where nobody answers', { parameters: { '--ip': '203.0.113.99' } }],
      ['no address', { parameters: {} }],
      ['an option that the agent does not have', { parameters: { '--ip': '203.0.113.99', '--power': '1' } }],
      ['an agent of another device', { agent: 'fence_apc' }],
    ])('%s: the agent fails', (_title, change) => {
      const rig = make();
      expect(waited(rig, run(rig, 'off', 'wrong', change)).map(({ kind }) => kind)).toEqual(['failed']);
      expect(rig.power()).toBe('on');
    });
  });
}
