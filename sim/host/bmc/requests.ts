// What a management controller can be asked and told, and what comes back: the resources and commands of Redfish and IPMI without
// their spelling. Whoever speaks a protocol turns its messages into these and back.

import type { BootProgress } from '../../../core/facts.ts';
import type { AfterLossConfig } from '../../power/power-config.ts';
import type { EquipmentAnswer, EquipmentRequest, Indicator } from './equipment-requests.ts';
import type { TaskState } from './jobs.ts';

/** Redfish names; IPMI's chassis control is a part of them. */
export const RESET_TYPES = [
  'On',
  'ForceOff',
  'GracefulShutdown',
  'GracefulRestart',
  'ForceRestart',
  'PowerCycle',
  'PushPowerButton',
  'Nmi',
] as const;

export type ResetType = (typeof RESET_TYPES)[number];

/** Redfish ComputerSystem.PowerState; null while the controller does not know. */
export type ShownPower = 'On' | 'Off' | 'PoweringOn' | 'PoweringOff' | null;

/** Redfish Boot.BootSourceOverrideTarget, as far as anybody here uses it. */
export type BootTarget = 'None' | 'Pxe' | 'Hdd' | 'Cd' | 'UsbCd';
export type BootEnabled = 'Disabled' | 'Once' | 'Continuous';
export type BootMode = 'UEFI' | 'Legacy';

/** What a boot change says; what it leaves out stays as it is, unless the controller thinks otherwise. */
export interface BootChange {
  readonly target?: BootTarget;
  readonly enabled?: BootEnabled;
  readonly mode?: BootMode;
}

export interface BootOverride {
  readonly target: BootTarget;
  readonly enabled: BootEnabled;
  /** Absent: the controller has no such property. */
  readonly mode?: BootMode;
}

/** What ends a boot override that expires before a start of the host has used it. */
export interface BootEnds {
  /** Nobody starts, stops or resets the host for `bootFlagsMs`. */
  readonly byTime: boolean;
  /** The watchdog resets the host. */
  readonly byWatchdog: boolean;
}

export type Health = 'OK' | 'Critical' | null;

export type BmcRequest =
  | { readonly ask: 'login' }
  | { readonly ask: 'logout' }
  | { readonly ask: 'power' }
  /** `whileOn`: refused while the host is off, as IPMI has it for cycle and reset. */
  | { readonly ask: 'reset'; readonly type: ResetType; readonly whileOn?: true }
  /** All that IPMI's chassis status tells at once. */
  | { readonly ask: 'chassis' }
  | { readonly ask: 'boot' }
  /** `at`: the system resource, or its settings resource. `expires`: it ends by itself, as the boot flags of IPMI do. */
  | { readonly ask: 'setBoot'; readonly boot: BootChange; readonly at: 'system' | 'settings'; readonly expires?: true }
  /** What ends a boot override that expires. Until somebody says otherwise, or the controller starts: both. */
  | { readonly ask: 'setBootEnds'; readonly ends: BootEnds }
  | { readonly ask: 'health' }
  | { readonly ask: 'clock' }
  /** Sets the controller's own clock, until its next start: so far from true time. */
  | { readonly ask: 'setClock'; readonly offsetMs: number }
  | { readonly ask: 'setStateAfterLoss'; readonly state: AfterLossConfig['state'] }
  | { readonly ask: 'startJob' }
  | { readonly ask: 'task'; readonly task: number }
  /** Those that can be found now. */
  | { readonly ask: 'tasks' }
  | { readonly ask: 'clearJobs' }
  | { readonly ask: 'resetController' }
  /** Accepted as a job; the controller is away at once. */
  | { readonly ask: 'updateFirmware' }
  | EquipmentRequest;

const CORE_READS = ['power', 'chassis', 'boot', 'health', 'clock', 'task', 'tasks'] as const;
const EQUIPMENT_READS = ['visit', 'sensors', 'log', 'indicator', 'media', 'firmwareSettings', 'watchdog'] as const;
const PEOPLE_READS = ['greet', 'accounts', 'sessions'] as const;

/** Requests that change nothing. */
export type BmcRead = Extract<
  BmcRequest,
  { readonly ask: (typeof CORE_READS | typeof EQUIPMENT_READS | typeof PEOPLE_READS)[number] }
>;

const READS: ReadonlySet<BmcRequest['ask']> = new Set([...CORE_READS, ...EQUIPMENT_READS, ...PEOPLE_READS]);

export function changesSomething({ ask }: BmcRequest): boolean {
  return !READS.has(ask) && ask !== 'login' && ask !== 'logout';
}

/** HTTP status and the end of a MessageId of an answer that is no; for IPMI `code` is the completion code. */
export interface Refusal {
  readonly code: number;
  readonly messageId: string;
  readonly retryAfterMs?: number;
}

export type BmcAnswer =
  | { readonly kind: 'done' }
  | { readonly kind: 'session'; readonly session: number }
  | {
      readonly kind: 'power';
      readonly power: ShownPower;
      readonly systemUuid: string;
      readonly bootProgress: BootProgress;
      /** New firmware is being written. */
      readonly isUpdating: boolean;
    }
  | {
      readonly kind: 'chassis';
      readonly power: ShownPower;
      /** Undefined: as hosts without a modelled controller. */
      readonly stateAfterLoss: AfterLossConfig['state'] | undefined;
      readonly indicator: Indicator;
    }
  | { readonly kind: 'boot'; readonly boot: BootOverride }
  | { readonly kind: 'health'; readonly health: Health }
  /** Of the controller's own clock, against true time. */
  | { readonly kind: 'clock'; readonly offsetMs: number }
  /** Accepted: the rest is told by the task. */
  | { readonly kind: 'accepted'; readonly task: number }
  | { readonly kind: 'task'; readonly state: 'Running' | 'Completed' }
  /** In the order of their starts. */
  | { readonly kind: 'tasks'; readonly tasks: readonly TaskState[] }
  | EquipmentAnswer
  | ({ readonly kind: 'refused' } & Refusal);

/** How somebody comes to a controller. */
export interface BmcCaller {
  readonly protocol: 'redfish' | 'ipmi';
  /**
   * `session`: logs in once and keeps the session. `basic`: says name and password with every request. `none`: asks what anybody may,
   * such as how to log in.
   */
  readonly auth: 'session' | 'basic' | 'none';
  /** Names the credentials, for whoever counts refused logins. */
  readonly who: string;
  /** Name or password is not one of its accounts: it is turned away, and each time counts towards a lock-out. */
  readonly isStranger?: true;
  /** Of a login before; IPMI without one logs in for each request. */
  readonly session?: number | undefined;
  /** It asks so often that its session never idles out. */
  readonly keepsAlive: boolean;
  /** A certificate that is not valid ends the conversation. */
  readonly verifies: boolean;
}
