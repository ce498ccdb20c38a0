// Joins a story to a world: faults, power, boots, nodes, people and upgrades as lines. Only recorded runs have one.

import type { World } from '../world.ts';
import type { Story } from './story.ts';

export function tellStory(world: World, story: Story): void {
  const { kernel, fleet } = world;
  const name = (host: number): string => fleet.host(host).config.name;
  const tell = (topic: string, subject: string, text: string): void =>
    story.tell(kernel.nowMs, { topic, subject, text });
  const tellRemedied = (topic: string, host: number, text: string): void =>
    story.tell(kernel.nowMs, { topic, subject: name(host), text, truth: world.observer.truthOf(host) });

  fleet.observe({
    faultShown: (fault, host, how) =>
      tell(
        'fault',
        name(host),
        `${fault.class}${how === 'latent' ? ' (born while it was down)' : ''}, ends by ${fault.level}`,
      ),
    faultEnded: (fault, host, by) => tell('fault', name(host), `${fault.class} ended by ${by}`),
    powerCut: (host, cause) => tell('host', name(host), `power off (${cause})`),
    bootStarted: (host, cause) => tell('host', name(host), `boots (${cause})`),
  });
  world.weather.observe({
    born: (fault, { scripted }) => {
      if (scripted !== undefined) tell('fault', scripted, `scripted ${fault.class} strikes`);
    },
    rackChanged: (rack, what) => tell('fault', `rack ${fleet.racks.names[rack] ?? ''}`, RACK_WORDS[what]),
  });
  world.bmc.observe({
    commandStarted: (host, command) =>
      tellRemedied('power', host, `BMC told to power ${command.power} (${command.mode})`),
    commandEnded: (host, command, end) => tell('power', name(host), `BMC power ${command.power}: ${end.kind}`),
  });
  world.provisioner.observe({
    provisioningStarted: (host, what) => tellRemedied('host', host, `${what} started`),
    provisioningEnded: (host, what, end) => tell('host', name(host), `${what} ${end.kind}`),
  });
  world.storage.onResync((host, pool, step) => tell('storage', name(host), `resync of ${pool} ${step}`));
  world.lifecycle.observe({
    known: (host, ready) => tell('node', fleet.nodeName(host), ready === 'missing' ? 'Node deleted' : `Ready=${ready}`),
  });
  world.crew.observe({
    attention: (host, attention, reason) =>
      tell('people', name(host), `${attention}${reason === '' ? '' : `: ${reason}`}`),
    repaired: (host, what) => tell('people', name(host), `repaired (${what})`),
  });
  world.upgrade.observe({ upgrade: (host, step) => tell('upgrade', name(host), step) });
  world.workload.availability.onChange((workload, unavailable, serving, required) =>
    tell(
      'workload',
      workload,
      `${unavailable ? 'unavailable' : 'available'}: ${serving} of ${required} required replicas serve`,
    ),
  );
}

const RACK_WORDS = {
  feedLost: 'loses power',
  feedReturned: 'has power again',
  switchDown: 'switch down',
  switchUp: 'switch up again',
} as const;
