// The hosts of a cluster by place, and the lines of a story by host. Lines name hosts as data, by their BareMetalHosts; what
// they say in words is for people and never read here.

import type { StoryEntry } from '../sim/result.ts';

/** All names of one host, and the one to show. */
export interface HostNames {
  /** Of its BareMetalHost, as stories name it. */
  readonly name: string;
  readonly shown: string;
  /** Every name by which a person may ask for it, its Node's and its Machines' among them. */
  readonly names: readonly string[];
}

export class StoryIndex {
  readonly story: readonly StoryEntry[];
  readonly hosts: readonly HostNames[];
  private readonly byName = new Map<string, number>();
  private readonly byAnyName = new Map<string, number>();

  constructor(story: readonly StoryEntry[], hosts: readonly HostNames[]) {
    this.story = story;
    this.hosts = hosts;
    hosts.forEach(({ name, names }, host) => {
      this.byName.set(name, host);
      for (const each of names) this.byAnyName.set(each, host);
    });
  }

  /** Hosts with these names, in order. */
  hostsOf(names: readonly string[]): readonly number[] {
    return names.flatMap((name) => this.byName.get(name) ?? []);
  }

  shown(host: number): string {
    return this.hosts[host]?.shown ?? '';
  }

  /** The host that a person calls so, or undefined. */
  hostNamed(name: string): number | undefined {
    return this.byName.get(name) ?? this.byAnyName.get(name);
  }

  /** Entries about a host, in order. */
  about(host: number): readonly StoryEntry[] {
    const name = this.hosts[host]?.name;
    return name === undefined ? [] : this.story.filter(({ hosts }) => hosts.includes(name));
  }
}
