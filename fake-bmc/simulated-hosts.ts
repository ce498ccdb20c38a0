// Served hosts of a simulated world. The world is that of any run of the same scenario, but nobody in it decides anything about hosts: its
// controllers are left out, since those that act come over the wire.

import { BARE_METAL_HOST } from '../core/api/bare-metal-host.ts';
import { assert } from '../core/assert.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { SimConfig } from '../sim/config.ts';
import type { BmcAccount } from '../sim/host/bmc/accounts.ts';
import type { ManagementController } from '../sim/host/bmc/management-controller.ts';
import type { BmcProfile, BmcProfileName } from '../sim/host/bmc/profiles.ts';
import { bmcProfile } from '../sim/host/bmc/profiles.ts';
import type { WireDialect } from '../sim/host/bmc/quirks/quirk.ts';
import { QUIRK_NAMES, type QuirkName, quirkNamed } from '../sim/host/bmc/quirks.ts';
import type { BmcAnswer, BmcCaller, BmcRead, BmcRequest } from '../sim/host/bmc/requests.ts';
import type { BmcTraits } from '../sim/host/bmc/traits.ts';
import type { Host } from '../sim/host/host.ts';
import { startedRun } from '../sim/simulation.ts';
import type { World } from '../sim/world.ts';
import type { Credentials } from './fake-bmc.ts';
import { type Inventory, inventoryOf } from './inventory.ts';
import { PacedKernel } from './paced-kernel.ts';
import { sameSecret } from './secrets.ts';
import type { BmcReply, HostEvent, ServedHost, ServedHosts } from './served-hosts.ts';

export interface SimulatedHostsOptions {
  /** Of hosts whose controller the scenario does not describe. */
  readonly profile: BmcProfileName;
  /** Virtual seconds per second; above 0. */
  readonly speed: number;
  /** What pacing goes by. */
  readonly clock: Clock;
  /** Of the first account of a host, an administrator. */
  readonly credentialsOf: (host: string) => Credentials;
}

export class SimulatedHosts implements ServedHosts {
  readonly hosts: readonly SimulatedHost[];
  readonly world: World;
  readonly paced: PacedKernel;
  private readonly scene: ServedScene;
  private readonly byName: ReadonlyMap<string, SimulatedHost>;

  /** The world starts now. */
  constructor(config: SimConfig, { profile, speed, clock, credentialsOf }: SimulatedHostsOptions) {
    const served = withControllers(config, profile);
    const { world } = startedRun(
      served,
      { name: 'served', objects: [] },
      { replication: 1, record: false, driversOf: () => [] },
    );
    this.world = world;
    const startedAtMs = clock.nowMs();
    this.paced = new PacedKernel(world.kernel, clock, { speed });
    const scene: ServedScene = { world, paced: this.paced, startedAtMs };
    this.scene = scene;
    this.hosts = world.fleet.hosts.map((host) => new SimulatedHost(scene, host, credentialsOf(host.config.name)));
    this.byName = new Map(this.hosts.map((host) => [host.name, host]));
    world.bmc.controllers.onChange((host) => this.hosts[host]?.look());
  }

  get speed(): number {
    return this.paced.speed;
  }

  host(name: string): SimulatedHost | undefined {
    return this.byName.get(name);
  }

  /** The instant by true time, as far as the hosts are concerned. */
  now(): Date {
    return this.dateOf(this.paced.nowMs());
  }

  /** Of a virtual instant. */
  dateOf(virtualMs: number): Date {
    return dateOf(this.scene, virtualMs);
  }

  /** Looks at the world, or changes it, once all that is due has happened. */
  present<T>(look: () => T): T {
    return this.paced.act(look);
  }

  /** Nothing happens any more, and whoever waits for an answer hears that it is over. */
  close(): void {
    this.paced.stop();
    for (const host of this.hosts) host.close();
  }
}

/** Nobody is an ideal controller on the wire: each has a model. */
function withControllers(config: SimConfig, profile: BmcProfileName): SimConfig {
  const plain = { profile, quirks: [], traits: {}, verifiesCertificate: true };
  return { ...config, hosts: config.hosts.map((host) => ({ ...host, bmc: host.bmc ?? plain })) };
}

interface ServedScene {
  readonly world: World;
  readonly paced: PacedKernel;
  /** When the world started, by the clock that paces it. */
  readonly startedAtMs: number;
}

function dateOf({ world, startedAtMs }: ServedScene, virtualMs: number): Date {
  return new Date(Math.round(startedAtMs + virtualMs - world.config.startMs));
}

export class SimulatedHost implements ServedHost {
  readonly name: string;
  readonly systemId: string;
  readonly uuid: string;
  readonly inventory: Inventory;
  readonly profile: BmcProfile;
  private readonly scene: ServedScene;
  private readonly host: Host;
  private readonly controller: ManagementController;
  private readonly waiting = new Set<(reply: BmcReply) => void>();
  private readonly listeners = new Set<(event: HostEvent) => void>();
  private readonly injected = new Set<QuirkName>();
  private shown: ReturnType<ManagementController['shows']>;
  private isClosed = false;

  constructor(scene: ServedScene, host: Host, { user, password }: Credentials) {
    const { fleet, bmc, store } = scene.world;
    const modelled = bmc.controllers.of(host.index);
    assert(modelled !== undefined, 'every served host has a modelled controller');
    const { name, namespace } = host.config;
    this.scene = scene;
    this.host = host;
    this.controller = modelled.controller;
    this.name = name;
    this.systemId = name;
    this.uuid = fleet.systemUuid(host.index).toLowerCase();
    this.profile = bmcProfile(host.config.bmc?.profile ?? 'generic');
    const bareMetalHost = store.get(BARE_METAL_HOST, { namespace, name });
    this.inventory = inventoryOf({ name, hardware: host.hardware, profile: this.profile, bareMetalHost });
    this.shown = this.controller.shows();
    const { equipment } = this.controller;
    const slot = equipment.accounts.create({ name: user, password, role: 'Administrator' });
    assert(typeof slot === 'number', 'the first account is taken');
    equipment.log.onEntry((entry) => this.tell({ event: 'logged', entry }));
  }

  /** The truth about it. */
  get record(): Host {
    return this.host;
  }

  get traits(): BmcTraits {
    return this.controller.traits;
  }

  get quirks(): readonly QuirkName[] {
    return [...new Set<QuirkName>([...this.own(), ...this.injected])];
  }

  /** It has the quirk from now on. */
  inject(quirk: QuirkName): void {
    const { traits } = quirkNamed(quirk);
    this.injected.add(quirk);
    if (traits !== undefined) this.scene.paced.act(() => this.controller.afflict(afflictionOf(quirk), traits));
  }

  /** It has the quirk no more; `own`: it has it by its profile or its scenario, and keeps it. */
  heal(quirk: QuirkName): 'healed' | 'own' | 'none' {
    if (this.injected.delete(quirk)) {
      this.scene.paced.act(() => this.controller.relieve(afflictionOf(quirk)));
      return 'healed';
    }
    return this.own().includes(quirk) ? 'own' : 'none';
  }

  private own(): readonly QuirkName[] {
    return [...this.profile.quirks, ...(this.host.config.bmc?.quirks ?? [])];
  }

  get dialect(): WireDialect {
    return this.quirks.map((name) => quirkNamed(name).wire ?? {}).reduce(joined, {});
  }

  get controllerStarts(): number {
    return this.scene.paced.act(() => this.controller.starts);
  }

  now(): Date {
    return this.dateOf(this.scene.paced.nowMs() + this.controller.clockOffsetMs());
  }

  dateOf(virtualMs: number): Date {
    return dateOf(this.scene, virtualMs);
  }

  isReachable(): boolean {
    return this.scene.paced.act(() => this.scene.world.bmc.controllers.isConnected(this.host));
  }

  ask(caller: BmcCaller, request: BmcRequest): Promise<BmcReply> {
    if (this.isClosed) return Promise.resolve({ kind: 'closed' });
    const { promise, resolve } = Promise.withResolvers<BmcReply>();
    this.waiting.add(resolve);
    const reply = (answer: BmcReply): void => {
      this.waiting.delete(resolve);
      resolve(answer);
    };
    const willAnswer = this.scene.paced.act(
      () => this.scene.world.bmc.controllers.isConnected(this.host) && this.controller.request(request, caller, reply),
    );
    if (!willAnswer) reply({ kind: 'silent' });
    return promise;
  }

  told(read: BmcRead): BmcAnswer {
    return this.scene.paced.act(() => this.controller.told(read));
  }

  isSystemGone(): boolean {
    return this.scene.paced.act(() => this.controller.isSystemGone());
  }

  authenticate(name: string, password: string): BmcAccount | undefined {
    const account = this.accountNamed(name);
    return account !== undefined && sameSecret(account.password, password) ? account : undefined;
  }

  accountNamed(name: string): BmcAccount | undefined {
    const account = this.controller.equipment.accounts.named(name);
    return account?.enabled === true ? account : undefined;
  }

  onEvent(listener: (event: HostEvent) => void): () => void {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  }

  close(): void {
    this.isClosed = true;
    for (const resolve of this.waiting) resolve({ kind: 'closed' });
    this.waiting.clear();
    this.listeners.clear();
  }

  /** What its controller tells may have changed: whoever listens hears what did. */
  look(): void {
    const before = this.shown;
    const shown = this.controller.shows();
    this.shown = shown;
    if (shown.power !== before.power) this.tell({ event: 'power', power: shown.power });
    if (shown.health !== before.health) this.tell({ event: 'health', health: shown.health });
  }

  private tell(event: HostEvent): void {
    for (const listener of this.listeners) listener(event);
  }
}

/** Under which a quirk changes a controller: faults have ids above 0. */
function afflictionOf(quirk: QuirkName): number {
  return -1 - QUIRK_NAMES.indexOf(quirk);
}

/** The later one wins, also within what concerns IPMI. */
function joined(one: WireDialect, other: WireDialect): WireDialect {
  const ipmi = { ...one.ipmi, ...other.ipmi };
  return { ...one, ...other, ...(Object.keys(ipmi).length === 0 ? {} : { ipmi }) };
}
