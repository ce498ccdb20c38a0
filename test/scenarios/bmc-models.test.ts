// Management controllers in the scenario language: what is written for a host goes before its hardware model, and that before what an
// import found; wrong names are told with their place.

import { describe, expect, test } from 'vitest';
import { loadStudy } from '../../scenarios/compile.ts';
import type { BmcModelConfig } from '../../sim/config.ts';
import { profileOfManufacturer } from '../../sim/host/bmc/profiles.ts';
import { writtenStudy } from '../kit/written-study.ts';
import { memoryFiles } from './memory-files.ts';
import { smallScenario } from './small-scenario.ts';

const NONE = '[{ name: none }]';

function loaded(more: string) {
  return loadStudy({ scenarioFile: 's.yaml' }, memoryFiles({ 's.yaml': smallScenario(NONE, more) }));
}

/** Of two workers and a master. */
function models(more: string): Readonly<Record<string, BmcModelConfig | undefined>> {
  const study = loaded(more);
  if ('problems' in study) throw new Error(study.problems.map(({ message }) => message).join('\n'));
  const { hosts } = study.study.config;
  const named = ['worker-0', 'worker-1', 'master-0'];
  return Object.fromEntries(named.map((name) => [name, hosts.find((host) => host.name === name)?.bmc]));
}

const PLAIN: BmcModelConfig = { profile: 'generic', quirks: [], traits: {}, verifiesCertificate: true };

describe('management controllers in a scenario', () => {
  test.each([
    {
      given: 'nothing: all are ideal',
      more: '',
      expected: { 'worker-0': undefined, 'worker-1': undefined, 'master-0': undefined },
    },
    {
      given: 'a hardware model, and one host of its own',
      more: `  hardware:
    server: { bmc: { profile: dell-idrac9, quirks: [force-off-ignored], sessions: 4 } }
  bmc:
    hosts:
      worker-1: { answer: 3s, message: 0ms, diesWithHost: 50%, sideband: true, afterPowerLoss: "on", verifiesCertificate: false }
`,
      expected: {
        'worker-0': { ...PLAIN, profile: 'dell-idrac9', quirks: ['force-off-ignored'], traits: { sessionsMax: 4 } },
        'worker-1': {
          ...PLAIN,
          traits: {
            answerMs: { kind: 'constant', value: 3000 },
            messageMs: { kind: 'constant', value: 0 },
            diesWithHostShare: 0.5,
            sideband: true,
            stateAfterLoss: 'on',
          },
          verifiesCertificate: false,
        },
        'master-0': { ...PLAIN, profile: 'dell-idrac9', quirks: ['force-off-ignored'], traits: { sessionsMax: 4 } },
      },
    },
    {
      given: 'the manufacturers that an inspection found, of which nothing is known here',
      more: '  bmc: { profiles: imported, hosts: { worker-0: { profile: openbmc } } }\n',
      expected: { 'worker-0': { ...PLAIN, profile: 'openbmc' }, 'worker-1': PLAIN, 'master-0': PLAIN },
    },
  ] as const)('$given', ({ more, expected }) => {
    expect(models(more)).toEqual(expected);
  });

  test.each([
    {
      given: 'names that are none',
      more: `  hardware: { server: { bmc: { profile: idrac9 } } }
  bmc: { hosts: { worker-1: { quirks: [force-off-ignore] } } }
`,
      expected: [
        'MT105 10: "spec.hardware.server.bmc.profile" is "idrac9", which is not one of its values -> did you mean "dell-idrac9"?',
        'MT105 11: "spec.bmc.hosts.worker-1.quirks[0]" is "force-off-ignore", which is not one of its values -> did you mean "force-off-ignored"?',
      ],
    },
    {
      given: 'a host that is not there',
      more: '  bmc: { hosts: { worker-17: {} } }\n',
      expected: ['MT123 10: the cluster has no host "worker-17" -> did you mean "worker-1"?'],
    },
  ])('$given', ({ more, expected }) => {
    const study = loaded(more);
    const problems = 'problems' in study ? study.problems : [];
    expect(problems.map(({ code, line, message, remedy }) => `${code} ${line}: ${message} -> ${remedy}`)).toEqual(
      expected,
    );
  });

  test('a fault of a controller in a script, with what it can be told', () => {
    const study = loaded(`  faults:
    script:
      - { at: 5m, fault: bmcIgnoresCommands, target: { host: worker-1 }, for: 1h, commands: all, claims: true }
      - { at: 6m, fault: bmcSlow, target: { node: worker-2 }, answer: 40s }
`);
    if ('problems' in study) throw new Error(study.problems.map(({ message }) => message).join('\n'));
    expect(study.study.config.script.map(({ fault, target, parameters }) => ({ fault, target, parameters }))).toEqual([
      { fault: 'bmcIgnoresCommands', target: 'worker-1', parameters: { commands: 'all', claims: true } },
      { fault: 'bmcSlow', target: 'worker-2', parameters: { answerMs: { kind: 'constant', value: 40_000 } } },
    ]);
  });

  test('of an imported cluster each host gets what its manufacturer is known for, and verifies nothing', () => {
    const { config } = writtenStudy(
      {
        scenarioFile: 'imported.yaml',
        clusterPaths: ['test/fixtures/openshift/must-gather.local.1', 'test/fixtures/openshift/lists'],
      },
      {
        'imported.yaml': `apiVersion: metaltwin.dev/v1alpha1
kind: Scenario
metadata: { name: imported }
spec: { bmc: { profiles: imported }, policies: [{ name: none }] }
`,
      },
    );
    expect(Object.fromEntries(config.hosts.map(({ name, bmc }) => [name, bmc?.profile]))).toEqual({
      'openshift-master-0': 'dell-idrac9',
      'openshift-worker-0': 'dell-idrac9',
      'openshift-worker-2': 'dell-idrac9',
      'openshift-worker-5': 'dell-idrac9',
      'openshift-worker-8': 'hpe-ilo5',
      'openshift-worker-10': 'hpe-ilo5',
      'openshift-worker-11': 'hpe-ilo5',
      'openshift-worker-12': 'hpe-ilo5',
    });
    // Every one of them has disableCertificateVerification.
    expect(config.hosts.filter(({ bmc }) => bmc?.verifiesCertificate !== false)).toEqual([]);
  });

  test.each([
    ['Dell Inc.', 'dell-idrac9'],
    ['HPE', 'hpe-ilo5'],
    ['Hewlett Packard Enterprise', 'hpe-ilo5'],
    ['Supermicro', 'supermicro'],
    ['LENOVO', 'lenovo-xcc'],
    ['FUJITSU', 'fujitsu-irmc-s6'],
    ['QEMU', undefined],
    ['', undefined],
  ])('hosts made by "%s" have controllers like %s', (manufacturer, profile) => {
    expect(profileOfManufacturer(manufacturer)).toBe(profile);
  });
});
