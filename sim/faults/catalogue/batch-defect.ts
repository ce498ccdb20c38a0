// H22: a batch of one hardware model has a defect, and host after host of it fails.
//
// Divergence from reality
// - Batches are hardware models: serial numbers and firmware versions are not told apart within one.
// - Nobody learns from the first hosts: the rest fails all the same, and a host that failed is not spared a second fault.

import { DAY_MS } from '../../kernel/time-units.ts';
import { AT_ITS_TIME, CALENDAR_FAULT } from '../defaults.ts';
import { defineFault } from '../fault-definition.ts';

export const BATCH_DEFECT = defineFault({
  id: 'H22',
  name: 'batchDefect',
  family: 'H',
  says: 'A share of all hosts of the hardware model of the target fails in the same way, one after the other.',
  strikes: 'host',
  background: 'scripted',
  usual: {
    ...CALENDAR_FAULT,
    durationMs: { kind: 'constant', value: 0 }, // Assumption: what lasts are the faults that come of it.
    cures: AT_ITS_TIME,
  },
  parameters: {
    affected: {
      kind: 'share',
      field: 'affected',
      says: 'share of the hosts of the model',
      source: 'Assumption: a third; no distribution of batch sizes was found',
      least: 0,
      most: 1,
      default: 1 / 3,
    },
    withinMs: {
      kind: 'duration',
      field: 'within',
      says: 'from the first to the last of them, evenly',
      source: 'Assumption: a firmware counter that overflows does so within the days in which the hosts were installed',
      least: 1,
      most: 3650 * DAY_MS,
      default: 7 * DAY_MS,
    },
    failure: {
      kind: 'choice',
      field: 'failure',
      says: 'how they fail, with the length and severity of that fault',
      source: 'Assumption: panics are what bad firmware and bad memory look like',
      of: ['kernelPanic', 'osHang', 'hostDead', 'networkCardDown', 'memoryErrors', 'bootStops', 'failSlow'],
      default: 'kernelPanic',
    },
  },
  systemGoesOn: true,
  callsNobody: true,
  course: 'Nothing stops it once it has begun.',
  threatens: ['B1', 'B7'],
  begins: ({ fleet, kernel, draws, breaks }, { subject, bornAtMs, parameters }) => {
    const { hardware } = fleet.host(subject).config;
    for (const { index, bareMetalHost, config } of fleet.hosts) {
      if (config.hardware !== hardware) continue;
      const stream = draws.stream(bareMetalHost, `batch defect/${bornAtMs}`);
      if (stream.at(0) >= parameters.affected) continue;
      const afterMs = Math.max(1, Math.round(stream.at(1) * parameters.withinMs));
      kernel.call(kernel.nowMs + afterMs, () =>
        breaks(index, parameters.failure, { length: stream.at(2), severity: stream.at(3) }),
      );
    }
    return undefined;
  },
});
