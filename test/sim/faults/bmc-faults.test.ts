// Every fault of management controllers, struck five minutes before its host hangs and for an hour, under three remediation systems:
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

interface Row {
  readonly fault: FaultName;
  readonly parameters?: Readonly<Record<string, FaultValue>>;
  /** Its controller is a modelled one from the start, and the operator has a session there. */
  readonly modelled?: true;
  /** A hang, unless the fault is about another. */
  readonly host?: NonNullable<StoryOptions['fault']>;
  readonly own: string;
  readonly machineHealthCheck: string;
  readonly fenceAgents: string;
}

/** A page that nobody had to follow. */
const FENCED = '1 fenced';
/** The operator still has the wish for a reboot that the person has made already. */
const REBOOTED_AGAIN = '1 fenced, 1 of them needless, 1 paged, 1 repaired';
const BY_PERSON = '1 paged, 1 repaired';
/** The agent gave up, nobody was told, and its taint stays. */
const GIVEN_UP = 'left down, broken L4';

const ROWS: readonly Row[] = [
  { fault: 'bmcUnreachable', own: BY_PERSON, machineHealthCheck: REBOOTED_AGAIN, fenceAgents: GIVEN_UP },
  { fault: 'bmcSlow', own: '1 fenced, 1 paged', machineHealthCheck: FENCED, fenceAgents: FENCED },
  { fault: 'bmcIgnoresCommands', own: BY_PERSON, machineHealthCheck: REBOOTED_AGAIN, fenceAgents: GIVEN_UP },
  {
    fault: 'bmcIgnoresCommands',
    parameters: { commands: 'all', claims: false },
    own: BY_PERSON,
    machineHealthCheck: REBOOTED_AGAIN,
    fenceAgents: GIVEN_UP,
  },
  {
    fault: 'bmcDelaysCommands',
    own: '1 fenced, 1 paged',
    machineHealthCheck: '1 fenced, 1 paged',
    fenceAgents: FENCED,
  },
  { fault: 'bmcStalePower', own: FENCED, machineHealthCheck: FENCED, fenceAgents: FENCED },
  { fault: 'bmcUnknownPower', own: BY_PERSON, machineHealthCheck: REBOOTED_AGAIN, fenceAgents: GIVEN_UP },
  {
    fault: 'bmcUnknownPower',
    parameters: { shows: 'transitional' },
    own: '1 fenced, 1 paged',
    machineHealthCheck: '1 fenced, 1 paged',
    fenceAgents: '1 fenced, 1 paged',
  },
  { fault: 'bmcRefusesRepeats', own: FENCED, machineHealthCheck: FENCED, fenceAgents: FENCED },
  // The host operator, not the policy, asks again every minute with the password that was refused (S18), as the product does.
  {
    fault: 'bmcRefusesLogin',
    own: `${BY_PERSON}, broken S18`,
    machineHealthCheck: `${REBOOTED_AGAIN}, broken S18`,
    fenceAgents: 'left down, broken S18 L4',
  },
  { fault: 'bmcBusy', own: BY_PERSON, machineHealthCheck: REBOOTED_AGAIN, fenceAgents: GIVEN_UP },
  {
    fault: 'bmcRestartsMidCommand',
    own: '1 fenced, 1 paged',
    machineHealthCheck: '1 fenced, 1 paged',
    fenceAgents: GIVEN_UP,
  },
  {
    fault: 'bmcRestartsMidCommand',
    parameters: { commands: 1, becomes: 'applied' },
    own: FENCED,
    machineHealthCheck: FENCED,
    fenceAgents: FENCED,
  },
  { fault: 'bmcSessionsExhausted', own: BY_PERSON, machineHealthCheck: REBOOTED_AGAIN, fenceAgents: FENCED },
  {
    fault: 'bmcSessionsExhausted',
    parameters: { keepsSessions: true },
    modelled: true,
    own: FENCED,
    machineHealthCheck: FENCED,
    fenceAgents: FENCED,
  },
  {
    fault: 'bmcSharesPower',
    host: 'hostDead',
    own: BY_PERSON,
    machineHealthCheck: REBOOTED_AGAIN,
    fenceAgents: BY_PERSON,
  },
  { fault: 'bmcOnSideband', own: FENCED, machineHealthCheck: FENCED, fenceAgents: FENCED },
  { fault: 'bmcLosesReplies', own: FENCED, machineHealthCheck: '1 fenced, 1 paged', fenceAgents: GIVEN_UP },
  // The second off meets the host while it boots.
  { fault: 'bmcRepeatsCommands', own: '2 fenced', machineHealthCheck: FENCED, fenceAgents: '2 fenced' },
  { fault: 'bmcSwitchesOn', own: FENCED, machineHealthCheck: FENCED, fenceAgents: FENCED },
  { fault: 'bmcCertificateInvalid', own: BY_PERSON, machineHealthCheck: REBOOTED_AGAIN, fenceAgents: FENCED },
  { fault: 'bmcRefusesPowerOff', own: BY_PERSON, machineHealthCheck: REBOOTED_AGAIN, fenceAgents: GIVEN_UP },
  { fault: 'bmcFirmwareUpdate', own: FENCED, machineHealthCheck: FENCED, fenceAgents: FENCED },
];

describe('a hung host behind a management controller with a fault', () => {
  test.each(ROWS)('$fault $parameters', ({ fault, parameters, modelled, host = 'osHang', ...expected }) => {
    const bmc = modelled === true ? { bmc: {} } : {};
    const options: StoryOptions = { script: [bmcFault(fault, parameters)], fault: host, ...bmc };
    expect({
      own: outcome(bmcStory(study, 'own', options)),
      machineHealthCheck: outcome(bmcStory(study, 'machine-health-check', options)),
      fenceAgents: outcome(bmcStory(study, 'fence-agents', options)),
    }).toEqual(expected);
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

  // No system that believes its controller can do better; what the reading says of the boot contradicts it, and nobody asks.
  test.each(['own', 'machine-health-check', 'fence-agents'] as const)(
    '%s: a host whose kubelet died goes on writing what others write too',
    (system) => {
      const story = bmcStory(study, system, { ...lies, fault: 'kubeletDead' });
      const broken = brokenInvariants(story).map((line) => line.split(':')[0]);
      expect(broken).toEqual(expect.arrayContaining(['S1', 'S2']));
    },
  );
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
