// One hang and its remediation under every class of client fault: what was done to the host, when, and what the API said of
// its Node; then what a story tells of the faults, and whose luck is whose.

import { describe, expect, test } from 'vitest';
import { fencingsIn } from '../../../reports/fencings.ts';
import { StoryIndex } from '../../../reports/story-index.ts';
import type { ClientFault, ClientFaultKind } from '../../../sim/config.ts';
import { FaultLuck } from '../../../sim/faults/fault-luck.ts';
import { Draws, rootKey } from '../../../sim/kernel/rng.ts';
import { simulate } from '../../../sim/simulation.ts';
import { clientFault, hangRun, hangStudy, linesOf, MINUTE_MS, waitingFault } from '../../kit/hang-study.ts';

const study = hangStudy();
const CHECK = 'machine-health-check.openshift';
const REMEDIATION = 'external-baremetal';
const HOSTS = 'bare-metal-host';

interface Row {
  readonly given: string;
  readonly faults: readonly ClientFault[];
  /** The hang passes by itself then. */
  readonly healsAtMin?: number;
  readonly lines: readonly string[];
  readonly needless?: number;
}

const HUNG = '10:50.000 Ready=Unknown';

const ROWS: readonly Row[] = [
  {
    given: 'no client fault: unhealthy for 5 min, off, Node deleted, on, Ready',
    faults: [],
    lines: [
      HUNG,
      '15:51.200 powerOff',
      '16:21.100 Node deleted',
      '16:21.400 powerOn',
      '17:56.400 Ready=False',
      '18:06.400 Ready=True',
    ],
  },
  {
    given: 'the API server refuses everything: the first write after it waits for the end of its back-off',
    faults: [clientFault({ fault: 'apiServerOutage', answers: 'refused' }, [15, 20])],
    lines: [
      HUNG,
      '21:18.875 powerOff',
      '21:48.775 Node deleted',
      '21:49.075 powerOn',
      '23:24.075 Ready=False',
      '23:34.075 Ready=True',
    ],
  },
  {
    given: 'one controller is cut off: it learns of its work from the list after it is connected again',
    faults: [clientFault({ fault: 'apiServerOutage', answers: 'none' }, [15, 20], REMEDIATION)],
    lines: [
      HUNG,
      '20:21.293 powerOff',
      '20:51.193 Node deleted',
      '20:51.493 powerOn',
      '22:26.493 Ready=False',
      '22:36.493 Ready=True',
    ],
  },
  {
    given: 'every write of a minute ends in 500',
    faults: [clientFault({ fault: 'apiErrors', code: 500, share: 1 }, [15, 16])],
    lines: [
      HUNG,
      '16:01.435 powerOff',
      '16:31.335 Node deleted',
      '16:31.635 powerOn',
      '18:06.635 Ready=False',
      '18:16.635 Ready=True',
    ],
  },
  {
    given: 'the replies to the first two patches are lost: looked at and found done, nothing is repeated',
    faults: [clientFault({ fault: 'lostReplies', share: 1, verbs: ['patch'], atMost: 2 }, [15, 20])],
    lines: [
      HUNG,
      '15:51.200 powerOff',
      '16:21.200 Node deleted',
      '16:21.500 powerOn',
      '17:56.500 Ready=False',
      '18:06.500 Ready=True',
    ],
  },
  {
    given: 'every request takes 2 s',
    faults: [clientFault({ fault: 'slowRequests', share: 1, delayMs: { kind: 'constant', value: 2_000 } }, [15, 20])],
    lines: [
      HUNG,
      '15:57.200 powerOff',
      '16:27.100 Node deleted',
      '16:35.400 powerOn',
      '18:10.400 Ready=False',
      '18:20.400 Ready=True',
    ],
  },
  {
    given: 'the host operator hears of nothing for a while, then of all that it missed',
    faults: [
      clientFault(
        { fault: 'watchBreak', afterwards: 'resume', kindKeys: ['BareMetalHost.metal3.io'] },
        [15.5, 18],
        HOSTS,
      ),
    ],
    lines: [
      HUNG,
      '18:00.100 powerOff',
      '18:21.100 Node deleted',
      '18:21.400 powerOn',
      '19:56.400 Ready=False',
      '20:06.400 Ready=True',
    ],
  },
  {
    given: 'the health check does not hear that the Node is Ready again, and fences a healthy host',
    faults: [clientFault({ fault: 'watchBreak', afterwards: 'relist', kindKeys: ['Node'] }, [14, 18], CHECK)],
    healsAtMin: 14.5,
    lines: [
      HUNG,
      '14:37.817 Ready=True',
      '15:51.200 powerOff',
      '16:21.100 Node deleted',
      '16:21.400 powerOn',
      '17:56.400 Ready=False',
      '18:06.400 Ready=True',
    ],
    needless: 1,
  },
  {
    given: 'the health check never hears of the hang, until the watch is listed anew',
    faults: [clientFault({ fault: 'lostEvents', share: 1, kindKeys: ['Node'] }, [9, 25], CHECK)],
    lines: [
      HUNG,
      '25:00.300 powerOff',
      '25:30.200 Node deleted',
      '25:30.500 powerOn',
      '27:05.500 Ready=False',
      '27:15.500 Ready=True',
    ],
  },
  {
    given: 'the host operator dies during its power command: the successor asks the BMC and goes on',
    faults: [clientFault({ fault: 'controllerCrash' }, [16, 18], HOSTS)],
    lines: [
      HUNG,
      '15:51.200 powerOff',
      '16:21.100 Node deleted',
      '18:00.100 powerOn',
      '19:35.100 Ready=False',
      '19:45.100 Ready=True',
    ],
  },
  {
    given: 'the health check is dead while the time-out passes: its successor sees a healthy Node',
    faults: [clientFault({ fault: 'controllerCrash' }, [14, 18], CHECK)],
    healsAtMin: 16.5,
    lines: [HUNG, '16:37.817 Ready=True'],
  },
  {
    given: 'the same, but the successor lists from a server that is 2 min behind: it fences a healthy host',
    faults: [
      clientFault({ fault: 'staleRestart', behindMs: 2 * MINUTE_MS, catchUpMs: MINUTE_MS / 2 }, [14, 18], CHECK),
    ],
    healsAtMin: 16.5,
    lines: [
      HUNG,
      '16:37.817 Ready=True',
      '18:00.300 powerOff',
      '18:30.200 Node deleted',
      '18:30.500 powerOn',
      '20:05.500 Ready=False',
      '20:15.500 Ready=True',
    ],
    needless: 1,
  },
  {
    given: 'the health check stands still while the Node becomes Ready, and goes on with what it knew',
    faults: [clientFault({ fault: 'controllerPause' }, [14, 18], CHECK)],
    healsAtMin: 16.5,
    lines: [
      HUNG,
      '16:37.817 Ready=True',
      '18:00.200 powerOff',
      '18:30.100 Node deleted',
      '18:30.400 powerOn',
      '20:05.400 Ready=False',
      '20:15.400 Ready=True',
    ],
    needless: 1,
  },
  {
    given: 'the remediator dies three times before its first action: each successor decides it anew',
    faults: [
      clientFault(
        { fault: 'crashBetweenActions', share: 1, atMost: 3, restartAfterMs: { kind: 'constant', value: 30_000 } },
        [15, 30],
        REMEDIATION,
      ),
    ],
    lines: [
      HUNG,
      '17:21.500 powerOff',
      '17:51.400 Node deleted',
      '17:51.700 powerOn',
      '19:26.700 Ready=False',
      '19:36.700 Ready=True',
    ],
  },
  {
    given: 'events that come twice change nothing',
    faults: [clientFault({ fault: 'doubledEvents', share: 1 }, [9, 30])],
    lines: [
      HUNG,
      '15:51.200 powerOff',
      '16:21.100 Node deleted',
      '16:21.400 powerOn',
      '17:56.400 Ready=False',
      '18:06.400 Ready=True',
    ],
  },
  {
    given: 'events that come 10 s late delay each step that waits for one',
    faults: [clientFault({ fault: 'lateEvents', share: 1, delayMs: { kind: 'constant', value: 10_000 } }, [15, 30])],
    lines: [
      HUNG,
      '16:11.200 powerOff',
      '16:31.100 Node deleted',
      '17:01.400 powerOn',
      '18:36.400 Ready=False',
      '18:46.400 Ready=True',
    ],
  },
  {
    given: 'of two deaths at a time the later end counts',
    faults: [
      clientFault({ fault: 'controllerCrash' }, [15, 20], HOSTS),
      { ...clientFault({ fault: 'controllerCrash' }, [14, 16], HOSTS), name: 'another' },
    ],
    lines: [
      HUNG,
      '20:00.100 powerOff',
      '20:21.100 Node deleted',
      '20:21.400 powerOn',
      '21:56.400 Ready=False',
      '22:06.400 Ready=True',
    ],
  },
  {
    given: 'a process that dies while it stands still has a successor that does not',
    faults: [
      clientFault({ fault: 'controllerPause' }, [15, 30], HOSTS),
      clientFault({ fault: 'controllerCrash' }, [15.5, 17], HOSTS),
    ],
    lines: [
      HUNG,
      '17:00.100 powerOff',
      '17:21.100 Node deleted',
      '17:21.400 powerOn',
      '18:56.400 Ready=False',
      '19:06.400 Ready=True',
    ],
  },
];

describe('a hang and its remediation', () => {
  test.each(ROWS)('$given', ({ faults, healsAtMin, lines, needless = 0 }) => {
    const run = hangRun(study, faults, healsAtMin);
    expect(linesOf(run, 'effect', 'node')).toEqual(lines);
    expect(run.world.observer.fencings.counts.needlessHealthy).toBe(needless);
  });
});

describe('what is told', () => {
  const outage = clientFault({ fault: 'apiServerOutage', answers: 'refused' }, [15, 20]);

  test('beginning and end, of every host, as one fault, with what it did', () => {
    const { story, world } = hangRun(study, [outage]);
    const hosts = world.fleet.hosts.map(({ config }) => config.name);
    expect(story.filter(({ subject }) => subject === 'all controllers')).toEqual([
      {
        atMs: 15 * MINUTE_MS,
        topic: 'fault',
        subject: 'all controllers',
        text: 'apiServerOutage: the API server does not answer',
        hosts,
        fault: { id: 'apiServerOutage', ended: false },
      },
      {
        atMs: 20 * MINUTE_MS,
        topic: 'fault',
        subject: 'all controllers',
        text: 'apiServerOutage: the API server answers again (16 requests refused)',
        hosts,
        fault: { id: 'apiServerOutage', ended: true },
      },
    ]);
  });

  test('whom it strikes, where that is not everybody', () => {
    const { story } = hangRun(study, [clientFault({ fault: 'controllerCrash' }, [1, 2], HOSTS, CHECK)]);
    expect(story.filter(({ topic }) => topic === 'fault').map(({ subject, text }) => `${subject}: ${text}`)).toEqual([
      `${HOSTS}, ${CHECK}: controllerCrash: controllers crash`,
      `${HOSTS}, ${CHECK}: controllerCrash: controllers start again with empty memory`,
      'worker-1: osHang, ends by reboot',
      'hang: scripted osHang strikes',
      'worker-1: osHang ended by powerCycle',
    ]);
  });

  test('as a fault that was going on when a host was fenced, to explain', () => {
    const slow: ClientFaultKind = { fault: 'slowRequests', share: 1, delayMs: { kind: 'constant', value: 2_000 } };
    const { story } = hangRun(study, [
      clientFault({ fault: 'watchBreak', afterwards: 'resume' }, [2, 3]),
      clientFault(slow, [15, 20]),
    ]);
    const index = new StoryIndex(story, [{ name: 'worker-1', shown: 'worker-1', names: [] }]);
    expect(fencingsIn(index).map(({ what, faults }) => [what, ...faults.map(({ text }) => text)])).toEqual([
      ['powered off', 'osHang, ends by reboot', 'slowRequests: the API server is slow'],
    ]);
  });

  test('how often each has come', () => {
    const { world } = hangRun(study, [outage]);
    expect(world.observer.scriptFired).toEqual({ hang: 1, apiServerOutage: 1 });
  });
});

describe('a fault that waits for something', () => {
  const CRASH: ClientFaultKind = { fault: 'controllerCrash' };
  const ON_ANOTHER = {
    kind: 'event',
    event: 'powerOffAsked',
    host: 'worker-2',
    nth: 1,
    afterMs: 0,
    times: 1,
    share: 1,
  } as const;
  const USUAL = ['15:51.200 powerOff', '16:21.100 Node deleted', '16:21.400 powerOn', '17:56.400 Ready=False'];

  test.each<Pick<Row, 'given' | 'faults' | 'lines'>>([
    {
      given:
        'everybody dies while the BMC is told to switch off: the successors find it off, and delete the Node at once',
      faults: [waitingFault(CRASH, { event: 'powerOffAsked' }, 1)],
      lines: ['15:51.200 powerOff', '16:51.300 Node deleted', '16:51.600 powerOn', '18:26.600 Ready=False'],
    },
    {
      given: 'the same before anybody has heard that it is off, 5 s later',
      faults: [waitingFault(CRASH, { event: 'powerOffAnswered' }, 1)],
      lines: ['15:51.200 powerOff', '16:56.300 Node deleted', '16:56.600 powerOn', '18:31.600 Ready=False'],
    },
    {
      given: 'no write of the host operator is accepted for a minute from the answer on: nobody learns that it is off',
      faults: [waitingFault({ fault: 'apiErrors', code: 409, share: 1 }, { event: 'powerOffAnswered' }, 1, HOSTS)],
      lines: ['15:51.200 powerOff', '17:21.100 Node deleted', '17:21.400 powerOn', '18:56.400 Ready=False'],
    },
    {
      given: 'every write ends in 500 from 1 s before the patience of the health check ends: the back-off is paid',
      faults: [
        waitingFault({ fault: 'apiErrors', code: 500, share: 1 }, { event: 'nodeNotReady', afterMs: 299_000 }, 1),
      ],
      lines: ['17:13.115 powerOff', '17:43.015 Node deleted', '17:43.315 powerOn', '19:18.315 Ready=False'],
    },
    {
      given: 'something that happens to another host only',
      faults: [{ ...waitingFault(CRASH, { event: 'powerOffAsked' }, 1), start: ON_ANOTHER }],
      lines: USUAL,
    },
  ])('$given', ({ faults, lines }) => {
    expect(linesOf(hangRun(study, faults), 'effect', 'node').slice(1, -1)).toEqual(lines);
  });

  test('as often as it may, and never while it lasts', () => {
    // A watch that breaks when the host serves again leaves the health check blind, which has it switched off once more: it boots twice.
    const blind = waitingFault({ fault: 'watchBreak', afterwards: 'relist' }, { event: 'serves' }, 5);
    const onBoot = (name: string, times: number, forMin: number): ClientFault => ({
      ...waitingFault({ fault: 'doubledEvents', share: 0 }, { event: 'bootStarted', times }, forMin),
      name,
    });
    const { world } = hangRun(study, [blind, onBoot('once', 1, 1), onBoot('often', 9, 1), onBoot('long', 9, 20)]);
    expect(world.observer.scriptFired).toEqual({ hang: 1, watchBreak: 1, once: 1, often: 2, long: 1 });
  });
});

describe('chance', () => {
  const random = (name: string, what: ClientFaultKind): ClientFault => ({
    name,
    start: { kind: 'random', perYear: 24 * 365 },
    lastsMs: { kind: 'exponential', mean: 5 * MINUTE_MS },
    what,
  });
  const day = { ...study.config, durationMs: 24 * 60 * MINUTE_MS };
  const strikes = (clientFaults: readonly ClientFault[], policy = study.policy): readonly string[] => {
    const { recording } = simulate({ ...day, clientFaults }, policy, { replication: 2, record: true });
    return (recording?.story ?? [])
      .filter(({ fault }) => fault?.id === 'a')
      .map(({ atMs, fault }) => `${atMs} ${fault?.ended === true ? 'ends' : 'begins'}`);
  };

  test('instants and lengths are the same for every policy, whatever else goes wrong', () => {
    const own = random('a', { fault: 'apiErrors', code: 503, share: 0.5 });
    const alone = strikes([own]);
    const crowded = strikes([random('b', { fault: 'controllerCrash' }), own]);
    const none = strikes([own], { name: 'none', objects: [] });
    expect(alone.length).toBeGreaterThan(20);
    expect([crowded, none]).toEqual([alone, alone]);
  });

  test('faults of one name never overlap', () => {
    const order = strikes([random('a', { fault: 'controllerPause' })]).map((strike) => strike.split(' ')[1]);
    expect(order).toEqual(order.map((_, i) => (i % 2 === 0 ? 'begins' : 'ends')));
  });

  test('the luck of one request does not depend on the requests of others', () => {
    const luck = (others: number): readonly boolean[] => {
      const fault = new FaultLuck(new Draws(rootKey('luck'), 1), 'f');
      fault.begin({});
      return Array.from({ length: 50 }, () => {
        for (let i = 0; i < others; i++) fault.strikes({ share: 0.5 }, `other ${i}`);
        return fault.strikes({ share: 0.5 }, 'mine');
      });
    };
    expect(luck(3)).toEqual(luck(0));
    expect(new Set(luck(0))).toEqual(new Set([true, false]));
  });

  test('at most so many are struck each time that the fault comes', () => {
    const fault = new FaultLuck(new Draws(rootKey('luck'), 1), 'f');
    const aim = { share: 1, atMost: 2 };
    const struck = (): readonly boolean[] => {
      fault.begin(aim);
      return [1, 2, 3].map((i) => fault.strikes(aim, `request ${i}`));
    };
    expect([struck(), struck()]).toEqual([
      [true, true, false],
      [true, true, false],
    ]);
  });
});
