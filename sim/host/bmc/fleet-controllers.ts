// The management controllers of a fleet that are modelled as computers of their own: those that the config asks for, and those that a
// fault has struck. All others are ideal, and cost nothing.
//
// Divergence from reality
// - A controller that a fault strikes is a plain one from then on, also when the fault is over: its answers take time.
// - The host operator looks often enough that its session never idles out, and fence agents say name and password each time.
// - Fence agents do not verify certificates.

import type { BmcModelConfig } from '../../config.ts';
import type { Fault } from '../../faults/fault.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { type Host, hasActive, suffers } from '../host.ts';
import type { HostFleet } from '../host-fleet.ts';
import { FleetManagedHost } from './fleet-managed-host.ts';
import { ManagementController } from './management-controller.ts';
import { type ClientOptions, PowerClient } from './power-client.ts';
import { type BmcProfile, bmcProfile, changesOfModel } from './profiles.ts';
import type { BmcCaller } from './requests.ts';
import type { TraitChanges } from './traits.ts';

export interface Modelled {
  readonly controller: ManagementController;
  readonly operator: PowerClient;
  readonly fenceAgent: PowerClient;
  readonly profile: BmcProfile;
}

type Manners = Pick<ClientOptions, 'isPatient' | 'takesTransitionForOn'>;

export interface FleetControllersParts {
  readonly kernel: Kernel;
  readonly fleet: HostFleet;
  readonly timeoutMs: number;
  readonly softTimeoutMs: number;
  /** A reading of this host may have changed. */
  readonly changed: (host: number) => void;
  readonly loginRefused: (host: number, who: string, code: 401 | 403) => void;
}

export class FleetControllers {
  private readonly parts: FleetControllersParts;
  private readonly modelled = new Map<number, Modelled>();
  private readonly listeners: ((host: number) => void)[] = [];
  private hangs = 0;

  constructor(parts: FleetControllersParts) {
    this.parts = parts;
    const { fleet, kernel } = parts;
    for (const host of fleet.hosts) {
      if (host.config.bmc !== undefined) this.add(host, host.config.bmc);
    }
    fleet.stateAfterLossBy((host) => this.modelled.get(host)?.controller.stateAfterLoss());
    fleet.onChange((host) => {
      this.modelled.get(host)?.controller.hostChanged();
      this.tell(host);
    });
    fleet.observe({
      faultShown: (_fault, host) => this.partsChanged(host),
      faultEnded: (fault, host, by) => this.faultEnded(fault, fleet.host(host), by === 'person'),
      bootStarted: (host) => {
        const modelled = this.modelled.get(host);
        if (modelled !== undefined) kernel.call(kernel.nowMs, () => this.steer(fleet.host(host), modelled.controller));
      },
    });
  }

  /** Hears whenever what a controller tells of its host may have changed. */
  onChange(listener: (host: number) => void): void {
    this.listeners.push(listener);
  }

  private tell(host: number): void {
    for (const listener of this.listeners) listener(host);
  }

  /** A part of the host failed, or works again. */
  private partsChanged(host: number): void {
    const modelled = this.modelled.get(host);
    if (modelled === undefined) return;
    modelled.controller.equipment.look();
    this.tell(host);
  }

  /** Undefined where the controller is ideal. */
  of(host: number): Modelled | undefined {
    return this.modelled.get(host);
  }

  /** A fault changes the controller of this host until it is relieved of it. */
  afflict(host: number, fault: number, changes: TraitChanges): ManagementController {
    const record = this.parts.fleet.host(host);
    const { controller } = this.modelled.get(host) ?? this.add(record, PLAIN_MODEL);
    controller.afflict(fault, changes);
    return controller;
  }

  relieve(host: number, fault: number): void {
    this.modelled.get(host)?.controller.relieve(fault);
  }

  /** These hosts have power again: their controllers start. */
  powerReturned(hosts: readonly number[]): void {
    for (const host of hosts) this.modelled.get(host)?.controller.start();
  }

  /** Power and network let requests through to this controller, and it is not one that hangs. */
  isLinked(host: Host): boolean {
    return !hasActive(host, 'bmcUnreachable') && this.isConnected(host);
  }

  /** As `isLinked`, where a controller that hangs by itself is still there, and says what it says then. */
  isConnected(host: Host): boolean {
    const { power, network } = this.parts.fleet;
    const isAway = host.active.some(({ id, class: faultClass }) => faultClass === 'bmcUnreachable' && id >= 0);
    if (!power.fed(host.index) || isAway) return false;
    if (!network.connects(host.index, 'controllers', 'bmc')) return false;
    const traits = this.modelled.get(host.index)?.controller.traits;
    if (traits === undefined) return true;
    if (traits.sideband && !this.hasPort(host)) return false;
    return !host.active.some((fault) => this.diesWith(fault, host));
  }

  /**
   * The host is started with the deploy agent as its one-time boot source.
   * `other`: it boots something else; `stopped`: it boots nothing; `refused`: the controller does not take the boot source.
   */
  startAgent(host: number): 'agent' | 'other' | 'stopped' | 'refused' {
    const modelled = this.modelled.get(host);
    if (modelled === undefined) return 'agent';
    const { controller, profile } = modelled;
    if (!controller.overrideOnce('Pxe', profile.bootModeAlwaysNamed === true)) return 'refused';
    const source = controller.hostStarts();
    if (source === 'network') return 'agent';
    return source === 'disk' ? 'other' : 'stopped';
  }

  private add(host: Host, model: BmcModelConfig): Modelled {
    const { kernel, fleet, timeoutMs, softTimeoutMs, changed, loginRefused } = this.parts;
    const managed = new FleetManagedHost(kernel, fleet, host, () => this.hang(host.index));
    const controller = new ManagementController({
      kernel,
      host: managed,
      base: changesOfModel(model),
      changed: () => {
        changed(host.index);
        this.tell(host.index);
      },
      loginRefused: (who, code) => loginRefused(host.index, who, code),
    });
    const protocol = host.config.bmcProtocol ?? 'redfish';
    const client = (caller: Omit<BmcCaller, 'protocol'>, manners: Manners): PowerClient => {
      const options: ClientOptions = { timeoutMs, softTimeoutMs, ...manners, isLinked: () => this.isLinked(host) };
      return new PowerClient(kernel, controller, { ...caller, protocol }, options);
    };
    const modelled: Modelled = {
      controller,
      profile: bmcProfile(model.profile),
      operator: client(
        { auth: 'session', who: 'host-operator', verifies: model.verifiesCertificate, keepsAlive: true },
        { isPatient: true, takesTransitionForOn: false },
      ),
      fenceAgent: client(
        { auth: 'basic', who: 'fence-agent', verifies: false, keepsAlive: false },
        { isPatient: false, takesTransitionForOn: true },
      ),
    };
    this.modelled.set(host.index, modelled);
    return modelled;
  }

  /** What firmware was told to boot, where that is not the disk. */
  private steer(host: Host, controller: ManagementController): void {
    if (host.stage !== 'firmware') return;
    const source = controller.hostStarts();
    if (source === 'nothing' || source === 'screen') this.parts.fleet.stopInFirmware(host.index);
    else if (source !== 'disk') this.parts.fleet.enterForeignAgent(host.index);
  }

  /** Nobody but a person gets a controller out of this, who pulls its plug: to everybody else it is a fault like any other. */
  private hang(host: number): void {
    this.hangs++;
    const { kernel, fleet } = this.parts;
    fleet.strike({
      id: -this.hangs,
      class: 'bmcUnreachable',
      subject: host,
      bornAtMs: kernel.nowMs,
      level: 'person',
      durationMs: 1,
    });
  }

  private faultEnded(fault: Fault, host: Host, byPerson: boolean): void {
    const modelled = this.modelled.get(host.index);
    if (modelled === undefined) return;
    this.partsChanged(host.index);
    const wasReset = fault.class === 'bmcUnreachable' && byPerson;
    if (wasReset || this.diesWith(fault, host)) modelled.controller.start();
  }

  /** The port of the host, which a controller without one of its own is heard through. */
  private hasPort(host: Host): boolean {
    const isUp = this.parts.fleet.network.connects(host.index, 'controllers', 'api');
    return isUp && !suffers(host, 'offNetwork');
  }

  /** Some deaths take the controller along: which, is the same under all policies. */
  private diesWith({ class: faultClass, bornAtMs }: Fault, host: Host): boolean {
    if (faultClass !== 'hostDead') return false;
    const share = this.modelled.get(host.index)?.controller.traits.diesWithHostShare ?? 0;
    if (share === 0) return false;
    return host.draws.at(host.bareMetalHost, 'bmc/dies with its host', Math.floor(bornAtMs / 1000)) < share;
  }
}

const PLAIN_MODEL: BmcModelConfig = { profile: 'generic', quirks: [], traits: {}, verifiesCertificate: true };
