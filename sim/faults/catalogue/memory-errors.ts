// H13: a memory module is going: errors that are corrected first, then panics, again and again.
//
// Divergence from reality
// - No page is retired and no rank is spared: what begins with corrected errors always ends with panics.
// - Nobody acts on corrected errors before somebody notices them.

import { sample } from '../../kernel/distributions.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../kernel/time-units.ts';
import { BROKEN_PART } from '../defaults.ts';
import { defineFault, type StruckFault } from '../fault-definition.ts';
import type { FaultParameters } from '../fault-parameter.ts';
import type { FaultParts } from '../fault-parts.ts';

const PARAMETERS = {
  warningMs: {
    kind: 'durationSpread',
    field: 'warning',
    says: 'how long errors are corrected before the first panic',
    source:
      'Assumption: days. Source of the order: Schroeder, Pinheiro and Weber, SIGMETRICS 2009, uncorrectable errors are 27 to 400 times as likely in a month with corrected ones',
    default: { kind: 'lognormal', median: 7 * DAY_MS, sigma: 1 },
  },
  betweenMs: {
    kind: 'durationSpread',
    field: 'between',
    says: 'from one panic to the next',
    source: 'Assumption: hours, so that a reboot looks like a cure',
    default: { kind: 'lognormal', median: 6 * HOUR_MS, sigma: 1 },
  },
  dumpMs: {
    kind: 'durationSpread',
    field: 'dump',
    says: 'how long the kernel writes its dump at each',
    source: 'Assumption: as of any panic',
    default: { kind: 'uniform', min: MINUTE_MS, max: 8 * MINUTE_MS },
  },
} as const satisfies FaultParameters;

export const MEMORY_ERRORS = defineFault({
  id: 'H13',
  name: 'memoryErrors',
  family: 'H',
  says: 'A memory module returns wrong data, which is corrected at first; later the kernel panics, each time some while after its boot.',
  strikes: 'host',
  background: 'onRequest',
  usual: BROKEN_PART,
  parameters: PARAMETERS,
  systemGoesOn: true,
  course: 'A person notices some day and replaces the module. Every reboot helps, and not for long.',
  threatens: ['B1', 'L2'],
  begins: (parts, fault) => {
    parts.crew.noticeLate(fault.subject, fault.class);
    return panicking(parts, fault);
  },
});

/** Panics by its draws until it is let go of; one that finds the host down is none. */
function panicking(
  { kernel, fleet }: FaultParts,
  { subject, bornAtMs, parameters }: StruckFault<typeof PARAMETERS>,
): () => void {
  const host = fleet.host(subject);
  const stream = host.draws.stream(host.bareMetalHost, `memory errors/${bornAtMs}`);
  let isOver = false;
  const panicAfter = (afterMs: number, panics: number): void => {
    kernel.call(kernel.nowMs + Math.max(1, Math.round(afterMs)), () => {
      if (isOver) return;
      fleet.panic(subject, Math.max(1, Math.round(sample(parameters.dumpMs, stream.at(2 * panics + 1)))));
      panicAfter(sample(parameters.betweenMs, stream.at(2 * panics + 2)), panics + 1);
    });
  };
  panicAfter(sample(parameters.warningMs, stream.at(0)), 0);
  return () => {
    isOver = true;
  };
}
