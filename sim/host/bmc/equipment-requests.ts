// What a management controller can be asked about everything beside power and boot: sensors, event log, identify light, virtual media,
// firmware settings, watchdog, accounts, sessions. Nothing in a virtual run asks these; whoever serves Redfish or IPMI does.

import type { BmcAccount, Role } from './accounts.ts';
import type { LogEntry, ReportedEvent } from './event-log.ts';
import type { FirmwareSettings } from './firmware-settings.ts';
import type { Sensor } from './sensors.ts';
import type { MediaSlot, Medium } from './virtual-media.ts';
import type { WatchdogSettings, WatchdogState } from './watchdog.ts';

/** Redfish LocationIndicatorActive and IndicatorLED, IPMI Chassis Identify. */
export type Indicator = 'Off' | 'Blinking' | 'Lit';

export type EquipmentRequest =
  /** Any page or command of the service that tells or changes nothing which is modelled: it costs what a request costs. */
  | { readonly ask: 'visit' }
  /** What is told to everybody, such as the root of a service: nobody is asked who he is. */
  | { readonly ask: 'greet' }
  | { readonly ask: 'sensors' }
  | { readonly ask: 'log' }
  | { readonly ask: 'clearLog' }
  /** Puts it into the log. */
  | { readonly ask: 'report'; readonly report: ReportedEvent }
  | { readonly ask: 'indicator' }
  /** `forMs`: goes out by itself after that; absent: stays. */
  | { readonly ask: 'setIndicator'; readonly indicator: Indicator; readonly forMs?: number }
  | { readonly ask: 'media' }
  /** Replaces what was in the slot. */
  | {
      readonly ask: 'insertMedium';
      readonly slot: MediaSlot;
      readonly image: string;
      readonly writeProtected: boolean;
    }
  | { readonly ask: 'ejectMedium'; readonly slot: MediaSlot }
  | { readonly ask: 'firmwareSettings' }
  /** They hold from the next start of the host on; all or none of them are taken. */
  | { readonly ask: 'setFirmwareSettings'; readonly attributes: Readonly<Record<string, unknown>> }
  | { readonly ask: 'resetFirmwareSettings' }
  | { readonly ask: 'watchdog' }
  | { readonly ask: 'setWatchdog'; readonly watchdog: WatchdogSettings }
  /** Starts it, or starts it anew; refused while it was never set. */
  | { readonly ask: 'feedWatchdog' }
  | { readonly ask: 'accounts' }
  | { readonly ask: 'createAccount'; readonly account: NewAccount }
  | { readonly ask: 'changeAccount'; readonly slot: number; readonly change: AccountChange }
  | { readonly ask: 'deleteAccount'; readonly slot: number }
  | { readonly ask: 'sessions' }
  /** Another's session, or the own one. */
  | { readonly ask: 'endSession'; readonly session: number };

export interface NewAccount {
  readonly name: string;
  readonly password: string;
  readonly role: Role;
  /** Absent: enabled. */
  readonly enabled?: boolean;
  /** Absent: not. */
  readonly mustChangePassword?: boolean;
  /** IPMI writes to a slot of its choice; absent: the first that is free. */
  readonly slot?: number;
}

export type AccountChange = Partial<Pick<NewAccount, 'name' | 'password' | 'role' | 'enabled' | 'mustChangePassword'>>;

/** A session that somebody holds; those that others hold for good (`sessionsOfOthers`) are not listed. */
export interface HeldSession {
  readonly session: number;
  readonly who: string;
}

export type EquipmentAnswer =
  | { readonly kind: 'sensors'; readonly sensors: readonly Sensor[] }
  /** Oldest first. */
  | { readonly kind: 'log'; readonly entries: readonly LogEntry[] }
  /** `id`: of its entry. */
  | { readonly kind: 'reported'; readonly id: number }
  | { readonly kind: 'indicator'; readonly indicator: Indicator }
  | { readonly kind: 'media'; readonly media: readonly Medium[] }
  | { readonly kind: 'firmwareSettings'; readonly settings: FirmwareSettings }
  | { readonly kind: 'watchdog'; readonly watchdog: WatchdogState }
  /** Without passwords. `locked`: after too many wrong ones nobody is let in by name at present. */
  | { readonly kind: 'accounts'; readonly accounts: readonly Omit<BmcAccount, 'password'>[]; readonly locked: boolean }
  | { readonly kind: 'account'; readonly slot: number }
  | { readonly kind: 'sessions'; readonly sessions: readonly HeldSession[] };
