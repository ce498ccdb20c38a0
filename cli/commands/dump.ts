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

export const dumpCommand: Command = async (request) => {
  const { console, flags } = request;
  const args = new Arguments(request);
  const asked = args.studyRequest();
  const afterMs = flags.after === undefined ? 0 : args.duration('--after', flags.after);
  args.finish();
  const study = loadedStudy(asked);
  const policy = policyInForce(study, asked.policies?.[0]?.name, args);
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

/** The one that was asked for; else the only one that remediates, else none. */
function policyInForce(study: Study, name: string | undefined, args: Arguments): Study['policies'][number] | undefined {
  const remedies = study.policies.filter((policy) => policy.name !== NO_REMEDIATION);
  const chosen =
    name === undefined
      ? (study.policies.find((policy) => remedies.length !== 1 && policy.name === NO_REMEDIATION) ?? remedies[0])
      : study.policies.find((policy) => policy.name === name);
  if (chosen === undefined) {
    args.problem('MT003', `which policy? There are ${study.policies.map((policy) => policy.name).join(', ')}`, {
      remedy: 'write --policy NAME=FILE[,FILE]...',
    });
  }
  return chosen;
}
