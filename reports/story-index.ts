// Which host each line of a story is about. Stories name a host as BareMetalHost, Node or Machine; the names that are known at
// the start are given, those of Machines made later are learned from decisions that name machine and host together.

import type { StoryEntry } from '../sim/result.ts';

/** All names of one host in a story, and the one to show. */
export interface HostNames {
  readonly shown: string;
  readonly names: readonly string[];
}

export class StoryIndex {
  readonly story: readonly StoryEntry[];
  readonly hosts: readonly HostNames[];
  readonly #hostOf = new Map<string, number>();
  /** Per entry, the hosts that it mentions. */
  readonly #mentioned: readonly (readonly number[])[];

  constructor(story: readonly StoryEntry[], hosts: readonly HostNames[]) {
    this.story = story;
    this.hosts = hosts;
    hosts.forEach(({ names }, host) => {
      for (const name of names) this.#hostOf.set(name, host);
    });
    for (const entry of story) this.#learn(entry);
    this.#mentioned = story.map((entry) => this.#hostsIn(`${entry.subject} ${entry.text}`));
  }

  /** Hosts that the entry at `index` mentions, in order of mention. */
  hostsAt(index: number): readonly number[] {
    return this.#mentioned[index] ?? [];
  }

  shown(host: number): string {
    return this.hosts[host]?.shown ?? '';
  }

  /** The host with this name, or undefined. */
  hostNamed(name: string): number | undefined {
    return this.#hostOf.get(name);
  }

  /** Entries about a host, in order. */
  about(host: number): readonly StoryEntry[] {
    return this.story.filter((_, index) => this.hostsAt(index).includes(host));
  }

  #learn({ values }: StoryEntry): void {
    if (typeof values?.host !== 'string' || typeof values.machine !== 'string') return;
    const host = this.#hostOf.get(values.host);
    if (host !== undefined && !this.#hostOf.has(values.machine)) this.#hostOf.set(values.machine, host);
  }

  #hostsIn(text: string): readonly number[] {
    const found: number[] = [];
    for (const word of text.split(/[^A-Za-z0-9.-]+/)) {
      const host = this.#hostOf.get(word) ?? this.#hostOf.get(word.replace(/[.-]+$/, ''));
      if (host !== undefined && !found.includes(host)) found.push(host);
    }
    return found;
  }
}
