// Vendor profiles: the quirks that controllers of one make were seen to have, together. A profile is a starting point: a firmware
// level may lack a quirk or have another, and what nobody reported is not in it.
//
// Divergence from reality
// - A profile has what was reported of the make at all; no single machine need have all of it.
// - Rates and lengths that no report gives are those of the quirk's own assumption.

import type { BmcModelConfig } from '../../config.ts';
import { type QuirkName, quirkNamed } from './quirks.ts';
import type { TraitChanges } from './traits.ts';

export interface BmcProfile {
  readonly name: string;
  readonly words: string;
  /** How `systemVendor.manufacturer` of an inspected host begins, in lower case; empty: no import takes this profile. */
  readonly manufacturers: readonly string[];
  readonly quirks: readonly QuirkName[];
  /** What a machine with such a controller calls itself, where nothing else tells. Assumption: a usual model of the make. */
  readonly machine: { readonly manufacturer: string; readonly model: string };
  /** By which its maker is known to IPMI and SNMP. Source: IANA, private enterprise numbers; of nobody: RFC 5612. */
  readonly enterpriseNumber: number;
  /**
   * The provisioner knows the make, and names the mode in every change of its boot settings. Source: ironic release note
   * restrict-sync-mode (Supermicro), management.py VENDORS_REQUIRING_FULL_BOOT_REQUEST (AMI, ASRock Rack).
   */
  readonly bootModeAlwaysNamed?: boolean;
}

export const BMC_PROFILES = [
  {
    name: 'generic',
    words: 'A plain controller that keeps to the standard.',
    manufacturers: [],
    quirks: [],
    machine: { manufacturer: 'Generated', model: 'server' },
    enterpriseNumber: 32473,
  },
  {
    name: 'dell-idrac9',
    words: 'Dell iDRAC9',
    manufacturers: ['dell'],
    machine: { manufacturer: 'Dell Inc.', model: 'PowerEdge R750' },
    enterpriseNumber: 674,
    quirks: [
      'on-while-on-refused',
      'some-resets-unknown',
      'few-sessions',
      'not-ready-after-start',
      'no-system-after-job-clear',
      'busy-after-change',
      'tasks-vanish',
      'no-health-while-off',
      'extended-info-is-object',
    ],
  },
  {
    name: 'dell-idrac10',
    words: 'Dell iDRAC10',
    manufacturers: [],
    machine: { manufacturer: 'Dell Inc.', model: 'PowerEdge R770' },
    enterpriseNumber: 674,
    quirks: [
      'on-refused-after-off',
      'on-while-on-refused',
      'boot-values-in-settings',
      'not-ready-after-start',
      'extended-info-is-object',
    ],
  },
  {
    name: 'hpe-ilo4',
    words: 'HPE iLO 4',
    manufacturers: [],
    machine: { manufacturer: 'HP', model: 'ProLiant DL360 Gen9' },
    enterpriseNumber: 11,
    quirks: ['reset-while-off-refused', 'second-change-refused', 'no-logout', 'false-memory-alarm', 'slow-power-cycle'],
  },
  {
    name: 'hpe-ilo5',
    words: 'HPE iLO 5',
    manufacturers: ['hp', 'hewlett'],
    machine: { manufacturer: 'HPE', model: 'ProLiant DL360 Gen10' },
    enterpriseNumber: 11,
    quirks: [
      'reset-while-off-refused',
      'second-change-refused',
      'boot-refused-during-post',
      'boot-enabled-needs-target',
      'boot-mode-not-writable',
      'no-logout',
    ],
  },
  {
    name: 'supermicro',
    words: 'Supermicro X11 and later',
    manufacturers: ['supermicro', 'super micro'],
    machine: { manufacturer: 'Supermicro', model: 'SYS-620P-TRT' },
    enterpriseNumber: 10876,
    quirks: ['boot-mode-resets', 'boot-enabled-reverts', 'virtual-cd-is-usb', 'silent-after-burst'],
    bootModeAlwaysNamed: true,
  },
  {
    name: 'supermicro-x10',
    words: 'Supermicro X10',
    manufacturers: [],
    machine: { manufacturer: 'Supermicro', model: 'SYS-6018R-TDW' },
    enterpriseNumber: 10876,
    quirks: ['no-boot-mode', 'boot-enabled-reverts', 'virtual-cd-is-usb', 'silent-after-burst', 'inactive-session'],
  },
  {
    name: 'lenovo-xcc',
    words: 'Lenovo XClarity Controller',
    manufacturers: ['lenovo'],
    machine: { manufacturer: 'Lenovo', model: 'ThinkSystem SR650' },
    enterpriseNumber: 19046,
    quirks: ['some-resets-unknown', 'boot-restoration-screen', 'if-match-required', 'if-match-needs-session'],
  },
  {
    name: 'openbmc',
    words: 'OpenBMC with bmcweb',
    manufacturers: ['ibm', 'nvidia'],
    machine: { manufacturer: 'OpenBMC', model: 'romulus' },
    enterpriseNumber: 49871,
    quirks: [
      'soft-off-turns-hard',
      'reset-without-answer',
      'reads-before-changes',
      'clock-wrong-after-start',
      'only-cipher-17',
      'capped-connections',
    ],
  },
  {
    name: 'fujitsu-irmc-s6',
    words: 'Fujitsu iRMC S6',
    manufacturers: ['fujitsu'],
    machine: { manufacturer: 'FUJITSU', model: 'PRIMERGY RX2540 M7' },
    enterpriseNumber: 10368,
    quirks: ['ipmi-off'],
  },
  {
    name: 'ami-megarac',
    words: 'AMI MegaRAC, ASRock Rack',
    manufacturers: ['ami', 'asrock'],
    machine: { manufacturer: 'AMI', model: 'MegaRAC' },
    enterpriseNumber: 20974,
    quirks: ['boot-needs-all-fields'],
    bootModeAlwaysNamed: true,
  },
] as const satisfies readonly BmcProfile[];

export type BmcProfileName = (typeof BMC_PROFILES)[number]['name'];

export const BMC_PROFILE_NAMES: readonly BmcProfileName[] = BMC_PROFILES.map(({ name }) => name);

export function bmcProfile(name: BmcProfileName): BmcProfile {
  const profile = BMC_PROFILES.find((candidate) => candidate.name === name);
  if (profile === undefined) throw new RangeError(`no profile ${name}`);
  return profile;
}

/** The profile of a make, by what an inspection found; undefined where none fits. */
export function profileOfManufacturer(manufacturer: string): BmcProfileName | undefined {
  const text = manufacturer.trim().toLowerCase();
  return BMC_PROFILES.find(({ manufacturers }) => manufacturers.some((start: string) => text.startsWith(start)))?.name;
}

/** What a model changes, the weakest first: quirks of its profile, its own quirks, single settings. */
export function changesOfModel({ profile, quirks, traits }: BmcModelConfig): readonly TraitChanges[] {
  const names = [...new Set<QuirkName>([...bmcProfile(profile).quirks, ...quirks])];
  return [...names.map((name) => quirkNamed(name).traits ?? {}), traits];
}
