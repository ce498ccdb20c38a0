// What makes one management controller differ from another, as data. Vendor profiles, quirks and faults are changes of these
// fields; the parts of the model read nothing else, so that each can be had alone and by name.

import type { Distribution } from '../../kernel/distributions.ts';
import { MINUTE_MS, SECOND_MS } from '../../kernel/time-units.ts';
import type { AfterLossConfig } from '../../power/power-config.ts';
import type { Refusal, ResetType } from './requests.ts';

export interface BmcTraits {
  // Its answers

  /** From a request to its answer. */
  readonly answerMs: Distribution;
  /** From a login to its answer. */
  readonly loginMs: Distribution;
  /** From a single message of IPMI to its answer, at least 0; a call of an IPMI client is a dozen of them. */
  readonly messageMs: Distribution;
  /** What the way there and back takes, beside its own time; 0 for one that is near. */
  readonly wayMs: number;
  /** Requests in hand at once; a further one is refused. */
  readonly connectionsMax: number;
  readonly speaksIpmi: boolean;
  /** A request is carried out, and its answer is lost. */
  readonly replyLostShare: number;
  /** A command is carried out a second time, `twiceAfterMs` later. */
  readonly deliveredTwiceShare: number;
  readonly twiceAfterMs: number;
  /** Requests that are refused although nothing is wrong. */
  readonly busyShare: number;
  readonly busyRefusal: Refusal;
  /** After so many calls of IPMI clients within a time it falls silent for another. 0 calls: never. */
  readonly burst: { readonly calls: number; readonly withinMs: number; readonly silentMs: number };

  // Its power and its network

  /** Of the deaths of its host, the share that it shares. */
  readonly diesWithHostShare: number;
  /** It has no port of its own: it is heard through that of its host, beside its own network. */
  readonly sideband: boolean;

  // Who is let in

  readonly sessionsMax: number;
  readonly sessionIdleMs: number;
  readonly sessionsFull: Refusal;
  /** Sessions that others hold for good. */
  readonly sessionsOfOthers: number;
  readonly logoutWorks: boolean;
  /** `accepted`, or the code with which everybody's name and password are refused. */
  readonly credentials: 'accepted' | 401 | 403;
  /** After so many refused logins nobody is let in for a time. 0 logins: never. */
  readonly lockOut: { readonly after: number; readonly forMs: number };
  readonly certificateValid: boolean;

  // The computer that it is

  /** From a start of its own to its first answer. */
  readonly bootMs: Distribution;
  /** After that, for so long, it refuses. */
  readonly notReadyMs: number;
  readonly notReadyBlocks: 'everything' | 'changes';
  readonly notReady: Refusal;
  readonly refusesEverything: Refusal | 'never';
  /** After a change it is busy with itself. */
  readonly busyAfterChangeMs: number;
  readonly busyAfterChange: Refusal;
  /** The request for its reset is answered before it goes. */
  readonly answersReset: boolean;
  readonly resetCutsHostPower: boolean;
  /** What a start of its own does to commands that it has accepted and not carried out. */
  readonly startLosesCommands: boolean;
  /** So many changes of power make it start anew, each without an answer. */
  readonly startsAtCommands: number;
  readonly clockOffsetAfterStartMs: number;
  /** Its service ends so many times a day. 0: never. */
  readonly crashesPerDay: number;
  /** How long a crash lasts; `untilReset`: until somebody resets it. */
  readonly crashMs: Distribution | 'untilReset';
  /** What it says while crashed; `silence`: nothing. */
  readonly crashed: Refusal | 'silence';
  /** An update takes it away, and then it comes and goes so many times. */
  readonly updateAwayMs: number;
  readonly updateFlaps: number;
  readonly updateFlapMs: number;

  // Power of the host

  readonly refusedResets: readonly ResetType[];
  readonly refusedReset: Refusal;
  /** Accepted, and nothing happens. */
  readonly ignoredResets: readonly ResetType[];
  /** What is said to a command whose end is there already; `done`: that it is done. */
  readonly onWhileOn: Refusal | 'done';
  readonly offWhileOff: Refusal | 'done';
  readonly restartWhileOff: Refusal | 'done';
  /** After power was cut, `On` is refused for so long. */
  readonly onRefusedAfterOffMs: number;
  readonly onRefusedAfterOff: Refusal;
  /** After a change of power, any other is refused for so long. */
  readonly coolDownMs: number;
  readonly coolDown: Refusal;
  /** Beyond what the hardware takes. */
  readonly effectDelayMs: Distribution;
  /** `On` is forgotten while the operating system shuts down. */
  readonly onLostWhileShuttingDown: boolean;
  /** Only a running operating system hears the power button; firmware does not. */
  readonly firmwareIgnoresButton: boolean;
  /** An operating system that has not powered off after so long is cut off. Infinity: it is waited for. */
  readonly hardOffAfterMs: number;
  readonly gracefulRestartStaysOff: boolean;
  /** Off phase of a power cycle. */
  readonly cycleOffMs: number;
  /** After a commanded off it switches the host on by itself. Infinity: never. */
  readonly switchesOnAfterMs: number;
  /** Share of the power-ons after which the host hangs in its memory initialisation. */
  readonly powerOnHangShare: number;
  /** What the host does when its power returns; `asElsewhere`: as hosts without a modelled controller. */
  readonly stateAfterLoss: AfterLossConfig['state'] | 'asElsewhere';
  /** What it says of power: this much later than it is so. */
  readonly powerLagMs: number;
  /** While power changes it says so, or says nothing, instead of what was. */
  readonly powerWhileChanging: 'before' | 'transitional' | 'null';
  /** It never knows. */
  readonly powerUnknown: boolean;
  /** It says what it was told last to do, whatever became of it. */
  readonly powerShowsCommand: boolean;
  /** It goes on to say On when the host was switched off, until the host is switched on or it is reset. */
  readonly powerStaysOn: boolean;

  // Boot override

  readonly bootRefusedDuringPost: Refusal | 'accepted';
  readonly bootEnabledNeedsTarget: boolean;
  readonly bootModeWritable: boolean;
  readonly bootModeKnown: boolean;
  /** A change that says no mode sets it to its default, Legacy. */
  readonly bootModeResets: boolean;
  /** A change that does not say how often is for once. */
  readonly bootEnabledReverts: boolean;
  readonly bootNeedsAll: boolean;
  readonly bootAt: 'system' | 'settings';
  readonly virtualCd: 'Cd' | 'UsbCd';
  /** One-time overrides are accepted, and the host boots from its disk. */
  readonly bootOnceIgnored: boolean;
  /** An override counts only from so long after it was accepted. */
  readonly bootJobMs: number;
  /** An override that expires is over after so long without a command to the power of the host. */
  readonly bootFlagsMs: number;
  /** After so many changes in a row firmware asks a person what to do. Infinity: never. */
  readonly bootChangesMax: number;

  // Jobs and health

  readonly jobMs: number;
  /** From the acceptance of a job until its task can be found. */
  readonly taskHiddenMs: number;
  /** Tasks are gone as soon as they are done. */
  readonly taskPurged: boolean;
  /** After the job queue was cleared the system cannot be found for so long. */
  readonly systemGoneAfterClearMs: number;
  /** Health stays as it was at its last start. */
  readonly healthStale: boolean;
  readonly healthUnknownWhileOff: boolean;
  /** From so long after its start it reports a DIMM that is well. Infinity: never. */
  readonly falseAlarmAfterMs: number;
}

export type TraitChanges = Partial<BmcTraits>;

/** A plain controller that keeps to the standard. Its neighbours differ from it by what their profile says. */
export const PLAIN_TRAITS: BmcTraits = {
  // Source: measured against an emulator, 0.23 s for a whole fence_redfish status of four requests. Assumption: a
  // real controller takes 0.1 to 2 s a request, most often 0.4 s.
  answerMs: { kind: 'triangular', min: 100, mode: 400, max: 2 * SECOND_MS },
  loginMs: { kind: 'triangular', min: 200, mode: 800, max: 3 * SECOND_MS }, // Assumption: a password hash beside the request.
  // Assumption: a dozen of them make a call of some tenths of a second. No published table has it; emulators answer at once.
  messageMs: { kind: 'triangular', min: 5, mode: 20, max: 100 },
  wayMs: 0,
  connectionsMax: Number.POSITIVE_INFINITY,
  speaksIpmi: true,
  replyLostShare: 0,
  deliveredTwiceShare: 0,
  twiceAfterMs: 10 * SECOND_MS, // Assumption: a proxy or a library repeats after its own time-out.
  busyShare: 0,
  busyRefusal: { code: 503, messageId: 'ServiceTemporarilyUnavailable' },
  burst: { calls: 0, withinMs: 1, silentMs: 0 },

  diesWithHostShare: 0,
  sideband: false,

  sessionsMax: 64, // Assumption: none that any caller here reaches; vendors with few say so in their profile.
  sessionIdleMs: 30 * MINUTE_MS, // Source: Redfish SessionTimeout 1800 s on iDRAC and in bmcweb.
  sessionsFull: { code: 503, messageId: 'SessionLimitExceeded' },
  sessionsOfOthers: 0,
  logoutWorks: true,
  credentials: 'accepted',
  lockOut: { after: 0, forMs: 0 },
  certificateValid: true,

  bootMs: { kind: 'constant', value: 90 * SECOND_MS }, // Assumption: as DEFAULT_BMC.bootMs, from standby power to the first answer.
  notReadyMs: 0,
  notReadyBlocks: 'everything',
  notReady: { code: 503, messageId: 'ServiceTemporarilyUnavailable' },
  refusesEverything: 'never',
  busyAfterChangeMs: 0,
  busyAfterChange: { code: 503, messageId: 'ServiceTemporarilyUnavailable' },
  answersReset: true,
  resetCutsHostPower: false,
  startLosesCommands: true, // Assumption: a command lives in the controller's memory.
  startsAtCommands: 0,
  clockOffsetAfterStartMs: 0,
  crashesPerDay: 0,
  crashMs: { kind: 'constant', value: 0 },
  crashed: 'silence',
  updateAwayMs: 5 * MINUTE_MS, // Source: ironic conf/redfish.py firmware_update_bmc_timeout 300 s (Q35).
  updateFlaps: 0,
  updateFlapMs: 30 * SECOND_MS, // Source: ironic conf/redfish.py firmware_update_validation_interval 30 s (Q35).

  refusedResets: [],
  refusedReset: { code: 400, messageId: 'ActionParameterValueNotInList' },
  ignoredResets: [],
  onWhileOn: 'done',
  offWhileOff: 'done',
  restartWhileOff: 'done',
  onRefusedAfterOffMs: 0,
  onRefusedAfterOff: { code: 409, messageId: 'ActionParameterValueConflict' },
  coolDownMs: 0,
  coolDown: { code: 400, messageId: 'InvalidOperationForSystemState' },
  effectDelayMs: { kind: 'constant', value: 0 },
  onLostWhileShuttingDown: false,
  firmwareIgnoresButton: false,
  hardOffAfterMs: Number.POSITIVE_INFINITY,
  gracefulRestartStaysOff: false,
  cycleOffMs: SECOND_MS, // Assumption: the shortest off phase that discharges a supply; longer ones are quirks.
  switchesOnAfterMs: Number.POSITIVE_INFINITY,
  powerOnHangShare: 0,
  stateAfterLoss: 'asElsewhere',
  powerLagMs: 0,
  powerWhileChanging: 'before',
  powerUnknown: false,
  powerShowsCommand: false,
  powerStaysOn: false,

  bootRefusedDuringPost: 'accepted',
  bootEnabledNeedsTarget: false,
  bootModeWritable: true,
  bootModeKnown: true,
  bootModeResets: false,
  bootEnabledReverts: false,
  bootNeedsAll: false,
  bootAt: 'system',
  virtualCd: 'Cd',
  bootOnceIgnored: false,
  bootJobMs: 0,
  bootFlagsMs: MINUTE_MS, // Source: IPMI 2.0 specification table 28-14, parameter 3.
  bootChangesMax: Number.POSITIVE_INFINITY,

  jobMs: 2 * MINUTE_MS, // Assumption: a configuration job between two boots.
  taskHiddenMs: 0,
  taskPurged: false,
  systemGoneAfterClearMs: 0,
  healthStale: false,
  healthUnknownWhileOff: false,
  falseAlarmAfterMs: Number.POSITIVE_INFINITY,
};

/** Later changes win over earlier ones; lists of reset types grow together. */
export function traitsOf(changes: readonly TraitChanges[]): BmcTraits {
  let traits: BmcTraits = PLAIN_TRAITS;
  for (const change of changes) {
    traits = {
      ...traits,
      ...change,
      refusedResets: [...traits.refusedResets, ...(change.refusedResets ?? [])],
      ignoredResets: [...traits.ignoredResets, ...(change.ignoredResets ?? [])],
    };
  }
  return traits;
}
