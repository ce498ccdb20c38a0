// Births of faults from the parts of hosts: when a part dies, what its host feels of it is a fault of the catalogue. Hardware
// models without components cost nothing here.
//
// Divergence from reality
// - Parts of a kind die one by one; what a dead part does to the others (a short circuit, a fan that was theirs) is left out.
// - All dead parts of a host are replaced in one go, by whoever repairs it.

import type { SimConfig } from '../config.ts';
import {
  COMPONENT_NAMES,
  type ComponentConfig,
  type ComponentName,
  type ComponentsConfig,
  remainingLifeMs,
} from '../host/components.ts';
import type { Host } from '../host/host.ts';
import type { HostFleet } from '../host/host-fleet.ts';
import { sample } from '../kernel/distributions.ts';
import type { Kernel, Opcode } from '../kernel/kernel.ts';
import type { Draws, Stream } from '../kernel/rng.ts';
import type { FaultName } from './catalogue.ts';
import { frailtyOf } from './fault-rates.ts';

/** What a host feels once there is no spare left. */
const FELT: Readonly<Record<ComponentName, FaultName>> = {
  dataDisk: 'diskFailure',
  systemDisk: 'systemDiskDead',
  memoryModule: 'memoryErrors',
  powerSupply: 'hostDead',
  networkCard: 'networkCardDown',
  systemBoard: 'hostDead',
  processor: 'hostDead',
  bmc: 'bmcUnreachable',
};

interface Part {
  readonly host: Host;
  readonly name: ComponentName;
  readonly config: ComponentConfig;
  readonly frailty: number;
  /** Draw 0: its age at the start; from 1 on: lifetimes, one a part. */
  readonly stream: Stream;
  deaths: number;
}

export interface WearParts {
  readonly kernel: Kernel;
  readonly fleet: HostFleet;
  readonly config: SimConfig;
  readonly draws: Draws;
}

/** A fault that only a person ends begins on this host. */
type Strike = (host: number, fault: FaultName) => void;

export class ComponentWear {
  private readonly parts: WearParts;
  private readonly strike: Strike;
  private readonly death: Opcode;
  private readonly living: Part[] = [];
  /** Parts of a kind that are dead and not replaced, by host and kind. */
  private readonly dead = new Map<string, number>();

  constructor(parts: WearParts, strike: Strike) {
    this.parts = parts;
    this.strike = strike;
    this.death = parts.kernel.register('component dies', (index) => this.dies(index));
    parts.fleet.observe({
      faultEnded: (_fault, host, by) => {
        if (by === 'person') this.replaced(host);
      },
    });
  }

  /** Undefined where no hardware model has components. */
  static of(parts: WearParts, strike: Strike): ComponentWear | undefined {
    const { hardware } = parts.config;
    for (const model in hardware) {
      if (hardware[model]?.components !== undefined) return new ComponentWear(parts, strike);
    }
    return undefined;
  }

  /** Schedules the first death of every part that will be dead within the run. */
  start(): void {
    for (const host of this.parts.fleet.hosts) {
      const { components } = host.hardware;
      if (components !== undefined) this.follow(host, components);
    }
  }

  private follow(host: Host, components: ComponentsConfig): void {
    const { draws, config } = this.parts;
    const frailty = frailtyOf(draws, host.bareMetalHost, config.faults.frailtySigma);
    for (const name of COMPONENT_NAMES) {
      const component = components[name];
      const count = name === 'dataDisk' ? host.config.dataDisks : component.count;
      for (let unit = 0; unit < count; unit++) {
        const stream = draws.stream(host.bareMetalHost, `component/${name}/${unit}`);
        const ageMs = sample(component.ageMs, stream.at(0));
        this.schedule({ host, name, config: component, frailty, stream, deaths: 0 }, ageMs, this.living.length);
      }
    }
  }

  private schedule(part: Part, ageMs: number, index: number): void {
    const { kernel, config } = this.parts;
    const leftMs = remainingLifeMs(part.config, part.frailty, ageMs, part.stream.at(1 + part.deaths));
    const atMs = kernel.nowMs + Math.max(1, Math.round(leftMs));
    if (!(atMs < config.startMs + config.durationMs)) return;
    this.living[index] = part;
    kernel.schedule(atMs, this.death, index);
  }

  private dies(index: number): void {
    const part = this.living[index];
    if (part === undefined) return;
    const { host, name, config } = part;
    const key = `${host.index}/${name}`;
    const dead = (this.dead.get(key) ?? 0) + 1;
    this.dead.set(key, dead);
    const spare = name === 'dataDisk' ? 0 : config.spare;
    this.strike(host.index, dead > spare ? FELT[name] : 'redundancyLost');
    part.deaths++;
    this.schedule(part, 0, index);
  }

  private replaced(host: number): void {
    if (this.dead.size === 0) return;
    for (const name of COMPONENT_NAMES) this.dead.delete(`${host}/${name}`);
  }
}
