// Schema of `faults.clients`: what goes wrong between controllers and the API server, and with controllers' own processes.
// One shape per class; what no class of its own needs is common to all.

import { z } from 'zod';
import { count, durationMs, durationSpread, positive, share } from './schema-values.ts';

const names = z.array(z.string().min(1)).min(1);

const common = {
  name: z.string().min(1).optional(),
  at: durationMs.optional().meta({ description: 'Once, after the start of the run. Either this or perYear.' }),
  perYear: positive.optional().meta({ description: 'At random instants, the same for all policies.' }),
  for: durationSpread.meta({ description: 'How long it lasts each time.' }),
  controllers: names.optional().meta({ description: 'Names of controllers; all when absent.' }),
};

const kinds = names
  .optional()
  .meta({ description: 'Kinds such as Node or Machine.machine.openshift.io; all when absent.' });

const aim = {
  share: share.optional().meta({ description: 'Of the requests or events that it may strike; 100% when absent.' }),
  kinds,
  atMost: count.optional().meta({ description: 'It strikes at most so many each time that it comes.' }),
};

const verbs = z
  .array(z.enum(['create', 'patch', 'delete', 'evict', 'read']))
  .min(1)
  .optional()
  .meta({ description: 'All when absent.' });

export const clientFaultSchema = z.discriminatedUnion('fault', [
  z.strictObject({
    fault: z.literal('apiServerOutage'),
    ...common,
    answers: z
      .enum(['refused', 'none'])
      .optional()
      .meta({ description: 'refused (default): 503 at once. none: silence, and nobody knows.' }),
  }),
  z.strictObject({
    fault: z.literal('apiErrors'),
    ...common,
    ...aim,
    verbs,
    code: z.literal([409, 429, 500, 503, 504]),
    retryAfter: durationMs.optional().meta({ description: 'With 429 and 503: the client tries again by itself.' }),
  }),
  z.strictObject({ fault: z.literal('lostReplies'), ...common, ...aim, verbs }),
  z.strictObject({ fault: z.literal('lostRequests'), ...common, ...aim, verbs }),
  z.strictObject({ fault: z.literal('slowRequests'), ...common, ...aim, verbs, delay: durationSpread }),
  z.strictObject({
    fault: z.literal('watchBreak'),
    ...common,
    kinds,
    afterwards: z
      .enum(['resume', 'relist'])
      .optional()
      .meta({ description: 'resume: missed events follow. relist (default): 410 Expired, and a new list.' }),
  }),
  z.strictObject({ fault: z.literal('lateEvents'), ...common, ...aim, delay: durationSpread }),
  z.strictObject({ fault: z.literal('lostEvents'), ...common, ...aim }),
  z.strictObject({ fault: z.literal('doubledEvents'), ...common, ...aim }),
  z.strictObject({ fault: z.literal('controllerCrash'), ...common }),
  z.strictObject({
    fault: z.literal('crashBetweenActions'),
    ...common,
    share: share.optional().meta({ description: 'Of the points before and after each action; 100% when absent.' }),
    atMost: count.optional().meta({ description: 'At most so many crashes each time that it comes.' }),
    restartAfter: durationSpread.meta({ description: 'From a crash to the start of the successor.' }),
  }),
  z.strictObject({
    fault: z.literal('staleRestart'),
    ...common,
    behind: durationMs.meta({ description: 'The successor lists from a server that is so late.' }),
    catchUp: durationMs.meta({ description: 'After this the server has caught up, and the rest is heard.' }),
  }),
  z.strictObject({ fault: z.literal('controllerPause'), ...common }),
]);

export type ClientFaultSpec = z.output<typeof clientFaultSchema>;
