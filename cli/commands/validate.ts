// validate: reads everything as a run would and says what is wrong with it; nothing is simulated. Also explains a code.

import { jsonText } from '../../reports/json.ts';
import { wrap } from '../../reports/text-style.ts';
import type { Problem } from '../../scenarios/problem.ts';
import { hasErrors } from '../../scenarios/problem.ts';
import { PROBLEM_CATALOGUE } from '../../scenarios/problem-catalogue.ts';
import type { StudyRequest } from '../../scenarios/study.ts';
import { Arguments } from '../arguments.ts';
import type { Command, CommandRequest } from '../command-request.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { problemsOf } from '../load.ts';
import { outputOf } from '../output.ts';
import { showProblems } from '../run-command.ts';
import { USAGE_CATALOGUE } from '../usage-problem.ts';

export const validateCommand: Command = async (request) => {
  const { flags, console, operands } = request;
  if (flags.explain !== undefined) return explainCode(flags.explain, request);
  const args = new Arguments(request);
  const requests = requestsOf(request, args);
  args.finish();
  const problems = requests.flatMap((each): readonly Problem[] => problemsOf(each));
  showProblems(problems, request);
  const { format } = outputOf(flags, console, { for: 'out' });
  if (hasErrors(problems)) return EXIT.usage;
  if (format === 'text' && flags.quiet !== true) {
    const what = flags.cluster === undefined ? operands.join(', ') : 'cluster and policies';
    console.out(problems.length === 0 ? `${what}: valid\n` : `${what}: valid, with warnings\n`);
  }
  return EXIT.ok;
};

/** Every operand is a scenario of its own, unless --cluster makes them one cluster. */
function requestsOf(request: CommandRequest, args: Arguments): readonly StudyRequest[] {
  if (request.flags.cluster !== undefined || request.operands.length === 0) return [args.studyRequest()];
  const policies = args.policies();
  const overrides = args.overrides();
  return request.operands.map((scenarioFile) => ({ scenarioFile, policies, overrides }));
}

function explainCode(code: string, request: CommandRequest): ExitCode {
  const args = new Arguments(request);
  args.noOperands('--explain');
  const catalogue: Readonly<Record<string, { title: string; explanation: string }>> = {
    ...USAGE_CATALOGUE,
    ...PROBLEM_CATALOGUE,
  };
  const entry = catalogue[code.toUpperCase()];
  if (entry === undefined) args.unknownName('code', code, Object.keys(catalogue));
  args.finish();
  if (entry === undefined) return EXIT.usage;
  const { format, style } = outputOf(request.flags, request.console, { for: 'out' });
  const known = { code: code.toUpperCase(), ...entry };
  if (format === 'json') request.console.out(jsonText(known));
  else if (format === 'markdown') request.console.out(`**${known.code}**: ${known.title}\n\n${known.explanation}\n`);
  else request.console.out(`${known.code}: ${known.title}\n\n${wrap(known.explanation, style, '').join('\n')}\n`);
  return EXIT.ok;
}
