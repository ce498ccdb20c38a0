// Every quirk of management controllers changes something that a client can see, and only where it is asked for: the same
// conversation with a plain controller and with one that has the quirk.

import { describe, expect, test } from 'vitest';
import { BMC_PROFILES } from '../../../../sim/host/bmc/profiles.ts';
import { QUIRKS, type QuirkName } from '../../../../sim/host/bmc/quirks.ts';
import type { BmcCaller } from '../../../../sim/host/bmc/requests.ts';
import { BASIC, BmcProbe, modelOf } from '../../../kit/bmc-probe.ts';

type Talk = (probe: BmcProbe) => readonly string[];

interface Row {
  readonly quirk: QuirkName;
  readonly when: string;
  readonly talk: Talk;
  readonly plain: readonly string[];
  readonly quirky: readonly string[];
}

const PXE_ONCE = { ask: 'setBoot', boot: { target: 'Pxe', enabled: 'Once' }, at: 'system' } as const;
const PXE_ALWAYS = { ask: 'setBoot', boot: { target: 'Pxe', enabled: 'Continuous' }, at: 'system' } as const;
const HOUR = 3600;

/** Off, and the 5 s that it takes, and a while. */
const off = (probe: BmcProbe, seconds = 10): void => {
  probe.reset('ForceOff');
  probe.wait(seconds);
};

/** Cuts the power and looks at what it boots then. */
const boots = (probe: BmcProbe): string => {
  off(probe);
  probe.reset('On');
  probe.wait(95);
  return probe.stage();
};

const session = { ...BASIC, auth: 'session' } as const;

const ROWS: readonly Row[] = [
  {
    quirk: 'on-refused-after-off',
    when: 'it is switched on 10 s after off, and again a minute later',
    talk: (probe) => {
      off(probe);
      const first = probe.reset('On');
      probe.wait(60);
      return [first, probe.reset('On')];
    },
    plain: ['done', 'done'],
    quirky: ['409 ActionParameterValueConflict', 'done'],
  },
  {
    quirk: 'on-while-on-refused',
    when: 'a host that is on is switched on',
    talk: (probe) => [probe.reset('On')],
    plain: ['done'],
    quirky: ['409 IDRAC.1.6.PSU501'],
  },
  {
    quirk: 'reset-while-off-refused',
    when: 'a host that is off is switched off, and restarted',
    talk: (probe) => {
      off(probe, 60);
      return [probe.reset('ForceOff'), probe.reset('ForceRestart')];
    },
    plain: ['done', 'done'],
    quirky: ['400 iLO.0.10.InvalidOperationForSystemState', '400 iLO.0.10.InvalidOperationForSystemState'],
  },
  {
    quirk: 'second-change-refused',
    when: 'a host is switched on soon after off, and again later',
    talk: (probe) => {
      off(probe);
      const first = probe.reset('On');
      probe.wait(15);
      return [first, probe.reset('On')];
    },
    plain: ['done', 'done'],
    quirky: ['400 iLO.2.13.InvalidOperationForSystemState', 'done'],
  },
  {
    quirk: 'boot-refused-during-post',
    when: 'the boot source is set while firmware runs, and when the system is up',
    talk: (probe) => {
      off(probe);
      probe.reset('On');
      probe.wait(10);
      const first = probe.ask(PXE_ONCE);
      probe.wait(100);
      return [first, probe.ask(PXE_ONCE)];
    },
    plain: ['done', 'done'],
    quirky: ['400 iLO.2.25.UnableToModifyDuringSystemPOST', 'done'],
  },
  {
    quirk: 'boot-enabled-needs-target',
    when: 'the override is disabled while it has no target, and set with one',
    talk: (probe) => [probe.ask({ ask: 'setBoot', boot: { enabled: 'Disabled' }, at: 'system' }), probe.ask(PXE_ONCE)],
    plain: ['done', 'done'],
    quirky: ['400 PropertyNotWritable', 'done'],
  },
  {
    quirk: 'boot-mode-not-writable',
    when: 'a change names the mode',
    talk: (probe) => [
      probe.ask({ ask: 'setBoot', boot: { ...PXE_ONCE.boot, mode: 'UEFI' }, at: 'system' }),
      probe.ask({ ask: 'boot' }),
    ],
    plain: ['done', 'Pxe Once UEFI'],
    quirky: ['400 PropertyNotWritable', 'None Disabled UEFI'],
  },
  {
    quirk: 'boot-mode-resets',
    when: 'a change does not name the mode, and the host boots from its disk afterwards',
    talk: (probe) => [
      probe.ask({ ask: 'setBoot', boot: { target: 'Hdd', enabled: 'Continuous' }, at: 'system' }),
      probe.ask({ ask: 'boot' }),
      boots(probe),
    ],
    plain: ['done', 'Hdd Continuous UEFI', 'joining'],
    quirky: ['done', 'Hdd Continuous Legacy', 'stuck'],
  },
  {
    quirk: 'boot-enabled-reverts',
    when: 'a lasting override gets another target by a change that does not say how long',
    talk: (probe) => [
      probe.ask({ ask: 'setBoot', boot: { target: 'Hdd', enabled: 'Continuous' }, at: 'system' }),
      probe.ask({ ask: 'setBoot', boot: { target: 'Pxe' }, at: 'system' }),
      probe.ask({ ask: 'boot' }),
    ],
    plain: ['done', 'done', 'Pxe Continuous UEFI'],
    quirky: ['done', 'done', 'Pxe Once UEFI'],
  },
  {
    quirk: 'no-boot-mode',
    when: 'the mode is read, and written',
    talk: (probe) => [probe.ask({ ask: 'boot' }), probe.ask({ ask: 'setBoot', boot: { mode: 'UEFI' }, at: 'system' })],
    plain: ['None Disabled UEFI', 'done'],
    quirky: ['None Disabled no mode', '400 PropertyUnknown'],
  },
  {
    quirk: 'virtual-cd-is-usb',
    when: 'virtual media are to be booted under either name',
    talk: (probe) => [
      probe.ask({ ask: 'setBoot', boot: { target: 'Cd', enabled: 'Once' }, at: 'system' }),
      probe.ask({ ask: 'setBoot', boot: { target: 'UsbCd', enabled: 'Once' }, at: 'system' }),
    ],
    plain: ['done', '400 PropertyValueNotInList'],
    quirky: ['400 PropertyValueNotInList', 'done'],
  },
  {
    quirk: 'boot-once-ignored',
    when: 'the host is to boot from the network once, and for good',
    talk: (probe) => {
      const once = [probe.ask(PXE_ONCE), boots(probe)];
      return [...once, probe.ask(PXE_ALWAYS), boots(probe)];
    },
    // A host that boots an agent which nobody waits for is stuck.
    plain: ['done', 'stuck', 'done', 'stuck'],
    quirky: ['done', 'joining', 'done', 'stuck'],
  },
  {
    quirk: 'boot-needs-all-fields',
    when: 'a change does not name the mode, and one does',
    talk: (probe) => [
      probe.ask(PXE_ONCE),
      probe.ask({ ask: 'setBoot', boot: { ...PXE_ONCE.boot, mode: 'UEFI' }, at: 'system' }),
    ],
    plain: ['done', 'done'],
    quirky: ['400 PropertyMissing', 'done'],
  },
  {
    quirk: 'boot-through-settings',
    when: 'boot settings are written at the system and at its settings resource',
    talk: (probe) => [probe.ask(PXE_ONCE), probe.ask({ ...PXE_ONCE, at: 'settings' })],
    plain: ['done', '400 PropertyNotWritable'],
    quirky: ['400 PropertyNotWritable', 'done'],
  },
  {
    quirk: 'few-sessions',
    when: 'nine clients log in, and one more half an hour later',
    talk: (probe) => {
      const logins = Array.from({ length: 9 }, () => probe.ask({ ask: 'login' }, session));
      probe.wait(HOUR / 2);
      return [logins[7] ?? '', logins[8] ?? '', probe.ask({ ask: 'login' }, session)];
    },
    plain: ['session', 'session', 'session'],
    quirky: ['session', '503 RAC0218', 'session'],
  },
  {
    quirk: 'no-logout',
    when: 'a session is ended',
    talk: (probe) => {
      probe.ask({ ask: 'login' }, session);
      return [
        probe.ask({ ask: 'logout' }, { ...session, session: 1 }),
        probe.ask({ ask: 'power' }, { ...session, session: 1 }),
      ];
    },
    plain: ['done', '401 NoValidSession'],
    quirky: ['405 OperationNotAllowed', 'On'],
  },
  {
    quirk: 'not-ready-after-start',
    when: 'power is read after the controller was reset: at 60 s, 100 s and 300 s',
    talk: (probe) => afterReset(probe, [60, 100, 300], { ask: 'power' }),
    plain: ['done', 'silence', 'On', 'On'],
    quirky: ['done', 'silence', '400 SWC0700', 'On'],
  },
  {
    quirk: 'no-system-after-job-clear',
    when: 'power is read after the job queue was cleared, at once and three minutes later',
    talk: (probe) => {
      const cleared = probe.ask({ ask: 'clearJobs' });
      const first = probe.ask({ ask: 'power' });
      probe.wait(180);
      return [cleared, first, probe.ask({ ask: 'power' })];
    },
    plain: ['done', 'On', 'On'],
    quirky: ['done', '404 ResourceMissingAtURI', 'On'],
  },
  {
    quirk: 'busy-after-change',
    when: 'a change follows another, at once and half a minute later',
    talk: (probe) => {
      const changes = [probe.ask(PXE_ONCE), probe.ask(PXE_ONCE)];
      probe.wait(30);
      return [...changes, probe.ask(PXE_ONCE)];
    },
    plain: ['done', 'done', 'done'],
    quirky: ['done', '500 SYS518', 'done'],
  },
  {
    quirk: 'hangs-until-reset',
    when: 'years pass, and then somebody resets it by hand',
    talk: (probe) => {
      probe.wait(5 * 365 * 24 * HOUR);
      const before = probe.ask({ ask: 'power' });
      const seen = probe.fleet.host(0).active.map((fault) => `${fault.class} until ${fault.level}`);
      probe.fleet.repaired(0);
      probe.wait(100);
      return [before, ...seen, probe.ask({ ask: 'power' })];
    },
    plain: ['On', 'On'],
    quirky: ['504 GatewayTimeout', 'bmcUnreachable until person', 'On'],
  },
  {
    quirk: 'service-crashes',
    when: 'power is read each minute of a day',
    talk: (probe) => {
      let silent = 0;
      let outages = 0;
      for (let minute = 0, before = 'On'; minute < 1440; minute++) {
        const shown = probe.controller.wouldShow(BASIC);
        if (shown === 'unreachable') silent++;
        if (shown === 'unreachable' && before !== shown) outages++;
        before = String(shown);
        probe.wait(60);
      }
      return [
        `${outages} outages`,
        silent <= outages * 3 && silent >= outages * 2 ? '2 to 3 min each' : `${silent} min`,
      ];
    },
    plain: ['0 outages', '2 to 3 min each'],
    quirky: ['5 outages', '2 to 3 min each'],
  },
  {
    quirk: 'tasks-vanish',
    when: 'a job is started, and its task read at once, after a minute and after three',
    talk: (probe) => {
      const read = (): string => probe.ask({ ask: 'task', task: 1 });
      const first = [probe.ask({ ask: 'startJob' }), read()];
      probe.wait(60);
      const second = read();
      probe.wait(120);
      return [...first, second, read()];
    },
    plain: ['accepted', 'Running', 'Running', 'Completed'],
    quirky: ['accepted', '404 ResourceMissingAtURI', 'Running', '404 ResourceMissingAtURI'],
  },
  {
    quirk: 'stale-health',
    when: 'a disk fails, and the controller is reset later',
    talk: (probe) => {
      probe.strike('diskFailure');
      const before = probe.ask({ ask: 'health' });
      probe.ask({ ask: 'resetController' });
      probe.wait(500);
      return [before, probe.ask({ ask: 'health' })];
    },
    plain: ['Critical', 'Critical'],
    quirky: ['OK', 'Critical'],
  },
  {
    quirk: 'no-health-while-off',
    when: 'health is read while the host is on, and off',
    talk: (probe) => {
      const on = probe.ask({ ask: 'health' });
      off(probe);
      return [on, probe.ask({ ask: 'health' })];
    },
    plain: ['OK', 'OK'],
    quirky: ['OK', 'null'],
  },
  {
    quirk: 'false-memory-alarm',
    when: 'health of a sound host is read after seven hours, and after a reset of the controller',
    talk: (probe) => {
      probe.wait(7 * HOUR);
      const before = probe.ask({ ask: 'health' });
      probe.ask({ ask: 'resetController' });
      probe.wait(100);
      return [before, probe.ask({ ask: 'health' })];
    },
    plain: ['OK', 'OK'],
    quirky: ['Critical', 'OK'],
  },
  {
    quirk: 'says-on-while-off',
    when: 'the host is switched off, the controller is reset, and the host is switched on',
    talk: (probe) => {
      off(probe);
      const first = probe.power();
      probe.ask({ ask: 'resetController' });
      probe.wait(100);
      const second = probe.power();
      probe.reset('On');
      probe.wait(10);
      return [first, second, probe.power()];
    },
    plain: ['Off (off)', 'Off (off)', 'On (on)'],
    quirky: ['On (off)', 'Off (off)', 'On (on)'],
  },
  {
    quirk: 'force-off-ignored',
    when: 'the host is switched off',
    talk: (probe) => {
      const answer = probe.reset('ForceOff');
      probe.wait(30);
      return [answer, probe.power()];
    },
    plain: ['done', 'Off (off)'],
    quirky: ['done', 'On (on)'],
  },
  {
    quirk: 'soft-off-needs-system',
    when: 'a host that still boots is switched off softly',
    talk: (probe) => {
      off(probe);
      probe.reset('On');
      probe.wait(10);
      const answer = probe.reset('GracefulShutdown');
      probe.wait(25);
      return [answer, probe.power()];
    },
    plain: ['done', 'Off (off)'],
    quirky: ['done', 'On (on)'],
  },
  {
    quirk: 'soft-off-turns-hard',
    when: 'a host that hangs is switched off softly',
    talk: (probe) => {
      probe.strike('osHang');
      const answer = probe.reset('GracefulShutdown');
      probe.wait(200);
      const first = probe.power();
      probe.wait(200);
      return [answer, first, probe.power()];
    },
    plain: ['done', 'On (on)', 'On (on)'],
    quirky: ['done', 'On (on)', 'Off (off)'],
  },
  {
    quirk: 'graceful-restart-stays-off',
    when: 'the host is restarted softly',
    talk: (probe) => {
      const answer = probe.reset('GracefulRestart');
      probe.wait(150);
      return [answer, probe.power()];
    },
    plain: ['done', 'On (on)'],
    quirky: ['done', 'Off (off)'],
  },
  {
    quirk: 'some-resets-unknown',
    when: 'the button is pushed, and the host is switched off hard',
    talk: (probe) => [probe.reset('PushPowerButton'), probe.reset('ForceOff')],
    plain: ['done', 'done'],
    quirky: ['400 ActionParameterValueNotInList', 'done'],
  },
  {
    quirk: 'reset-without-answer',
    when: 'the controller is reset',
    talk: (probe) => afterReset(probe, [100], { ask: 'power' }),
    plain: ['done', 'On'],
    quirky: ['silence', 'On'],
  },
  {
    quirk: 'reads-before-changes',
    when: 'the controller is reset, and read and told something soon after its start',
    talk: (probe) => {
      const first = afterReset(probe, [100], { ask: 'power' });
      return [...first, probe.ask(PXE_ONCE)];
    },
    plain: ['done', 'On', 'done'],
    quirky: ['done', 'On', '503 ServiceTemporarilyUnavailable'],
  },
  {
    quirk: 'flaps-after-update',
    when: 'its firmware is updated, and power read each half minute from the fourth minute on',
    talk: (probe) => {
      probe.ask({ ask: 'updateFirmware' });
      probe.wait(255);
      const seen: string[] = [];
      for (let look = 0; look < 10; look++) {
        seen.push(probe.controller.wouldShow(BASIC) === 'On' ? 'there' : 'away');
        probe.wait(30);
      }
      return [seen.join(' ')];
    },
    plain: ['away away there there there there there there there there'],
    quirky: ['away away there away there away there away there there'],
  },
  {
    quirk: 'lockdown-ignores-resets',
    when: 'the host is restarted, and switched off',
    talk: (probe) => {
      const answers = [probe.reset('ForceRestart')];
      probe.wait(10);
      answers.push(probe.stage(), probe.reset('ForceOff'));
      probe.wait(10);
      return [...answers, probe.power()];
    },
    plain: ['done', 'firmware', 'done', 'Off (off)'],
    quirky: ['done', 'up', 'done', 'On (on)'],
  },
  {
    quirk: 'restart-cuts-host-power',
    when: 'the controller is reset',
    talk: (probe) => {
      probe.ask({ ask: 'resetController' });
      probe.wait(100);
      return [probe.power()];
    },
    plain: ['On (on)'],
    quirky: ['Off (off)'],
  },
  {
    quirk: 'clock-wrong-after-start',
    when: 'its clock is read before and after a reset',
    talk: (probe) => [probe.ask({ ask: 'clock' }), ...afterReset(probe, [100], { ask: 'clock' })],
    plain: ['0 s', 'done', '0 s'],
    quirky: ['0 s', 'done', '-3600 s'],
  },
  {
    quirk: 'boot-restoration-screen',
    when: 'the boot source is set four times, and the host started twice',
    talk: (probe) => {
      for (let change = 0; change < 4; change++) {
        probe.ask({ ask: 'setBoot', boot: { target: 'Hdd', enabled: 'Continuous' }, at: 'system' });
      }
      return [boots(probe), boots(probe)];
    },
    plain: ['joining', 'joining'],
    quirky: ['stuck', 'joining'],
  },
  {
    quirk: 'hangs-at-power-on',
    when: 'the host is switched on, and looked at ten minutes later',
    talk: (probe) => {
      off(probe);
      const answer = probe.reset('On');
      probe.wait(600);
      return [answer, probe.power(), probe.stage()];
    },
    plain: ['done', 'On (on)', 'up'],
    quirky: ['done', 'On (on)', 'stuck'],
  },
  {
    quirk: 'boot-job-too-late',
    when: 'the boot source is set just before a start, and the host started again',
    talk: (probe) => {
      off(probe);
      probe.ask(PXE_ALWAYS);
      probe.reset('On');
      probe.wait(100);
      return [probe.stage(), boots(probe)];
    },
    plain: ['stuck', 'stuck'],
    quirky: ['joining', 'stuck'],
  },
  {
    quirk: 'on-lost-while-shutting-down',
    when: 'the host is switched on while it shuts down',
    talk: (probe) => {
      const answers = [probe.reset('GracefulShutdown'), probe.reset('On')];
      probe.wait(60);
      return [...answers, probe.power()];
    },
    plain: ['done', 'done', 'On (on)'],
    quirky: ['done', 'done', 'Off (off)'],
  },
  {
    quirk: 'ipmi-off',
    when: 'power is read over IPMI, and over Redfish',
    talk: (probe) => [probe.ask({ ask: 'power' }, { ...BASIC, protocol: 'ipmi' }), probe.ask({ ask: 'power' })],
    plain: ['On', 'On'],
    quirky: ['silence', 'On'],
  },
  {
    quirk: 'silent-after-burst',
    when: 'power is read twelve times in two seconds over Redfish, then over IPMI, and once more ten minutes later',
    talk: (probe) => {
      const twelve = (caller?: BmcCaller) => Array.from({ length: 12 }, () => probe.ask({ ask: 'power' }, caller));
      const [redfish, ipmi] = [twelve(), twelve({ ...BASIC, protocol: 'ipmi' })];
      probe.wait(600);
      return [redfish[11] ?? '', ipmi[9] ?? '', ipmi[11] ?? '', probe.ask({ ask: 'power' })];
    },
    plain: ['On', 'On', 'On', 'On'],
    quirky: ['On', 'On', 'silence', 'On'],
  },
  {
    quirk: 'node-busy',
    when: 'power is read 200 times',
    talk: (probe) => {
      const answers = Array.from({ length: 200 }, () => probe.ask({ ask: 'power' }));
      const busy = answers.filter((answer) => answer === '192 NodeBusy').length;
      return [busy === 0 ? 'never busy' : busy > 20 && busy < 60 ? 'busy now and then' : `${busy} times busy`];
    },
    plain: ['never busy'],
    quirky: ['busy now and then'],
  },
  {
    quirk: 'slow-power-cycle',
    when: 'the host is power-cycled, and looked at 7 s, 10 s and 30 s later',
    talk: (probe) => {
      probe.reset('PowerCycle');
      probe.wait(7 - 0.1);
      const looks = [probe.power()];
      probe.wait(3);
      looks.push(probe.power());
      probe.wait(20);
      return [...looks, probe.power()];
    },
    plain: ['On (on)', 'On (on)', 'On (on)'],
    quirky: ['On (off)', 'Off (off)', 'On (on)'],
  },
  {
    quirk: 'capped-connections',
    when: 'power is read 250 times at one instant',
    talk: (probe) => {
      const answers: string[] = [];
      for (let count = 0; count < 250; count++) {
        probe.controller.request({ ask: 'power' }, BASIC, ({ kind }) => answers.push(kind));
      }
      probe.wait(1);
      return [`${answers.filter((kind) => kind === 'refused').length} refused`];
    },
    plain: ['0 refused'],
    quirky: ['50 refused'],
  },
];

/** The answer to a reset of the controller, and what is answered to a request so many seconds after it. */
function afterReset(
  probe: BmcProbe,
  seconds: readonly number[],
  request: Parameters<BmcProbe['ask']>[0],
): readonly string[] {
  const { nowMs } = probe.kernel;
  const answers = [probe.ask({ ask: 'resetController' })];
  for (const second of seconds) {
    probe.kernel.runUntil(Math.max(probe.kernel.nowMs, nowMs + second * 1000));
    answers.push(probe.ask(request));
  }
  return answers;
}

describe('quirks', () => {
  test.each(ROWS)('$quirk: $when', ({ quirk, talk, plain, quirky }) => {
    expect({
      plain: talk(new BmcProbe(modelOf())),
      quirky: talk(new BmcProbe(modelOf({ quirks: [quirk] }))),
    }).toEqual({ plain, quirky });
    expect(quirky).not.toEqual(plain);
  });

  test('there is a row for every quirk that a virtual run shows, and none for one that only the wire does', () => {
    expect(ROWS.map(({ quirk }) => quirk).toSorted()).toEqual(
      QUIRKS.filter(({ traits }) => traits !== undefined)
        .map(({ name }) => name)
        .toSorted(),
    );
  });

  test('names are unique, and every quirk says what it changes, in a virtual run or on the wire', () => {
    expect(new Set(QUIRKS.map(({ name }) => name)).size).toBe(QUIRKS.length);
    expect(QUIRKS.filter(({ traits, wire }) => traits === undefined && wire === undefined)).toEqual([]);
  });

  test('the numbers of the catalogue are all there but those of clients', () => {
    const numbers = [...new Set(QUIRKS.map(({ id }) => Number(id.slice(1))))];
    const missing = Array.from({ length: 59 }, (_, index) => index + 1).filter((number) => !numbers.includes(number));
    expect(missing).toEqual([57, 58]);
  });

  test('no profile has a quirk twice', () => {
    expect(BMC_PROFILES.filter(({ quirks }) => new Set<string>(quirks).size !== quirks.length)).toEqual([]);
  });
});
