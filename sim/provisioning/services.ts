// Which services are there: the host that runs one serves, or a pod that does; nothing has put it out; and names resolve, where it is
// found by a name. Truth, like the hosts they run on; who asks for a service that is away finds out by itself.
//
// Divergence from reality
// - A service is there or away: it is not slow, and does not answer wrongly.
// - A service in pods is there as soon as one of them serves; what it had in memory is lost with the last of them only.
// - The image server and the registry are found by name, everything else by address.

import type { HostFleet } from '../host/host-fleet.ts';
import type { Availability } from '../workload/availability.ts';
import { SERVICE_NAMES, type ServiceName, type ServicePlace, type ServicesConfig } from './services-config.ts';

const FOUND_BY_NAME: ReadonlySet<ServiceName> = new Set<ServiceName>(['imageServer', 'registry']);

interface Service {
  readonly name: ServiceName;
  readonly place: ServicePlace;
  /** Index of its host, or -1. */
  readonly host: number;
  outages: number;
  up: boolean;
}

export type ServiceListener = (name: ServiceName, up: boolean) => void;

export interface ServiceParts {
  readonly fleet: HostFleet;
  readonly availability: Availability;
}

export class Services {
  private readonly parts: ServiceParts;
  private readonly services: readonly Service[];
  private readonly listeners: ServiceListener[] = [];

  constructor(config: ServicesConfig, parts: ServiceParts) {
    this.parts = parts;
    this.services = SERVICE_NAMES.flatMap((name): readonly Service[] => {
      const place = config[name]?.on;
      if (place === undefined) return [];
      return [{ name, place, host: place.kind === 'host' ? this.hostNamed(place.host) : -1, outages: 0, up: true }];
    });
  }

  /** After the loops of workloads have started. */
  start(): void {
    this.refresh();
    const { fleet, availability } = this.parts;
    const hosts = new Set(this.services.map(({ host }) => host));
    fleet.onChange((host) => {
      if (hosts.has(host)) this.refresh();
    });
    const workloads = new Set(this.services.map(({ place }) => (place.kind === 'workload' ? place.workload : '')));
    availability.onServing((workload) => {
      if (workloads.has(workload)) this.refresh();
    });
  }

  /** True also where the scenario does not have the service. */
  isUp(name: ServiceName): boolean {
    return this.named(name)?.up ?? true;
  }

  /** Where a service runs on a host of its own: that host's index; -1 otherwise. */
  hostOf(name: ServiceName): number {
    return this.named(name)?.host ?? -1;
  }

  /** Called after a service went away or came back. */
  onChange(listener: ServiceListener): void {
    this.listeners.push(listener);
  }

  /** Puts a service out, wherever it runs; several outages overlap. The returned function ends this one. */
  putOut(name: ServiceName): () => void {
    const service = this.named(name);
    if (service === undefined) return () => undefined;
    service.outages++;
    this.refresh();
    return () => {
      service.outages--;
      this.refresh();
    };
  }

  private refresh(): void {
    const before = this.services.map(({ up }) => up);
    for (const service of this.services) service.up = service.outages === 0 && this.placeServes(service);
    if (!this.isUp('dns')) for (const service of this.services) if (FOUND_BY_NAME.has(service.name)) service.up = false;
    this.services.forEach(({ name, up }, at) => {
      if (up !== before[at]) for (const listener of this.listeners) listener(name, up);
    });
  }

  private placeServes({ place, host }: Service): boolean {
    const { fleet, availability } = this.parts;
    if (place.kind === 'workload') return availability.servingReplicas(place.workload) > 0;
    return fleet.podsExecute(host) && fleet.reachable(host);
  }

  private named(name: ServiceName): Service | undefined {
    return this.services.find((service) => service.name === name);
  }

  private hostNamed(name: string): number {
    return this.parts.fleet.hosts.findIndex(({ config }) => config.name === name);
  }
}
