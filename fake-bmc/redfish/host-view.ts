// A served host as the resources read it: one reading a question, all of one instant.

import type { BmcAccount } from '../../sim/host/bmc/accounts.ts';
import type { HeldSession, Indicator } from '../../sim/host/bmc/equipment-requests.ts';
import type { LogEntry } from '../../sim/host/bmc/event-log.ts';
import type { FirmwareSettings } from '../../sim/host/bmc/firmware-settings.ts';
import type { TaskState } from '../../sim/host/bmc/jobs.ts';
import type { WireDialect } from '../../sim/host/bmc/quirks/quirk.ts';
import type { BmcAnswer, BmcRead, BootOverride, Health } from '../../sim/host/bmc/requests.ts';
import type { Sensor } from '../../sim/host/bmc/sensors.ts';
import type { BmcTraits } from '../../sim/host/bmc/traits.ts';
import type { Medium } from '../../sim/host/bmc/virtual-media.ts';
import type { Inventory } from '../inventory.ts';
import type { ServedHost } from '../served-hosts.ts';
import { type Identity, identityOf } from './identity.ts';
import { ROOT } from './metadata.ts';

/** What people write on a controller, and what changes nothing. Assumption: empty from the factory. */
export interface HostNotes {
  assetTag: string;
  timeServers: readonly string[];
}

type Answer<K extends BmcAnswer['kind']> = Extract<BmcAnswer, { readonly kind: K }>;

export class HostView {
  readonly served: ServedHost;
  readonly identity: Identity;
  readonly notes: HostNotes = { assetTag: '', timeServers: [] };

  constructor(served: ServedHost) {
    this.served = served;
    this.identity = identityOf(served.profile.name);
  }

  /** In the collections of systems, chassis and managers. */
  get id(): string {
    return this.served.systemId;
  }

  get name(): string {
    return this.served.name;
  }

  get systemUri(): string {
    return `${ROOT}/Systems/${this.id}`;
  }

  get chassisUri(): string {
    return `${ROOT}/Chassis/${this.id}`;
  }

  get managerUri(): string {
    return `${ROOT}/Managers/${this.id}`;
  }

  get inventory(): Inventory {
    return this.served.inventory;
  }

  get traits(): BmcTraits {
    return this.served.traits;
  }

  get dialect(): WireDialect {
    return this.served.dialect;
  }

  /** Boot settings, or the values that they allow, stand in a settings resource. */
  hasBootSettings(): boolean {
    return this.traits.bootAt === 'settings' || this.dialect.bootAllowableValuesAt === 'settings';
  }

  power(): Answer<'power'> {
    return this.told({ ask: 'power' }, 'power');
  }

  boot(): BootOverride {
    return this.told({ ask: 'boot' }, 'boot').boot;
  }

  health(): Health {
    return this.told({ ask: 'health' }, 'health').health;
  }

  indicator(): Indicator {
    return this.told({ ask: 'indicator' }, 'indicator').indicator;
  }

  sensors(): readonly Sensor[] {
    return this.told({ ask: 'sensors' }, 'sensors').sensors;
  }

  log(): readonly LogEntry[] {
    return this.told({ ask: 'log' }, 'log').entries;
  }

  media(): readonly Medium[] {
    return this.told({ ask: 'media' }, 'media').media;
  }

  firmwareSettings(): FirmwareSettings {
    return this.told({ ask: 'firmwareSettings' }, 'firmwareSettings').settings;
  }

  accounts(): readonly Omit<BmcAccount, 'password'>[] {
    return this.told({ ask: 'accounts' }, 'accounts').accounts;
  }

  isLocked(): boolean {
    return this.told({ ask: 'accounts' }, 'accounts').locked;
  }

  sessions(): readonly HeldSession[] {
    return this.told({ ask: 'sessions' }, 'sessions').sessions;
  }

  tasks(): readonly TaskState[] {
    return this.told({ ask: 'tasks' }, 'tasks').tasks;
  }

  /** The system can be found: it may be gone for a while after its jobs were cleared. */
  isSystemGone(): boolean {
    return this.served.isSystemGone();
  }

  private told<K extends BmcAnswer['kind']>(read: BmcRead, kind: K): Answer<K> {
    const answer = this.served.told(read);
    if (answer.kind !== kind) throw new RangeError(`${read.ask} is told as ${answer.kind}`);
    return answer as Answer<K>;
  }
}
