// Quirks of the boot override: what changes it, what does not, and what boots after all.

import { SECOND_MS } from '../../../kernel/time-units.ts';
import type { Quirk } from './quirk.ts';

export const BOOT_QUIRKS = [
  {
    id: 'Q5',
    name: 'boot-refused-during-post',
    words: 'A change of the boot settings while firmware runs: 400.',
    vendors: 'HPE iLO 5, iLO 6',
    source: 'ironcore-dev/metal-operator issue 997; Launchpad 2136275',
    traits: { bootRefusedDuringPost: { code: 400, messageId: 'iLO.2.25.UnableToModifyDuringSystemPOST' } },
  },
  {
    id: 'Q6',
    name: 'boot-enabled-needs-target',
    words: 'BootSourceOverrideEnabled is refused while the target is None.',
    vendors: 'HPE iLO',
    source: 'ironcore-dev/metal-operator PR 998',
    traits: { bootEnabledNeedsTarget: true },
  },
  {
    id: 'Q7',
    name: 'boot-mode-not-writable',
    words: 'A change that names BootSourceOverrideMode is refused as a whole.',
    vendors: 'HPE iLO 5',
    source: 'ansible-collections/community.general issue 3509; metal3-io/metal3-docs PR 581',
    traits: { bootModeWritable: false },
  },
  {
    id: 'Q8',
    name: 'boot-mode-resets',
    words:
      'A change without BootSourceOverrideMode sets the mode to its default: a system installed for UEFI is not found.',
    vendors: 'Supermicro',
    source: 'DMTF/Redfishtool PR 106; ironic release note restrict-sync-mode',
    traits: { bootModeResets: true },
  },
  {
    id: 'Q9',
    name: 'boot-enabled-reverts',
    words: 'A change without BootSourceOverrideEnabled is for once.',
    vendors: 'Supermicro',
    source: 'ironic release note supermicro-redfish-override-enabled',
    traits: { bootEnabledReverts: true },
  },
  {
    id: 'Q10',
    name: 'no-boot-mode',
    words: 'There is no BootSourceOverrideMode at all.',
    vendors: 'Supermicro X10',
    source: 'ironcore-dev/metal-operator issue 982',
    traits: { bootModeKnown: false },
  },
  {
    id: 'Q11',
    name: 'virtual-cd-is-usb',
    words: 'The boot source of virtual media is UsbCd, and Cd is none.',
    vendors: 'Supermicro',
    source: 'sushy release notes change-bootdev-smc, supermicro-vmedia-dev-workaround',
    traits: { virtualCd: 'UsbCd' },
  },
  {
    id: 'Q12',
    name: 'boot-once-ignored',
    words: 'A one-time override is accepted, and the host boots from its disk.',
    vendors: 'Dell iDRAC9; Supermicro',
    source: 'ironcore-dev/metal-operator issue 80; redhat-performance/jetlag issue 18',
    traits: { bootOnceIgnored: true },
  },
  {
    id: 'Q13',
    name: 'boot-needs-all-fields',
    words: 'A change has to name target, enabled and mode; anything less is refused.',
    vendors: 'AMI; ASRock Rack',
    source: 'ironic drivers/modules/redfish/management.py VENDORS_REQUIRING_FULL_BOOT_REQUEST',
    traits: { bootNeedsAll: true },
  },
  {
    id: 'Q14',
    name: 'boot-through-settings',
    words: 'Boot settings are taken at the settings resource only.',
    vendors: 'Nokia; others',
    source: 'sushy release notes use-settingsobject, check-for-boot-attrs',
    traits: { bootAt: 'settings' },
  },
  {
    id: 'Q15',
    name: 'boot-values-in-settings',
    words: 'The allowable values of the boot source stand in the settings resource only.',
    vendors: 'Dell iDRAC10',
    source: 'sushy release note idrac10-settings-resource',
    wire: { bootAllowableValuesAt: 'settings' },
  },
  {
    id: 'Q44',
    name: 'boot-restoration-screen',
    words:
      'After too many changes of the boot settings firmware asks a person what to do, and the host does not come up.',
    vendors: 'Lenovo',
    source: 'ironic release note limit-boot-to-disk, Launchpad 2053064; how many, nobody says. Assumption: 4',
    traits: { bootChangesMax: 4 },
  },
  {
    id: 'Q46',
    name: 'boot-job-too-late',
    words: 'Firmware is done before the boot job is ready: the host boots what it booted before.',
    vendors: 'Dell',
    source: 'ironic release note drac-fix-power-on; how late, nobody says. Assumption: 30 s',
    traits: { bootJobMs: 30 * SECOND_MS },
  },
] as const satisfies readonly Quirk[];
