// A host of the fleet as its management controller sees and moves it.

import type { BootProgress } from '../../../core/facts.ts';
import type { FaultName } from '../../faults/catalogue.ts';
import { type Distribution, sample } from '../../kernel/distributions.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { MINUTE_MS } from '../../kernel/time-units.ts';
import { bootProgressAt, type Host, hasActive, hearsPowerButton, powerDraw } from '../host.ts';
import type { HostFleet } from '../host-fleet.ts';
import { isUpdating, powerRefusalOf } from '../power-refusal.ts';
import type { Part } from './event-log.ts';
import type { HostActivity, ManagedHost } from './managed-host.ts';
import type { Refusal } from './requests.ts';

/** Faults that are the failure of a part which a controller has a sensor for. */
const FAILED_PARTS: Readonly<Partial<Record<FaultName, Part>>> = {
  hostDead: 'systemBoard',
  diskFailure: 'dataDisk',
  raidLost: 'dataDisk',
  systemDiskDead: 'systemDisk',
  memoryErrors: 'memory',
  redundancyLost: 'powerSupply',
  networkCardDown: 'networkCard',
};

/** Assumption: as of any panic. */
const DUMP_MS: Distribution = { kind: 'uniform', min: MINUTE_MS, max: 8 * MINUTE_MS };

const NONE: readonly Part[] = [];

export class FleetManagedHost implements ManagedHost {
  private readonly kernel: Kernel;
  private readonly fleet: HostFleet;
  private readonly host: Host;
  private readonly drawn = new Map<string, number>();
  private readonly hangs: () => void;

  /** @param hangs the controller waits for somebody to reset it. */
  constructor(kernel: Kernel, fleet: HostFleet, host: Host, hangs: () => void) {
    this.kernel = kernel;
    this.fleet = fleet;
    this.host = host;
    this.hangs = hangs;
  }

  powered(): boolean {
    return this.fleet.powered(this.host.index);
  }

  bootProgress(): BootProgress {
    return bootProgressAt(this.host, this.kernel.nowMs);
  }

  isUpdating(): boolean {
    return isUpdating(this.host);
  }

  systemUuid(): string {
    return this.fleet.systemUuid(this.host.index);
  }

  isFed(): boolean {
    return this.fleet.power.fed(this.host.index);
  }

  activity(): HostActivity {
    if (!this.powered()) return 'off';
    const { stage, stopped } = this.host;
    if (stage === 'stuck' || stage === 'dump' || stopped !== undefined || hasActive(this.host, 'hostDead'))
      return 'stands';
    return stage === 'firmware' || stage === 'idle' ? 'firmware' : 'system';
  }

  failedParts(): readonly Part[] {
    if (this.host.active.length === 0) return NONE;
    const failed = new Set<Part>();
    for (const fault of this.host.active) {
      const part = FAILED_PARTS[fault.class];
      if (part !== undefined) failed.add(part);
    }
    return [...failed];
  }

  hasPanicked(): boolean {
    return this.host.stage === 'dump';
  }

  isInFirmware(): boolean {
    return this.host.stage === 'firmware';
  }

  buttonHeardBy(): 'system' | 'firmware' | 'nobody' {
    return buttonHeardBy(this.host);
  }

  powerRefusal(to: 'up' | 'down'): Refusal | undefined {
    return powerRefusalOf(this.host, to);
  }

  isSound(): boolean {
    return !this.host.tooHot && !hasActive(this.host, 'hostDead') && !hasActive(this.host, 'diskFailure');
  }

  takesMs(what: 'powerOff' | 'powerOn' | 'shutdown'): number {
    const { powerOffMs, powerOnMs, shutdownMs } = this.host.hardware;
    const distribution = what === 'powerOff' ? powerOffMs : what === 'powerOn' ? powerOnMs : shutdownMs;
    return Math.max(1, Math.round(sample(distribution, powerDraw(this.host))));
  }

  cutPower(): void {
    this.fleet.powerOff(this.host.index, 'remediation');
  }

  switchOn(by: 'command' | 'itself'): void {
    this.fleet.powerOn(this.host.index, by === 'command' ? 'remediation' : 'self');
  }

  warmReset(): void {
    if (this.powered()) this.fleet.warmReboot(this.host.index, 'remediation');
  }

  interrupt(): void {
    this.fleet.panic(this.host.index, Math.max(1, Math.round(sample(DUMP_MS, this.chance('dump')))));
  }

  stopInFirmware(): void {
    this.fleet.stopInFirmware(this.host.index);
  }

  chance(purpose: string): number {
    const index = this.drawn.get(purpose) ?? 0;
    this.drawn.set(purpose, index + 1);
    return this.host.draws.at(this.host.bareMetalHost, `bmc/${purpose}`, index);
  }

  controllerHangs(): void {
    this.hangs();
  }
}

/** Where no operating system runs, firmware hears the power button; one that hangs or has panicked is deaf. */
function buttonHeardBy(host: Host): 'system' | 'firmware' | 'nobody' {
  if (!hearsPowerButton(host)) return 'nobody';
  const { stage } = host;
  return stage === 'up' || stage === 'joining' || stage === 'agent' ? 'system' : 'firmware';
}
