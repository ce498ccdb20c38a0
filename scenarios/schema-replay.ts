// Schema of `faults.replay`: a trace of recorded failures that happen again.

import * as z from 'zod/mini';
import type { FaultName } from '../sim/config.ts';
import { lazyObject, positive } from './schema-values.ts';
import { REPLAYABLE_FAULTS } from './trace/replayable-faults.ts';

export const replaySchema = lazyObject(() => ({
  file: z.string().check(z.minLength(1), z.describe('CSV file of the trace, relative to this file (docs/traces.md).')),
  hosts: z
    .optional(z.union([z.enum(['byName', 'inOrder']), z.record(z.string(), z.string())]))
    .check(
      z.describe(
        'Hosts of the trace by their names (the default), in order onto the hosts that are no control plane, or { name in the trace: host }.',
      ),
    ),
  from: z
    .optional(z.string())
    .check(z.describe('Day or instant of the trace with which the run starts. Default: that of its first failure.')),
  to: z.optional(z.string()).check(z.describe('Failures from this day or instant on are left out.')),
  scale: z
    .optional(positive)
    .check(z.describe('Failures come so many times as often; each lasts as long as recorded. Default: 1.')),
  fault: z
    .optional(z.enum(REPLAYABLE_FAULTS as [FaultName, ...FaultName[]]))
    .check(z.describe('Of failures about which the trace does not say which fault they were.')),
  severity: z
    .optional(z.enum(['drawn', 'any']))
    .check(
      z.describe(
        'What ends a failure before its recorded end. drawn: what the cures of its fault say, drawn anew in every world. any: every remediation.',
      ),
    ),
}));

export type ReplaySpec = z.output<typeof replaySchema>;
