// Joins a story to a world: faults, power, boots, nodes, people and upgrades as lines. Only recorded runs have one.

import type { ObjectKey } from '../../core/api/object.ts';
import type { ClientFault } from '../config.ts';
import { addressOf, definitionOf, isOfHost } from '../faults/catalogue.ts';
import type { Fault } from '../faults/fault.ts';
import { ADDRESSES } from '../faults/fault-target.ts';
import type { SelfResetReason } from '../host/host.ts';
import type { Mistake } from '../people/mistakes.ts';
import type { PolicyStep } from '../people/policy-rollout.ts';
import type { StoryEntry } from '../result.ts';
import type { World } from '../world.ts';
import { beganWords, clientFaultSubject, endedWords } from './client-fault-words.ts';
import { attentionWords } from './state-words.ts';
import type { Story } from './story.ts';

/** What an entry says as data, beside its words. */
type About = Pick<StoryEntry, 'hosts' | 'truth' | 'ready' | 'fault' | 'effect' | 'meant' | 'rule'>;

export function tellStory(world: World, story: Story): void {
  const { kernel, fleet } = world;
  const name = (host: number): string => fleet.host(host).config.name;
  const tell = (topic: string, subject: string, text: string, about: About): void =>
    story.tell(kernel.nowMs, { topic, subject, text, ...about });
  const tellOf = (topic: string, host: number, text: string, more: Omit<About, 'hosts'> = {}): void =>
    tell(topic, name(host), text, { hosts: [name(host)], ...more });
  const tellRemedied = (topic: string, host: number, text: string): void =>
    tellOf(topic, host, text, { truth: world.observer.truthOf(host) });

  /** ` at the BMC address of worker-1`, where that is another host than the one that was reached. */
  const astray = (reached: number, named: ObjectKey): string => {
    const meant = fleet.indexOfHost(named);
    return meant === reached ? '' : ` at the BMC address of ${name(meant)}`;
  };

  fleet.observe({
    faultShown: (fault, host, how) => {
      const born = how === 'latent' ? ' (born while it was down)' : '';
      const reaches = fault.reaches === undefined ? '' : ` that leads to ${name(fault.reaches)}`;
      tellOf('fault', host, `${fault.class}${reaches}${born}, ends by ${fault.level}`, {
        fault: { id: `${fault.id}`, ended: false },
      });
    },
    faultEnded: (fault, host, by) =>
      tellOf('fault', host, `${fault.class} ended by ${by}`, { fault: { id: `${fault.id}`, ended: true } }),
    powerCut: (host, cause) => tellOf('host', host, `power off (${cause})`),
    selfReset: (host, why) =>
      tellOf('effect', host, `resets itself: ${RESET_REASONS[why]}`, {
        truth: world.observer.truthOf(host),
        effect: 'reset',
        rule: why,
      }),
    bootStarted: (host, cause) => tellOf('host', host, `boots (${cause})`),
  });
  /** Of faults that are not a host's own; racks tell of their feeds and switches themselves. */
  const tellOutside = (fault: Fault, ended: boolean): void => {
    if (isOfHost(fault.class) || TOLD_BY_RACKS.has(fault.class)) return;
    const { subject, hosts } = struckBy(world, fault);
    const text = ended ? `${fault.class} is over` : `${fault.class}: ${definitionOf(fault.class).says}`;
    tell('fault', subject, text, { hosts, fault: { id: `${fault.id}`, ended } });
  };
  world.weather.observe({
    born: (fault, { scripted }) => {
      if (scripted !== undefined) tell('fault', scripted, `scripted ${fault.class} strikes`, { hosts: [] });
      tellOutside(fault, false);
    },
    passed: (fault) => tellOutside(fault, true),
    rackChanged: (rack, what) => {
      const subject = `rack ${fleet.racks.names[rack] ?? ''}`;
      const hosts = fleet.hosts.filter((host) => host.rack === rack).map(({ config }) => config.name);
      const { words, part, ended } = RACK_CHANGES[what];
      tell('fault', subject, `${subject} ${words}`, { hosts, fault: { id: `${subject} ${part}`, ended } });
    },
  });
  const everybody = fleet.hosts.map(({ config }) => config.name);
  const tellClient = (fault: ClientFault, text: string, ended: boolean): void =>
    tell('fault', clientFaultSubject(fault), text, { hosts: everybody, fault: { id: fault.name, ended } });
  world.clientFaults?.observe({
    began: (fault) => tellClient(fault, beganWords(fault), false),
    ended: (fault, tally) => tellClient(fault, endedWords(fault, tally), true),
  });
  world.bmc.observe({
    commandStarted: (host, command) => {
      const where = astray(host, command.host);
      tellRemedied('power', host, `BMC told to power ${command.power} (${command.mode})${where}`);
      // Of other commands the controller that gives them tells.
      if (command.by === undefined) return;
      tellOf('effect', host, `fence agent: power ${command.power} (${command.mode}) ${name(host)}${where}`, {
        truth: world.observer.truthOf(host),
        effect: command.power === 'off' ? 'powerOff' : 'powerOn',
        ...(where === '' ? {} : { meant: name(fleet.indexOfHost(command.host)) }),
      });
    },
    commandEnded: (host, command, end) =>
      tellOf('power', host, `BMC power ${command.power}${astray(host, command.host)}: ${end.kind}`),
  });
  world.provisioner.observe({
    provisioningStarted: (host, what, named) => tellRemedied('host', host, `${what} started${astray(host, named)}`),
    provisioningEnded: (host, what, end, named) => tellOf('host', host, `${what}${astray(host, named)} ${end.kind}`),
  });
  world.storage.onResync((host, pool, step) => tellOf('storage', host, `resync of ${pool} ${step}`));
  world.lifecycle.observe({
    known: (host, ready) =>
      tell('node', fleet.nodeName(host), ready === 'missing' ? 'Node deleted' : `Ready=${ready}`, {
        hosts: [name(host)],
        ready: ready === 'True',
      }),
  });
  world.crew.observe({
    attention: (host, attention, reason) => tellOf('people', host, attentionWords(attention, reason)),
    repaired: (host, what) => tellOf('people', host, `repaired (${what})`),
    mistake: (host, what) => tellOf('people', host, MISTAKES[what]),
  });
  world.breakers?.onChange((rack, feed, what) => {
    const rackName = fleet.racks.names[rack] ?? '';
    const hosts = fleet.hosts.filter((host) => host.rack === rack).map(({ config: { name } }) => name);
    const subject = `rack ${rackName}`;
    tell('fault', subject, `breaker of feed ${feed} ${what}`, {
      hosts,
      fault: { id: `${subject} breaker ${feed}`, ended: what === 'reset' },
    });
  });
  world.controlPlane?.onChange((there) =>
    tell(
      'node',
      'control plane',
      there ? 'the API server answers again' : 'no API server: most of its hosts are down',
      {
        hosts: [],
      },
    ),
  );
  (world.kured ?? world.upgrade).observe({ upgrade: (host, step) => tellOf('upgrade', host, step) });
  world.rollout.observe({
    policyChanged: (object, end) =>
      tell(
        'policy',
        object,
        'step' in end ? `${object} ${POLICY_STEPS[end.step]}` : `${object} refused: ${end.refusal}`,
        {
          hosts: [],
        },
      ),
  });
  world.workload.availability.onChange((workload, unavailable, serving, required) =>
    tell(
      'workload',
      workload,
      `${unavailable ? 'unavailable' : 'available'}: ${serving} of ${required} required replicas serve`,
      { hosts: [] },
    ),
  );
}

const TOLD_BY_RACKS: ReadonlySet<Fault['class']> = new Set(['rackPowerLoss', 'switchOutage']);

/** Names of the place that a fault strikes, and of the hosts there. */
function struckBy({ fleet, config }: World, { class: name, subject }: Fault) {
  const address = addressOf(name);
  const place = ADDRESSES[address].names(config)[subject] ?? '';
  const namesOf = (hosts: readonly number[]): readonly string[] => hosts.map((host) => fleet.host(host).config.name);
  const all = fleet.hosts.map(({ index }) => index);
  switch (address) {
    case 'host':
      return { subject: place, hosts: [place] };
    case 'rack':
      return { subject: `rack ${place}`, hosts: namesOf(all.filter((host) => fleet.host(host).rack === subject)) };
    case 'room':
      return { subject: `room ${place}`, hosts: namesOf(fleet.power.hostsAt({ at: 'room', room: place })) };
    case 'pool':
      return { subject: `pool ${place}`, hosts: [] };
    case 'site':
      return { subject: 'the site', hosts: namesOf(all) };
  }
}

const RESET_REASONS: Readonly<Record<SelfResetReason, string>> = {
  watchdog: 'its watchdog was not fed',
  request: 'its remediation request asks for it',
  'request-found': 'a peer knows of a remediation request for it',
  isolated: 'it has lost the API server, and no peer answers',
  'no-peers': 'it has lost the API server, and there are no peers to ask',
  'too-few-peers': 'it has lost the API server, and its own diagnostics failed',
  'most-peers-lack-the-api': 'it has lost the API server as its peers have, and its own diagnostics failed',
  'request-not-found': 'its peers know of no remediation request for it',
  'silence-too-short': 'its peers have not answered lately',
};

const MISTAKES: Readonly<Record<Mistake, string>> = {
  wrongServer: 'mistake: the wrong server, switched off in place of another',
  staysOff: 'mistake: repaired, and not switched on again',
  noOutStays: 'mistake: repaired, and noout stays set',
  staysCordoned: 'mistake: repaired, and its Node stays cordoned',
};

const POLICY_STEPS: Readonly<Record<PolicyStep, string>> = {
  created: 'applied: created',
  changed: 'applied: changed',
  unchanged: 'applied: says what it said',
  deleted: 'deleted',
  'being deleted': 'deleted, and there until its finalizers are gone',
  'not there': 'to be deleted, and not there',
};

const RACK_CHANGES = {
  feedLost: { words: 'loses power', part: 'power', ended: false },
  feedReturned: { words: 'has power again', part: 'power', ended: true },
  switchDown: { words: 'switch down', part: 'switch', ended: false },
  switchUp: { words: 'switch up again', part: 'switch', ended: true },
} as const;
