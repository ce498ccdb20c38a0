// dump: the objects of one virtual cluster at an instant, printed as a real API server would print them.

import { stringify } from 'yaml';
import { jsonText } from '../../reports/json.ts';
import { NO_REMEDIATION } from '../../scenarios/compile-policies.ts';
import type { Study } from '../../scenarios/study.ts';
import { printedObject } from '../../sim/printed/printed-object.ts';
import { objectsAfter } from '../../sim/simulation.ts';
import { Arguments } from '../arguments.ts';
import type { Command } from '../command-request.ts';
import { EXIT } from '../exit-codes.ts';
import { loadedStudy } from '../load.ts';
import { inFormat, outputOf } from '../output.ts';
import { chosenPolicy, policyChoice } from '../policy-choice.ts';

export const dumpCommand: Command = async (request) => {
  const { console, flags } = request;
  const choice = policyChoice(request);
  const args = new Arguments(choice.request);
  const asked = args.studyRequest();
  const afterMs = flags.after === undefined ? 0 : args.duration('--after', flags.after);
  args.finish();
  const study = loadedStudy(asked);
  const policy = chosenPolicy(study, choice, args, {
    verb: 'dump',
    usual: usualPolicy(study),
    remedy: 'write --policy NAME, or --policy NAME=FILE[,FILE]...',
  });
  args.finish();
  if (policy === undefined || afterMs === undefined) return EXIT.usage;
  const objects = objectsAfter({ ...study.config, durationMs: Math.max(study.config.durationMs, afterMs) }, policy, {
    replication: 1,
    afterMs,
  });
  const whole = new Set(study.imported ? study.config.objects.map(({ metadata }) => metadata.uid) : []);
  const items = objects.map((object) => (whole.has(object.metadata.uid) ? object : printedObject(object)));
  const list = { apiVersion: 'v1', kind: 'List', metadata: { resourceVersion: '' }, items };
  const { format } = outputOf(flags, console, { for: 'out' });
  console.out(
    format === 'json'
      ? jsonText(list)
      : inFormat(stringify(list, { lineWidth: 0, aliasDuplicateObjects: false }), format),
  );
  return EXIT.ok;
};

/** The only one that remediates, else none. */
function usualPolicy({ policies }: Study): Study['policies'][number] | undefined {
  const remedies = policies.filter(({ name }) => name !== NO_REMEDIATION);
  return policies.find(({ name }) => remedies.length !== 1 && name === NO_REMEDIATION) ?? remedies[0];
}
