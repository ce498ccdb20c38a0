// Every fault of management controllers, struck five minutes before its host hangs and for an hour, under four remediation systems:
// what was done, who had to come, and which invariants broke. Our own policy breaks none but those that are listed with their reason.

import { describe, expect, test } from 'vitest';
import type { FaultName, ScriptedFault } from '../../../sim/config.ts';
import { FAULTS } from '../../../sim/faults/catalogue.ts';
import type { FaultValue } from '../../../sim/faults/fault-parameter.ts';
import {
  type BmcStory,
  bmcStory,
  bmcStudy,
  brokenInvariants,
  type StoryOptions,
  storyLines,
} from '../../kit/bmc-story.ts';
import { MINUTE_MS } from '../../kit/hang-study.ts';

const study = bmcStudy();

function bmcFault(fault: FaultName, parameters?: Readonly<Record<string, FaultValue>>): ScriptedFault {
  const told = parameters === undefined ? {} : { parameters };
  return { name: 'bmc', atMs: 5 * MINUTE_MS, fault, target: 'worker-1', forMs: 60 * MINUTE_MS, ...told };
}

/** `1 fenced, 2 needless, 1 paged, 1 repaired, broken S1 S2`; nothing of what is none. */
function outcome(story: BmcStory): string {
  const { fencings, needlessHealthy } = story.world.observer.fencings.counts;
  const { pages, humanRepairs } = story.world.observer;
  const worker = story.world.fleet.indexOfNode('worker-1');
  const counted = [
    [fencings, 'fenced'],
    [needlessHealthy, 'of them needless'],
    [pages, 'paged'],
    [humanRepairs, 'repaired'],
  ] as const;
  const broken = brokenInvariants(story).map((line) => line.split(':')[0]);
  return [
    ...counted.flatMap(([count, word]) => (count === 0 ? [] : [`${count} ${word}`])),
    ...(story.world.lifecycle.known(worker) === 'True' ? [] : ['left down']),
    ...(broken.length === 0 ? [] : [`broken ${broken.join(' ')}`]),
  ].join(', ');
}

/** Under our own policy, the reboot annotation, Metal3Remediation and fence agents. */
type Outcomes = readonly [own: string, annotation: string, metal3: string, fenceAgents: string];

interface Row {
  readonly fault: FaultName;
  readonly parameters?: Readonly<Record<string, FaultValue>>;
  /** Its controller is a modelled one from the start, and the operator has a session there. */
  readonly modelled?: true;
  /** A hang, unless the fault is about another. */
  readonly host?: NonNullable<StoryOptions['fault']>;
  readonly outcomes: Outcomes;
}

const FENCED = '1 fenced';
/** A page that nobody had to follow: the next try of the operator worked. */
const FENCED_PAGED = '1 fenced, 1 paged';
/** The operator still has the wish for a reboot that the person has made already. */
const REBOOTED_AGAIN = '1 fenced, 1 of them needless, 1 paged, 1 repaired';
/** And so has the remediation, which does it again when its time is over. */
const REBOOTED_TWICE = '2 fenced, 1 of them needless, 1 paged, 1 repaired';
const BY_PERSON = '1 paged, 1 repaired';
/** The agent gave up, nobody was told, and its taint stays. */
const GIVEN_UP = 'left down, broken L4';

const ROWS: readonly Row[] = [
  { fault: 'bmcUnreachable', outcomes: [BY_PERSON, REBOOTED_AGAIN, REBOOTED_TWICE, GIVEN_UP] },
  { fault: 'bmcSlow', outcomes: [FENCED_PAGED, FENCED, FENCED, FENCED] },
  { fault: 'bmcIgnoresCommands', outcomes: [BY_PERSON, REBOOTED_AGAIN, REBOOTED_TWICE, GIVEN_UP] },
  {
    fault: 'bmcIgnoresCommands',
    parameters: { commands: 'all', claims: false },
    outcomes: [BY_PERSON, REBOOTED_AGAIN, REBOOTED_TWICE, GIVEN_UP],
  },
  { fault: 'bmcDelaysCommands', outcomes: [FENCED_PAGED, FENCED_PAGED, FENCED_PAGED, FENCED] },
  { fault: 'bmcStalePower', outcomes: [FENCED, FENCED, FENCED, FENCED] },
  { fault: 'bmcUnknownPower', outcomes: [BY_PERSON, REBOOTED_AGAIN, REBOOTED_TWICE, GIVEN_UP] },
  {
    fault: 'bmcUnknownPower',
    parameters: { shows: 'transitional' },
    outcomes: [FENCED_PAGED, FENCED_PAGED, FENCED_PAGED, FENCED],
  },
  { fault: 'bmcRefusesRepeats', outcomes: [FENCED, FENCED, FENCED, FENCED] },
  // The host operator, not the policy, asks again every minute with the password that was refused (S18), as the product does.
  {
    fault: 'bmcRefusesLogin',
    outcomes: [
      `${BY_PERSON}, broken S18`,
      `${REBOOTED_AGAIN}, broken S18`,
      `${REBOOTED_TWICE}, broken S18`,
      'left down, broken S18 L4',
    ],
  },
  { fault: 'bmcBusy', outcomes: [BY_PERSON, REBOOTED_AGAIN, REBOOTED_TWICE, GIVEN_UP] },
  { fault: 'bmcRestartsMidCommand', outcomes: [FENCED_PAGED, FENCED_PAGED, FENCED_PAGED, GIVEN_UP] },
  {
    fault: 'bmcRestartsMidCommand',
    parameters: { commands: 1, becomes: 'applied' },
    outcomes: [FENCED, FENCED, FENCED, FENCED],
  },
  { fault: 'bmcSessionsExhausted', outcomes: [BY_PERSON, REBOOTED_AGAIN, REBOOTED_TWICE, FENCED] },
  {
    fault: 'bmcSessionsExhausted',
    parameters: { keepsSessions: true },
    modelled: true,
    outcomes: [FENCED, FENCED, FENCED, FENCED],
  },
  { fault: 'bmcSharesPower', host: 'hostDead', outcomes: [BY_PERSON, REBOOTED_AGAIN, REBOOTED_TWICE, BY_PERSON] },
  { fault: 'bmcOnSideband', host: 'networkCardDown', outcomes: [BY_PERSON, REBOOTED_AGAIN, REBOOTED_TWICE, BY_PERSON] },
  { fault: 'bmcLosesReplies', outcomes: [FENCED, FENCED_PAGED, '2 fenced, 1 paged', GIVEN_UP] },
  // The second off meets the host while it boots.
  { fault: 'bmcRepeatsCommands', outcomes: ['2 fenced', FENCED, '2 fenced', '2 fenced'] },
  // The operator hears that the host is on again while it is still to be off, and switches it off once more.
  { fault: 'bmcSwitchesOn', outcomes: ['2 fenced', '2 fenced', FENCED, FENCED] },
  { fault: 'bmcCertificateInvalid', outcomes: [BY_PERSON, REBOOTED_AGAIN, REBOOTED_TWICE, FENCED] },
  { fault: 'bmcRefusesPowerOff', outcomes: [BY_PERSON, REBOOTED_AGAIN, REBOOTED_TWICE, GIVEN_UP] },
  { fault: 'bmcFirmwareUpdate', outcomes: [FENCED, FENCED, FENCED, FENCED] },
];

const SYSTEMS = ['own', 'machine-health-check', 'metal3-remediation', 'fence-agents'] as const;

describe('a hung host behind a management controller with a fault', () => {
  test.each(ROWS)('$fault $parameters', ({ fault, parameters, modelled, host = 'osHang', outcomes }) => {
    const bmc = modelled === true ? { bmc: {} } : {};
    const options: StoryOptions = { script: [bmcFault(fault, parameters)], fault: host, ...bmc };
    expect(SYSTEMS.map((system) => outcome(bmcStory(study, system, options)))).toEqual(outcomes);
  });

  test('there is a row for every one', () => {
    const told = new Set<string>(ROWS.map(({ fault }) => fault));
    const faults = FAULTS.filter(({ family }) => family === 'BMC').map(({ name }) => name);
    expect(faults.filter((name) => !told.has(name))).toEqual([]);
  });
});

describe('a controller that claims what it was told and does nothing', () => {
  const lies: StoryOptions = { script: [bmcFault('bmcIgnoresCommands', { commands: 'off', claims: true })] };

  test('a hung host harms nobody, and a person finds it', () => {
    const story = bmcStory(study, 'own', lies);
    expect(outcome(story)).toBe(BY_PERSON);
  });

  // No system that believes its controller can do better.
  test.each(SYSTEMS.slice(1))('%s: a host whose kubelet died goes on writing what others write too', (system) => {
    const story = bmcStory(study, system, { ...lies, fault: 'kubeletDead' });
    const broken = brokenInvariants(story).map((line) => line.split(':')[0]);
    expect(broken).toEqual(expect.arrayContaining(['S1', 'S2']));
  });

  test.each(['kubeletDead', 'runtimeDead'] as const)(
    'our own policy does not believe off while the same answer tells of a system that runs: %s',
    (fault) => {
      const story = bmcStory(study, 'own', { ...lies, fault });
      expect(outcome(story)).toBe(BY_PERSON);
    },
  );

  test('nor, of a BMC that tells nothing of boots, while the kubelet is heard', () => {
    const story = bmcStory(study, 'own', { ...lies, fault: 'runtimeDead', protocol: 'ipmi' });
    expect(outcome(story)).toBe(BY_PERSON);
  });

  test('it has nothing to hold against it where the kubelet is dead and the BMC tells nothing of boots', () => {
    const story = bmcStory(study, 'own', { ...lies, fault: 'kubeletDead', protocol: 'ipmi' });
    const broken = brokenInvariants(story).map((line) => line.split(':')[0]);
    expect(broken).toEqual(expect.arrayContaining(['S1', 'S2']));
  });

  test('a BMC that tells nothing of boots and is honest is believed when the node lifecycle misses the kubelet, too', () => {
    const story = bmcStory(study, 'own', { fault: 'runtimeDead', protocol: 'ipmi' });
    expect(outcome(story)).toBe(FENCED);
    const [off = ''] = storyLines(story, 'host').filter((line) => line.includes('power off'));
    const [on = ''] = storyLines(story, 'host').filter((line) => line.includes('boots'));
    const minutes = (line: string): number => Number(line.split(':')[0]) + Number(line.split(/[: ]/)[1]) / 60;
    expect(minutes(on) - minutes(off)).toBeGreaterThan(0.5);
    expect(minutes(on) - minutes(off)).toBeLessThan(3);
  });
});

test('a controller that restarts in mid command: the operator does not believe silence, looks, and tells it again', () => {
  const story = bmcStory(study, 'own', { script: [bmcFault('bmcRestartsMidCommand')] });
  expect(storyLines(story, 'power', 'host')).toEqual([
    '15:53 BMC told to power off (hard)',
    '17:53 BMC power off: unknown',
    '19:54 BMC told to power off (hard)',
    '19:59 power off (remediation)',
    '20:00 BMC power off: succeeded',
    '20:14 BMC told to power on (hard)',
    '20:19 boots (remediation)',
    '20:22 BMC power on: succeeded',
  ]);
});
