// What a scenario says about a hardware model, resolved: nothing that it does not say changes how hosts of it boot.

import { expect, test } from 'vitest';
import { faultsConfig, hardwareModels } from '../../scenarios/world-config.ts';
import { DEFAULT_DEGRADING, DEFAULT_HARDWARE } from '../../sim/defaults.ts';
import { DEFAULT_COMPONENTS } from '../../sim/host/component-defaults.ts';
import { writtenRun } from '../kit/written-study.ts';
import { smallScenario } from './small-scenario.ts';

test.each([
  { given: 'nothing', own: {}, adds: {} },
  {
    given: 'a factor',
    own: { memory: { testFactor: 3 } },
    adds: { memory: { testFactor: 3, initialisedBy: 'everyBoot' } },
  },
  {
    given: 'when memory is initialised',
    own: { memory: { initialisedBy: 'coldBoot' } },
    adds: { memory: { testFactor: 1, initialisedBy: 'coldBoot' } },
  },
  { given: 'how many boots stop', own: { bootStopShare: 0.01 }, adds: { bootStopShare: 0.01 } },
  { given: 'what a panic ends in', own: { afterPanic: 'halt' }, adds: { afterPanic: 'halt' } },
] as const)('a model of which the scenario says $given', ({ own, adds }) => {
  expect(hardwareModels({}, { model: own })).toEqual({ model: { ...DEFAULT_HARDWARE, ...adds } });
});

test('what is made by hand is nothing that the scenario does not say', () => {
  const own = { handMade: { nodeLabels: ['zone'], raid: true } };
  expect(hardwareModels({}, { model: own })).toEqual({
    model: { ...DEFAULT_HARDWARE, handMade: { nodeLabels: ['zone'], firmwareSettings: false, raid: true } },
  });
});

test('what a model has already stays beside what the scenario says', () => {
  const found = { model: { ...DEFAULT_HARDWARE, memory: { testFactor: 2, initialisedBy: 'coldBoot' } } } as const;
  expect(hardwareModels(found, { model: { memory: { testFactor: 3 } } })).toEqual({
    model: { ...DEFAULT_HARDWARE, memory: { testFactor: 3, initialisedBy: 'coldBoot' } },
  });
});

test('parts are as usual where the scenario says nothing about them', () => {
  const own = {
    components: { powerSupply: { spare: 0, perYear: 1 }, dataDisk: { age: { kind: 'constant', value: 0 } } },
  } as const;
  expect(hardwareModels({}, { model: own })).toEqual({
    model: {
      ...DEFAULT_HARDWARE,
      components: {
        ...DEFAULT_COMPONENTS,
        powerSupply: { ...DEFAULT_COMPONENTS.powerSupply, spare: 0, perYear: 1 },
        dataDisk: { ...DEFAULT_COMPONENTS.dataDisk, ageMs: { kind: 'constant', value: 0 } },
      },
    },
  });
});

test.each([
  { background: 'none', components: undefined },
  { background: '{}', components: DEFAULT_COMPONENTS },
])('with faults.background $background, a model that asks for parts has them or not', ({ background, components }) => {
  const { config } = writtenRun(
    { scenarioFile: 's.yaml' },
    {
      's.yaml': smallScenario(
        '[{ name: none }]',
        `  hardware: { server: { components: {} } }\n  faults: { background: ${background} }\n`,
      ),
    },
  );
  expect(config.hardware.server?.components).toEqual(components);
});

test('a class of faults that a scenario makes degrading has the usual absences where it does not say others', () => {
  const { background } = { background: { osHang: { degrading: { share: 0.3, until: 'reprovision' } } } } as const;
  const { osHang, kubeletDead } = faultsConfig({ background }).classes;
  expect([osHang.degrading, kubeletDead.degrading]).toEqual([
    { ...DEFAULT_DEGRADING, share: 0.3, until: 'reprovision' },
    undefined,
  ]);
});
