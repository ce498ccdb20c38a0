// Schema of `faults.clients`: what goes wrong between controllers and the API server, and with controllers' own processes.
// One shape per class; what no class of its own needs is common to all.

import * as z from 'zod/mini';
import { whenSchema } from './schema-faults.ts';
import { count, durationMs, durationSpread, positive, share } from './schema-values.ts';

const names = z.array(z.string().check(z.minLength(1))).check(z.minLength(1));

const common = {
  name: z.optional(z.string().check(z.minLength(1))),
  at: z.optional(durationMs).check(z.describe('Once, after the start of the run. Either this, perYear or when.')),
  perYear: z.optional(positive).check(z.describe('At random instants, the same for all policies.')),
  when: z.optional(whenSchema).check(z.describe('It waits for something to happen, as faults of the script do.')),
  for: durationSpread.check(z.describe('How long it lasts each time.')),
  controllers: z.optional(names).check(z.describe('Names of controllers; all when absent.')),
};

const kinds = z
  .optional(names)
  .check(z.describe('Kinds such as Node or Machine.machine.openshift.io; all when absent.'));

const aim = {
  share: z.optional(share).check(z.describe('Of the requests or events that it may strike; 100% when absent.')),
  kinds,
  atMost: z.optional(count).check(z.describe('It strikes at most so many each time that it comes.')),
};

const verbs = z
  .optional(z.array(z.enum(['create', 'patch', 'delete', 'evict', 'read'])).check(z.minLength(1)))
  .check(z.describe('All when absent.'));

export const clientFaultSchema = z.lazy(() =>
  z.discriminatedUnion('fault', [
    z.strictObject({
      fault: z.literal('apiServerOutage'),
      ...common,
      answers: z
        .optional(z.enum(['refused', 'none']))
        .check(z.describe('refused (default): 503 at once. none: silence, and nobody knows.')),
    }),
    z.strictObject({
      fault: z.literal('apiErrors'),
      ...common,
      ...aim,
      verbs,
      code: z.literal([409, 429, 500, 503, 504]),
      retryAfter: z.optional(durationMs).check(z.describe('With 429 and 503: the client tries again by itself.')),
    }),
    z.strictObject({ fault: z.literal('lostReplies'), ...common, ...aim, verbs }),
    z.strictObject({ fault: z.literal('lostRequests'), ...common, ...aim, verbs }),
    z.strictObject({ fault: z.literal('slowRequests'), ...common, ...aim, verbs, delay: durationSpread }),
    z.strictObject({
      fault: z.literal('watchBreak'),
      ...common,
      kinds,
      afterwards: z
        .optional(z.enum(['resume', 'relist']))
        .check(z.describe('resume: missed events follow. relist (default): 410 Expired, and a new list.')),
    }),
    z.strictObject({ fault: z.literal('lateEvents'), ...common, ...aim, delay: durationSpread }),
    z.strictObject({ fault: z.literal('lostEvents'), ...common, ...aim }),
    z.strictObject({ fault: z.literal('doubledEvents'), ...common, ...aim }),
    z.strictObject({ fault: z.literal('controllerCrash'), ...common }),
    z.strictObject({
      fault: z.literal('crashBetweenActions'),
      ...common,
      share: z.optional(share).check(z.describe('Of the points before and after each action; 100% when absent.')),
      atMost: z.optional(count).check(z.describe('At most so many crashes each time that it comes.')),
      restartAfter: durationSpread.check(z.describe('From a crash to the start of the successor.')),
    }),
    z.strictObject({
      fault: z.literal('staleRestart'),
      ...common,
      behind: durationMs.check(z.describe('The successor lists from a server that is so late.')),
      catchUp: durationMs.check(z.describe('After this the server has caught up, and the rest is heard.')),
    }),
    z.strictObject({ fault: z.literal('controllerPause'), ...common }),
  ]),
);

export type ClientFaultSpec = z.output<typeof clientFaultSchema>;
