// What a management controller has beside power and boot, asked request by request: log and sensors that follow the truth, the identify
// light, media, firmware settings, the watchdog, accounts.

import { describe, expect, test } from 'vitest';
import type { BmcModelConfig } from '../../../../sim/config.ts';
import { LOG_ENTRIES_MOST } from '../../../../sim/host/bmc/event-log.ts';
import type { BmcAnswer, BmcRequest } from '../../../../sim/host/bmc/requests.ts';
import { BmcProbe, modelOf } from '../../../kit/bmc-probe.ts';

function probe(model: Partial<BmcModelConfig> = {}): BmcProbe {
  return new BmcProbe(modelOf(model));
}

function answer<K extends BmcAnswer['kind']>(
  bmc: BmcProbe,
  request: BmcRequest,
  kind: K,
): Extract<BmcAnswer, { kind: K }> {
  const given = bmc.answerTo(request);
  if (given?.kind !== kind) throw new Error(`${request.ask} was answered with ${JSON.stringify(given)}`);
  return given as Extract<BmcAnswer, { kind: K }>;
}

/** `12 powerOff OK`: seconds after the start of the world, by the controller's clock. */
function log(bmc: BmcProbe): readonly string[] {
  return answer(bmc, { ask: 'log' }, 'log').entries.map((entry) => {
    const part = 'part' in entry ? ` ${entry.part}` : '';
    return `${(entry.atMs - bmc.config.startMs) / 1000} ${entry.event}${part} ${entry.severity}`;
  });
}

function reading(bmc: BmcProbe, name: string): number | boolean | null | undefined {
  const sensor = answer(bmc, { ask: 'sensors' }, 'sensors').sensors.find((each) => each.name === name);
  return sensor?.kind === 'part' ? sensor.failed : sensor?.value;
}

describe('given an event log', () => {
  test('when power is switched, then each change is told at its instant, once', () => {
    const bmc = probe();
    bmc.reset('ForceOff');
    bmc.wait(10);
    bmc.reset('On');
    bmc.wait(300);
    expect(log(bmc)).toEqual(['5 powerOff OK', '13.1 powerOn OK']);
  });

  test('when parts fail and a person replaces them, then both are told', () => {
    const bmc = probe();
    bmc.strike('diskFailure');
    bmc.wait(60);
    bmc.strike('redundancyLost');
    bmc.wait(60);
    bmc.fleet.cure(0, 'person');
    expect(log(bmc)).toEqual([
      '0 partFailed dataDisk Critical',
      '60 partFailed powerSupply Warning',
      '120 partWorks dataDisk OK',
      '120 partWorks powerSupply OK',
    ]);
  });

  test('when the operating system panics, then that is told, and its reboot is no change of power', () => {
    const bmc = probe();
    bmc.fleet.panic(0, 30_000);
    bmc.wait(60);
    expect(log(bmc)).toEqual(['0 systemStopped Critical']);
  });

  test('when it is cleared, then the clearing is its first entry', () => {
    const bmc = probe();
    bmc.reset('ForceOff');
    bmc.wait(10);
    expect(bmc.ask({ ask: 'clearLog' })).toBe('done');
    const { entries } = answer(bmc, { ask: 'log' }, 'log');
    expect(entries.map(({ id, event }) => [id, event])).toEqual([[1, 'logCleared']]);
  });

  test('when it is full, then the oldest entry goes', () => {
    const bmc = probe();
    for (let count = 0; count < LOG_ENTRIES_MOST + 5; count++) bmc.ask({ ask: 'clearLog' });
    expect(log(bmc)).toHaveLength(1);
    const { log: kept } = bmc.controller.equipment;
    for (let count = 0; count < LOG_ENTRIES_MOST + 5; count++) kept.add({ event: 'powerOn' }, 0);
    expect(kept.entries().map(({ id }) => id)).toEqual(Array.from({ length: LOG_ENTRIES_MOST }, (_, at) => at + 7));
  });
});

describe('given sensors', () => {
  test('when the host is on, in its firmware, or off, then they read so', () => {
    const bmc = probe();
    const readings = () => ['System Power', 'CPU1 Temp', 'Fan1', '12V'].map((name) => reading(bmc, name));
    expect(readings()).toEqual([320, 52, 6000, 12]);
    bmc.reset('ForceOff');
    bmc.wait(10);
    expect(readings()).toEqual([12, null, 0, null]);
    bmc.reset('On');
    bmc.wait(10);
    expect(readings()).toEqual([260, 48, 6000, 12]);
  });

  test('when a supply is dead, then the other bears the draw', () => {
    const bmc = probe();
    expect([reading(bmc, 'PSU1 Input Power'), reading(bmc, 'PSU2 Input Power')]).toEqual([160, 160]);
    bmc.strike('redundancyLost');
    expect([reading(bmc, 'PSU1 Input Power'), reading(bmc, 'PSU2 Input Power')]).toEqual([320, 0]);
    expect([reading(bmc, 'PSU1 Status'), reading(bmc, 'Memory')]).toEqual([true, false]);
  });

  test('when health is unknown while the host is off, then the states of parts are, too', () => {
    const bmc = probe({ quirks: ['no-health-while-off'] });
    expect(reading(bmc, 'Data Disks')).toBe(false);
    bmc.reset('ForceOff');
    bmc.wait(10);
    expect(reading(bmc, 'Data Disks')).toBeNull();
  });
});

test('given the identify light, it stays as it was set, or goes out after its time', () => {
  const bmc = probe();
  expect(bmc.ask({ ask: 'indicator' })).toBe('Off');
  bmc.ask({ ask: 'setIndicator', indicator: 'Blinking', forMs: 15_000 });
  bmc.wait(14);
  expect(bmc.ask({ ask: 'indicator' })).toBe('Blinking');
  bmc.wait(2);
  expect(bmc.ask({ ask: 'indicator' })).toBe('Off');
  bmc.ask({ ask: 'setIndicator', indicator: 'Blinking', forMs: 15_000 });
  bmc.ask({ ask: 'setIndicator', indicator: 'Lit' });
  bmc.wait(60);
  expect(bmc.ask({ ask: 'indicator' })).toBe('Lit');
});

test('given virtual media, what is inserted stays until it is replaced or ejected', () => {
  const bmc = probe();
  const images = () => answer(bmc, { ask: 'media' }, 'media').media.map(({ image }) => image);
  expect(images()).toEqual([null, null]);
  const insert = (image: string) => bmc.ask({ ask: 'insertMedium', slot: 'Cd', image, writeProtected: true });
  insert('http://images/one.iso');
  insert('http://images/two.iso');
  expect(images()).toEqual(['http://images/two.iso', null]);
  expect(bmc.ask({ ask: 'ejectMedium', slot: 'Cd' })).toBe('done');
  expect(images()).toEqual([null, null]);
  expect(bmc.ask({ ask: 'ejectMedium', slot: 'Cd' })).toMatch(/^400 /);
});

describe('given firmware settings', () => {
  const settings = (bmc: BmcProbe) => answer(bmc, { ask: 'firmwareSettings' }, 'firmwareSettings').settings;

  test('what is set holds from the next start of the host on', () => {
    const bmc = probe();
    expect(bmc.ask({ ask: 'setFirmwareSettings', attributes: { SecureBoot: 'Enabled' } })).toBe('done');
    expect(settings(bmc)).toMatchObject({ inForce: { SecureBoot: 'Disabled' }, pending: { SecureBoot: 'Enabled' } });
    bmc.reset('ForceRestart');
    bmc.wait(10);
    expect(settings(bmc)).toMatchObject({ inForce: { SecureBoot: 'Enabled' }, pending: {} });
    bmc.ask({ ask: 'resetFirmwareSettings' });
    bmc.wait(200);
    bmc.reset('ForceRestart');
    bmc.wait(10);
    expect(settings(bmc).inForce.SecureBoot).toBe('Disabled');
  });

  test.each([
    [{ SecureBoot: 'Enabled', Nonsense: 'Enabled' }, '400 PropertyUnknown'],
    [{ SecureBoot: 'Enabled', BootMode: 'Punched cards' }, '400 PropertyValueNotInList'],
    [{ SecureBoot: 'Enabled', toString: 'Enabled' }, '400 PropertyUnknown'],
    [{ SecureBoot: 'Enabled', LogicalProc: 7 }, '400 PropertyValueNotInList'],
  ])('%j is refused as a whole', (attributes, refusal) => {
    const bmc = probe();
    expect(bmc.ask({ ask: 'setFirmwareSettings', attributes })).toBe(refusal);
    expect(settings(bmc).pending).toEqual({});
  });
});

describe('given a watchdog', () => {
  const watchdog = (action: 'none' | 'reset' | 'powerOff' | 'powerCycle', silent = false): BmcRequest => ({
    ...{ ask: 'setWatchdog', watchdog: { use: 3, action, timeoutMs: 30_000, silent } },
  });

  test.each([
    ['reset', 'firmware', ['30.2 watchdogExpired Critical']],
    ['powerOff', 'off', ['30.2 watchdogExpired Critical', '30.2 powerOff OK']],
    ['powerCycle', 'firmware', ['30.2 watchdogExpired Critical', '30.2 powerOff OK', '31.2 powerOn OK']],
    ['none', 'up', ['30.2 watchdogExpired Critical']],
  ] as const)('when it is not fed and does %s, then the host is %s', (action, stage, entries) => {
    const bmc = probe();
    bmc.ask(watchdog(action));
    // Fed when the request comes in; its answer takes a tenth of a second more.
    bmc.wait(0.1);
    bmc.ask({ ask: 'feedWatchdog' });
    bmc.wait(33);
    expect(bmc.stage()).toBe(stage);
    expect(log(bmc)).toEqual(entries);
    expect(answer(bmc, { ask: 'watchdog' }, 'watchdog').watchdog).toMatchObject({
      running: false,
      expired: true,
      action,
    });
  });

  test('when it is fed in time, then nothing happens, and what is left can be read', () => {
    const bmc = probe();
    bmc.ask(watchdog('reset'));
    for (let times = 0; times < 5; times++) {
      bmc.ask({ ask: 'feedWatchdog' });
      bmc.wait(20);
    }
    expect(answer(bmc, { ask: 'watchdog' }, 'watchdog').watchdog).toMatchObject({ running: true, leftMs: 9_900 });
    expect([bmc.stage(), log(bmc)]).toEqual(['up', []]);
  });

  test('when it is set anew, when power is cut or when the controller restarts, then it stands', () => {
    const stopped = (stop: (bmc: BmcProbe) => void) => {
      const bmc = probe();
      bmc.ask(watchdog('reset'));
      bmc.ask({ ask: 'feedWatchdog' });
      stop(bmc);
      bmc.wait(120);
      return answer(bmc, { ask: 'watchdog' }, 'watchdog').watchdog;
    };
    expect(stopped((bmc) => bmc.ask(watchdog('powerOff')))).toMatchObject({ running: false, expired: false });
    expect(stopped((bmc) => bmc.reset('ForceOff'))).toMatchObject({ running: false, expired: false });
    expect(stopped((bmc) => bmc.ask({ ask: 'resetController' }))).toMatchObject({ running: false, expired: false });
  });

  test('when it was never set, then it cannot be fed', () => {
    expect(probe().ask({ ask: 'feedWatchdog' })).toMatch(/^400 /);
  });
});

describe('given accounts', () => {
  const create = (name: string, role: 'Administrator' | 'ReadOnly', password = 'secret-1'): BmcRequest => ({
    ...{ ask: 'createAccount', account: { name, password, role } },
  });

  test('they take the first free slot, and a name only once', () => {
    const bmc = probe();
    expect(bmc.answerTo(create('root', 'Administrator'))).toEqual({ kind: 'account', slot: 2 });
    expect(bmc.answerTo(create('viewer', 'ReadOnly'))).toEqual({ kind: 'account', slot: 3 });
    expect(bmc.ask(create('viewer', 'ReadOnly'))).toBe('400 ResourceAlreadyExists');
    expect(bmc.ask({ ask: 'changeAccount', slot: 3, change: { name: 'root' } })).toBe('400 ResourceAlreadyExists');
    expect(bmc.ask({ ask: 'deleteAccount', slot: 3 })).toBe('done');
    expect(bmc.ask({ ask: 'deleteAccount', slot: 3 })).toBe('404 ResourceMissingAtURI');
    expect(bmc.answerTo(create('viewer', 'ReadOnly'))).toEqual({ kind: 'account', slot: 3 });
  });

  test('the last administrator stays one', () => {
    const bmc = probe();
    bmc.ask(create('root', 'Administrator'));
    const last = '400 ResourceCannotBeDeleted';
    expect(bmc.ask({ ask: 'deleteAccount', slot: 2 })).toBe(last);
    expect(bmc.ask({ ask: 'changeAccount', slot: 2, change: { role: 'ReadOnly' } })).toBe(last);
    expect(bmc.ask({ ask: 'changeAccount', slot: 2, change: { enabled: false } })).toBe(last);
    bmc.ask(create('other', 'Administrator'));
    expect(bmc.ask({ ask: 'deleteAccount', slot: 2 })).toBe('done');
  });

  test('there are as many as there are slots', () => {
    const bmc = probe();
    for (let slot = 2; slot <= 16; slot++)
      expect(bmc.answerTo(create(`user-${slot}`, 'ReadOnly'))).toMatchObject({ slot });
    expect(bmc.ask(create('one-more', 'ReadOnly'))).toBe('400 CreateLimitReachedForResource');
  });

  test.each([
    ['', 'secret-1'],
    ['a-name-of-17-chars', 'secret-1'],
    ['space in it', 'secret-1'],
    ['viewer', ''],
    ['viewer', '21-characters-long-pw'],
    ['viewer', 'umläut'],
  ])('%j with %j is refused', (name, password) => {
    expect(probe().ask(create(name, 'ReadOnly', password))).toBe('400 PropertyValueFormatError');
  });
});
