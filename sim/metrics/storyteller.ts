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
  const teller = new Teller(world, story);
  tellOfHosts(world, teller);
  tellOfFaults(world, teller);
  tellOfOrders(world, teller);
  tellOfPeople(world, teller);
  tellOfCluster(world, teller);
}

class Teller {
  private readonly world: World;
  private readonly story: Story;

  constructor(world: World, story: Story) {
    this.world = world;
    this.story = story;
  }

  tell(topic: string, subject: string, text: string, about: About): void {
    this.story.tell(this.world.kernel.nowMs, { topic, subject, text, ...about });
  }

  tellOf(topic: string, host: number, text: string, more: Omit<About, 'hosts'> = {}): void {
    const name = this.nameOf(host);
    this.tell(topic, name, text, { hosts: [name], ...more });
  }

  /** With what was the matter with the host when a remedy began. */
  tellRemedied(topic: string, host: number, text: string): void {
    this.tellOf(topic, host, text, { truth: this.world.observer.truthOf(host) });
  }

  nameOf(host: number): string {
    return this.world.fleet.host(host).config.name;
  }

  namesIn(rack: number): readonly string[] {
    return this.world.fleet.hosts.filter((host) => host.rack === rack).map(({ config }) => config.name);
  }

  /** ` at the BMC address of worker-1`, where that is another host than the one that was reached. */
  astray(reached: number, named: ObjectKey): string {
    const meant = this.world.fleet.indexOfHost(named);
    return meant === reached ? '' : ` at the BMC address of ${this.nameOf(meant)}`;
  }
}

function tellOfHosts({ fleet, observer }: World, teller: Teller): void {
  fleet.observe({
    faultShown: (fault, host, how) => {
      const born = how === 'latent' ? ' (born while it was down)' : '';
      const reaches = fault.reaches === undefined ? '' : ` that leads to ${teller.nameOf(fault.reaches)}`;
      teller.tellOf('fault', host, `${fault.class}${reaches}${born}, ends by ${fault.level}`, {
        fault: { id: `${fault.id}`, ended: false },
      });
    },
    faultEnded: (fault, host, by) =>
      teller.tellOf('fault', host, `${fault.class} ended by ${by}`, { fault: { id: `${fault.id}`, ended: true } }),
    powerCut: (host, cause) => teller.tellOf('host', host, `power off (${cause})`),
    selfReset: (host, why) =>
      teller.tellOf('effect', host, `resets itself: ${RESET_REASONS[why]}`, {
        truth: observer.truthOf(host),
        effect: 'reset',
        rule: why,
      }),
    bootStarted: (host, cause) => teller.tellOf('host', host, `boots (${cause})`),
  });
}

/** Of faults that are not a host's own, of what they do to racks, and of those of clients. */
function tellOfFaults(world: World, teller: Teller): void {
  const { fleet } = world;
  /** Racks tell of their feeds and switches themselves. */
  const tellOutside = (fault: Fault, ended: boolean): void => {
    if (isOfHost(fault.class) || TOLD_BY_RACKS.has(fault.class)) return;
    const { subject, hosts } = struckBy(world, fault);
    const text = ended ? `${fault.class} is over` : `${fault.class}: ${definitionOf(fault.class).says}`;
    teller.tell('fault', subject, text, { hosts, fault: { id: `${fault.id}`, ended } });
  };
  world.weather.observe({
    born: (fault, { scripted }) => {
      if (scripted !== undefined) teller.tell('fault', scripted, `scripted ${fault.class} strikes`, { hosts: [] });
      tellOutside(fault, false);
    },
    passed: (fault) => tellOutside(fault, true),
    rackChanged: (rack, what) => {
      const subject = `rack ${fleet.racks.names[rack] ?? ''}`;
      const { words, part, ended } = RACK_CHANGES[what];
      const fault = { id: `${subject} ${part}`, ended };
      teller.tell('fault', subject, `${subject} ${words}`, { hosts: teller.namesIn(rack), fault });
    },
  });
  world.breakers?.onChange((rack, feed, what) => {
    const subject = `rack ${fleet.racks.names[rack] ?? ''}`;
    const fault = { id: `${subject} breaker ${feed}`, ended: what === 'reset' };
    teller.tell('fault', subject, `breaker of feed ${feed} ${what}`, { hosts: teller.namesIn(rack), fault });
  });
  const everybody = fleet.hosts.map(({ config }) => config.name);
  const tellClient = (fault: ClientFault, text: string, ended: boolean): void =>
    teller.tell('fault', clientFaultSubject(fault), text, { hosts: everybody, fault: { id: fault.name, ended } });
  world.clientFaults?.observe({
    began: (fault) => tellClient(fault, beganWords(fault), false),
    ended: (fault, tally) => tellClient(fault, endedWords(fault, tally), true),
  });
}

/** Of what hosts are told to do, and what comes of it. */
function tellOfOrders({ fleet, bmc, provisioner, observer }: World, teller: Teller): void {
  bmc.observe({
    commandStarted: (host, command) => {
      const where = teller.astray(host, command.host);
      teller.tellRemedied('power', host, `BMC told to power ${command.power} (${command.mode})${where}`);
      // Of other commands the controller that gives them tells.
      if (command.by === undefined) return;
      const text = `fence agent: power ${command.power} (${command.mode}) ${teller.nameOf(host)}${where}`;
      teller.tellOf('effect', host, text, {
        truth: observer.truthOf(host),
        effect: command.power === 'off' ? 'powerOff' : 'powerOn',
        ...(where === '' ? {} : { meant: teller.nameOf(fleet.indexOfHost(command.host)) }),
      });
    },
    commandEnded: (host, command, end) =>
      teller.tellOf('power', host, `BMC power ${command.power}${teller.astray(host, command.host)}: ${end.kind}`),
  });
  provisioner.observe({
    provisioningStarted: (host, what, named) =>
      teller.tellRemedied('host', host, `${what} started${teller.astray(host, named)}`),
    provisioningEnded: (host, what, end, named) =>
      teller.tellOf('host', host, `${what}${teller.astray(host, named)} ${end.kind}`),
  });
}

function tellOfPeople({ crew, rollout, kured, upgrade }: World, teller: Teller): void {
  crew.observe({
    attention: (host, attention, reason) => teller.tellOf('people', host, attentionWords(attention, reason)),
    repaired: (host, what) => teller.tellOf('people', host, `repaired (${what})`),
    mistake: (host, what) => teller.tellOf('people', host, MISTAKES[what]),
  });
  (kured ?? upgrade).observe({ upgrade: (host, step) => teller.tellOf('upgrade', host, step) });
  rollout.observe({
    policyChanged: (object, end) => {
      const text = 'step' in end ? `${object} ${POLICY_STEPS[end.step]}` : `${object} refused: ${end.refusal}`;
      teller.tell('policy', object, text, { hosts: [] });
    },
  });
}

/** Of nodes as the control plane knows them, of itself, and of what runs on them. */
function tellOfCluster({ fleet, storage, lifecycle, controlPlane, workload }: World, teller: Teller): void {
  storage.onResync((host, pool, step) => teller.tellOf('storage', host, `resync of ${pool} ${step}`));
  lifecycle.observe({
    known: (host, ready) =>
      teller.tell('node', fleet.nodeName(host), ready === 'missing' ? 'Node deleted' : `Ready=${ready}`, {
        hosts: [teller.nameOf(host)],
        ready: ready === 'True',
      }),
  });
  controlPlane?.onChange((there) => {
    const text = there ? 'the API server answers again' : 'no API server: most of its hosts are down';
    teller.tell('node', 'control plane', text, { hosts: [] });
  });
  workload.availability.onChange((name, unavailable, serving, required) => {
    const text = `${unavailable ? 'unavailable' : 'available'}: ${serving} of ${required} required replicas serve`;
    teller.tell('workload', name, text, { hosts: [] });
  });
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
