// A management controller beyond its quirks, as clients of the Bmc port and whoever sends it requests meet it: logins, answers that
// are lost, effects that come late, readings that lie, and what it shares with its host.

import { describe, expect, test } from 'vitest';
import type { TraitChanges } from '../../../../sim/host/bmc/traits.ts';
import { BASIC, BmcProbe, modelOf } from '../../../kit/bmc-probe.ts';

const probeOf = (traits: TraitChanges = {}): BmcProbe => new BmcProbe(modelOf({ traits }));

const ALL_MS = Number.POSITIVE_INFINITY;

interface Row {
  readonly given: string;
  readonly traits?: TraitChanges;
  readonly talk: (probe: BmcProbe) => readonly string[];
  readonly expected: readonly string[];
}

const PORT: readonly Row[] = [
  {
    given: 'a plain controller: each command is looked after until it is so',
    talk: (probe) => [probe.read(), probe.command('off'), probe.command('off'), probe.command('on'), probe.read()],
    expected: ['on after 0.2 s', 'succeeded after 5 s', 'succeeded after 0 s', 'succeeded after 5 s', 'on after 0.1 s'],
  },
  {
    given: 'a slow one: what it takes longer than the client waits is unknown, whatever comes of it',
    traits: { answerMs: { kind: 'constant', value: 70_000 } },
    talk: (probe) => [probe.read(), probe.command('off'), probe.power()],
    expected: ['unreachable after 60.1 s', 'unknown (BMC did not confirm) after 120 s', 'silence (off)'],
  },
  {
    given: 'commands that it accepts and forgets: unknown, and the host is on',
    traits: { ignoredResets: ['ForceOff'] },
    talk: (probe) => [probe.command('off'), probe.read()],
    expected: ['unknown (the host is not off) after 60 s', 'on after 0.1 s'],
  },
  {
    given: 'an effect that comes after the client has given up',
    traits: { effectDelayMs: { kind: 'constant', value: 100_000 } },
    talk: (probe) => [probe.command('off'), probe.read()],
    expected: ['unknown (the host is not off) after 60 s', 'off after 0.1 s'],
  },
  {
    given: 'readings of what was a minute ago: off is believed when it has been so for long',
    traits: { powerLagMs: 30_000 },
    talk: (probe) => [probe.command('off')],
    expected: ['succeeded after 36 s'],
  },
  {
    given: 'a state that is neither while power changes: no reading',
    traits: { powerWhileChanging: 'transitional', powerLagMs: 20_000 },
    talk: (probe) => {
      probe.reset('ForceOff');
      const seen = [probe.power(), probe.read()];
      return [...seen, probe.power()];
    },
    expected: ['PoweringOff (on)', 'unreachable after 0.2 s', 'Off (off)'],
  },
  {
    given: 'a state that is neither, asked by a fence agent: whatever is not off is on',
    traits: { powerWhileChanging: 'transitional', powerLagMs: 20_000 },
    talk: (probe) => {
      probe.reset('ForceOff');
      return [probe.power(), probe.read('fence-agent')];
    },
    expected: ['PoweringOff (on)', 'on after 0.1 s'],
  },
  {
    given: 'no state at all while power changes',
    traits: { powerWhileChanging: 'null', powerLagMs: 20_000 },
    talk: (probe) => {
      probe.reset('ForceOff');
      return [probe.power(), probe.command('off')];
    },
    expected: ['null (on)', 'succeeded after 26 s'],
  },
  {
    given: 'a controller that never knows: unknown is no success',
    traits: { powerUnknown: true },
    talk: (probe) => [probe.read(), probe.command('off'), probe.power()],
    expected: ['unreachable after 0.2 s', 'unknown (the host is not off) after 60 s', 'null (off)'],
  },
  {
    given: 'answers that are lost: the command is done, and the client finds out',
    traits: { replyLostShare: 0 },
    talk: (probe) => {
      probe.read();
      probe.controller.afflict(1, { replyLostShare: 1 });
      probe.kernel.call(probe.kernel.nowMs + 30_000, () => probe.controller.relieve(1));
      return [probe.command('off')];
    },
    expected: ['succeeded after 60 s'],
  },
  {
    given: 'commands that arrive twice: an off that was repeated meets a host that is on again',
    traits: { deliveredTwiceShare: 1, twiceAfterMs: 20_000 },
    talk: (probe) => {
      probe.reset('ForceOff');
      probe.wait(10);
      probe.controller.afflict(1, { deliveredTwiceShare: 0 });
      probe.reset('On');
      probe.wait(8);
      const before = probe.power();
      probe.wait(10);
      return [before, probe.power()];
    },
    expected: ['On (on)', 'Off (off)'],
  },
  {
    given: 'a controller that starts anew at a command and loses it, and one that has carried it out by then',
    traits: { startsAtCommands: 1 },
    talk: (probe) => {
      const lost = [probe.command('off'), probe.power()];
      const other = probeOf({ startsAtCommands: 1, startLosesCommands: false });
      return [...lost, other.command('off'), other.power()];
    },
    expected: [
      'unknown (BMC did not confirm) after 120 s',
      'On (on)',
      'unknown (BMC did not confirm) after 120 s',
      'Off (off)',
    ],
  },
  {
    given: 'a firmware bug that switches the host on again after off',
    traits: { switchesOnAfterMs: 40_000 },
    talk: (probe) => [probe.command('off'), probe.power()],
    expected: ['succeeded after 5 s', 'On (on)'],
  },
  {
    given: 'a host that can only be restarted: off is refused for good',
    traits: { refusedResets: ['ForceOff', 'GracefulShutdown'] },
    talk: (probe) => [probe.command('off'), probe.command('off', 'soft'), probe.reset('ForceRestart')],
    expected: [
      'failed (BMC refused: 400 ActionParameterValueNotInList) after 0 s',
      'failed (BMC refused: 400 ActionParameterValueNotInList) after 0 s',
      'done',
    ],
  },
  {
    given: 'a refusal that passes: the operator tries again every ten seconds, a fence agent does not',
    traits: { onRefusedAfterOffMs: 60_000 },
    talk: (probe) => {
      const operator = [probe.command('off')];
      probe.command('on');
      probe.reset('ForceOff');
      probe.wait(10);
      operator.push(probe.command('on'));
      probe.reset('ForceOff');
      probe.wait(10);
      return [...operator, probe.command('on', 'hard', 'fence-agent')];
    },
    expected: [
      'succeeded after 5 s',
      'succeeded after 67 s',
      'failed (BMC refused: 409 ActionParameterValueConflict) after 0 s',
    ],
  },
  {
    given: 'a soft power-off of a system that hangs',
    talk: (probe) => {
      probe.strike('osHang');
      return [probe.command('off', 'soft'), probe.power()];
    },
    expected: ['unknown (the operating system did not power off) after 181 s', 'On (on)'],
  },
];

const LOGINS: readonly Row[] = [
  {
    given: 'a password that was changed: refused, until it is known again',
    talk: (probe) => {
      probe.controller.afflict(1, { credentials: 401 });
      const refused = [probe.ask({ ask: 'power' }), probe.command('off', 'hard', 'fence-agent')];
      probe.controller.relieve(1);
      return [...refused, probe.command('off')];
    },
    expected: ['401 NoValidSession', 'failed (BMC refused: 401 NoValidSession) after 0 s', 'succeeded after 5 s'],
  },
  {
    given: 'three wrong passwords: the account is locked for ten minutes, also for those who know the new one',
    talk: (probe) => {
      probe.controller.afflict(1, { credentials: 401, lockOut: { after: 3, forMs: 600_000 } });
      const knocks = Array.from({ length: 4 }, () => probe.ask({ ask: 'power' }));
      probe.controller.relieve(1);
      knocks.push(probe.ask({ ask: 'power' }));
      probe.wait(600);
      return [...knocks, probe.ask({ ask: 'power' })];
    },
    expected: [
      '401 NoValidSession',
      '401 NoValidSession',
      '401 NoValidSession',
      '401 AccountLocked',
      '401 AccountLocked',
      'On',
    ],
  },
  {
    given: 'a session outlives a change of the password, and not a start of the controller',
    talk: (probe) => {
      probe.read();
      probe.controller.afflict(1, { credentials: 403 });
      const before = probe.read();
      probe.controller.start();
      probe.wait(100);
      return [before, probe.read()];
    },
    expected: ['on after 0.1 s', 'unreachable after 0.2 s'],
  },
  {
    given: 'sessions that others hold: who has one goes on, who needs one is refused, Basic needs none',
    talk: (probe) => {
      probe.read();
      probe.controller.afflict(1, { sessionsOfOthers: ALL_MS });
      const held = probe.read();
      probe.controller.dropSessions();
      const caller = { ...BASIC, protocol: 'ipmi' } as const;
      return [held, probe.read(), probe.ask({ ask: 'power' }), probe.ask({ ask: 'power' }, caller)];
    },
    expected: ['on after 0.1 s', 'unreachable after 31.2 s', 'On', '503 SessionLimitExceeded'],
  },
  {
    given: 'a session that idles out is replaced by another',
    talk: (probe) => {
      const session = { ...BASIC, auth: 'session' } as const;
      probe.ask({ ask: 'login' }, session);
      const mine = { ...session, session: 1 };
      const first = probe.ask({ ask: 'power' }, mine);
      probe.wait(1799);
      const second = probe.ask({ ask: 'power' }, mine);
      probe.wait(1801);
      return [first, second, probe.ask({ ask: 'power' }, mine)];
    },
    expected: ['On', 'On', '401 NoValidSession'],
  },
  {
    given: 'a certificate that is not valid: silence to who verifies it',
    traits: { certificateValid: false },
    talk: (probe) => [probe.read(), probe.command('off', 'hard', 'fence-agent')],
    expected: ['unreachable after 60.0 s', 'succeeded after 5 s'],
  },
];

const SHARED: readonly Row[] = [
  {
    given: 'a controller that shares the supply of its host dies with it, and comes back after its own boot',
    traits: { diesWithHostShare: 1 },
    talk: (probe) => {
      probe.strike('hostDead');
      const dead = probe.read();
      probe.fleet.repaired(0);
      const back = probe.read();
      return [dead, back, probe.read()];
    },
    expected: ['unreachable after 60.0 s', 'unreachable after 60.0 s', 'on after 0.2 s'],
  },
  {
    given: 'one that does not',
    talk: (probe) => {
      probe.strike('hostDead');
      return [probe.read()];
    },
    expected: ['on after 0.2 s'],
  },
  {
    given: 'one without a port of its own falls silent with the switch of its host',
    traits: { sideband: true },
    talk: (probe) => {
      const heal = probe.fleet.loseSwitch(0, ALL_MS);
      const cut = probe.read();
      heal();
      return [cut, probe.read()];
    },
    expected: ['unreachable after 60.0 s', 'on after 0.2 s'],
  },
  {
    given: 'hosts whose power returns: as before, always on, or off until somebody switches them on',
    talk: () =>
      (['last', 'on', 'off', 'asElsewhere'] as const).map((stateAfterLoss) => {
        const probe = probeOf({ stateAfterLoss });
        const before: string[] = [];
        for (const power of ['on', 'off'] as const) {
          if (power === 'off') probe.fleet.powerOff(0, 'person');
          const restore = probe.fleet.losePower({ where: { at: 'rack', rack: 0 }, endsAtMs: ALL_MS });
          probe.wait(10);
          restore();
          probe.wait(100);
          before.push(`${power} to ${probe.fleet.powered(0) ? 'on' : 'off'}`);
        }
        return `${stateAfterLoss}: ${before.join(', ')}`;
      }),
    expected: [
      'last: on to on, off to off',
      'on: on to on, off to on',
      'off: on to off, off to off',
      'asElsewhere: on to on, off to off',
    ],
  },
];

describe('through the Bmc port', () => {
  test.each(PORT)('$given', ({ traits, talk, expected }) => {
    expect(talk(probeOf(traits))).toEqual(expected);
  });
});

describe('who is let in', () => {
  test.each(LOGINS)('$given', ({ traits, talk, expected }) => {
    expect(talk(probeOf(traits))).toEqual(expected);
  });
});

describe('what it shares with its host', () => {
  test.each(SHARED)('$given', ({ traits, talk, expected }) => {
    expect(talk(probeOf(traits))).toEqual(expected);
  });
});
