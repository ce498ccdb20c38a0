// Quirks of power: what controllers refuse, forget, delay and say wrongly when somebody switches a host or asks how it is.

import { MINUTE_MS, SECOND_MS } from '../../../kernel/time-units.ts';
import { RESET_TYPES } from '../requests.ts';
import type { Quirk } from './quirk.ts';

export const POWER_QUIRKS = [
  {
    id: 'Q1',
    name: 'on-refused-after-off',
    words: 'On is refused with 409 for up to a minute after power was cut, and then accepted.',
    vendors: 'Dell iDRAC10',
    source: 'ironic conf/redfish.py power_on_conflict_*, observed up to about 60 s; Launchpad 2162995',
    traits: { onRefusedAfterOffMs: 60 * SECOND_MS },
  },
  {
    id: 'Q2',
    name: 'on-while-on-refused',
    words: 'On while the host is on: 409, already powered on.',
    vendors: 'Dell iDRAC9',
    source: 'dell/dellemc-openmanage-ansible-modules issue 132',
    traits: { onWhileOn: { code: 409, messageId: 'IDRAC.1.6.PSU501' } },
  },
  {
    id: 'Q3',
    name: 'reset-while-off-refused',
    words: 'Any reset while the host is off: 400, power is off.',
    vendors: 'HPE iLO',
    source: 'goldyfruit/ansible-ilo issue 1; HewlettPackard/python-redfish-utility issue 72',
    traits: {
      offWhileOff: { code: 400, messageId: 'iLO.0.10.InvalidOperationForSystemState' },
      restartWhileOff: { code: 400, messageId: 'iLO.0.10.InvalidOperationForSystemState' },
    },
  },
  {
    id: 'Q4',
    name: 'second-change-refused',
    words: 'A second change of power soon after the first: 400, and later it works.',
    vendors: 'HPE iLO',
    source: 'sushy release note retry-ilo-not-ready-error; how long, nobody says. Assumption: 15 s',
    traits: {
      coolDownMs: 15 * SECOND_MS,
      coolDown: { code: 400, messageId: 'iLO.2.13.InvalidOperationForSystemState' },
    },
  },
  {
    id: 'Q27',
    name: 'says-on-while-off',
    words:
      'PowerState stays On although the host was switched off, until it is switched on or the controller is reset.',
    vendors: 'OpenBMC; one Dell R740 report',
    source: 'openbmc/bmcweb issue 12; redhat-performance/badfish issue 383',
    traits: { powerStaysOn: true },
  },
  {
    id: 'Q28',
    name: 'force-off-ignored',
    words: 'ForceOff is answered with success, and nothing happens.',
    vendors: 'SONiC BMC bridge',
    source: 'sonic-net/sonic-mgmt issue 27237',
    traits: { ignoredResets: ['ForceOff'] },
  },
  {
    id: 'Q29',
    name: 'soft-off-needs-system',
    words: 'GracefulShutdown is accepted, and a host without a running system (in firmware, waiting for PXE) stays on.',
    vendors: 'all',
    source: 'ironcore-dev/metal-operator PR 129; apache/cloudstack issue 12921',
    traits: { firmwareIgnoresButton: true },
  },
  {
    id: 'Q30',
    name: 'soft-off-turns-hard',
    words: 'A soft power-off waits five minutes for the host, and then cuts the power.',
    vendors: 'OpenBMC',
    source: 'openbmc/openbmc issue 1921',
    traits: { hardOffAfterMs: 5 * MINUTE_MS },
  },
  {
    id: 'Q31',
    name: 'graceful-restart-stays-off',
    words: 'GracefulRestart shuts the host down and never boots it again.',
    vendors: 'OpenBMC 2.8',
    source: 'openbmc/phosphor-state-manager issue 12',
    traits: { gracefulRestartStaysOff: true },
  },
  {
    id: 'Q32',
    name: 'some-resets-unknown',
    words: 'GracefulRestart and PushPowerButton are not among the allowable values: 400.',
    vendors: 'Dell R740xd; Lenovo',
    source: 'redhat-performance/badfish issue 10; ironcore-dev/metal-operator PR 129',
    traits: { refusedResets: ['GracefulRestart', 'PushPowerButton'] },
  },
  {
    id: 'Q36',
    name: 'lockdown-ignores-resets',
    words: 'In lockdown mode every reset is reported as sent, and none happens.',
    vendors: 'Dell R750',
    source: 'dsx-ai-factory/infra-controller PR 1498',
    traits: {
      ignoredResets: RESET_TYPES,
    },
  },
  {
    id: 'Q45',
    name: 'hangs-at-power-on',
    words: 'On works, and the host hangs in its memory initialisation: on for ever, and no operating system.',
    vendors: 'Lenovo IMM',
    source: 'xcat2/xcat-core issue 2449; how often, nobody says. Assumption: every time while the quirk is asked for',
    traits: { powerOnHangShare: 1 },
  },
  {
    id: 'Q47',
    name: 'on-lost-while-shutting-down',
    words: 'On during a shutdown is accepted and forgotten: the host ends off.',
    vendors: 'kubevirtbmc',
    source: 'kubevirtbmc/kubevirtbmc issue 219',
    traits: { onLostWhileShuttingDown: true },
  },
  {
    id: 'Q56',
    name: 'slow-power-cycle',
    words: 'The off phase of a power cycle takes about six seconds, and PowerState lags behind.',
    vendors: 'HPE iLO 4',
    source: 'HP DL360p Gen8 manual, cold boot; the lag has no figure. Assumption: 5 s',
    traits: { cycleOffMs: 6 * SECOND_MS, powerLagMs: 5 * SECOND_MS },
  },
] as const satisfies readonly Quirk[];
