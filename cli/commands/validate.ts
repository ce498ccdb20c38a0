// validate: reads everything as a run would and says what is wrong with it; nothing is simulated. Also explains a code.

import { jsonText } from '../../reports/json.ts';
import { asShown, printable, wrap } from '../../reports/text-style.ts';
import type { Problem } from '../../scenarios/problem.ts';
import { eachOnce, hasErrors } from '../../scenarios/problem.ts';
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
  const { flags, console } = request;
  if (flags.explain !== undefined) return explainCode(flags.explain, request);
  const args = new Arguments(request);
  const requests = requestsOf(request, args);
  args.finish();
  const found = requests.map((each) => ({ each, problems: problemsOf(each) }));
  const problems = found.flatMap((one): readonly Problem[] => one.problems);
  const { format, style } = outputOf(flags, console, { for: 'out' });
  if (format === 'text' && flags.quiet !== true) {
    const lines = found.flatMap(({ each, problems: own }) =>
      wrap(asShown(printable(`${each.scenarioFile ?? 'cluster and policies'}: ${verdictOn(own)}`), style), style, '  '),
    );
    console.out(`${lines.join('\n')}\n`);
  }
  // Scenarios that share a policy share what is wrong with it.
  showProblems(eachOnce(problems), request);
  return hasErrors(problems) ? EXIT.usage : EXIT.ok;
};

/** `not valid: 2 errors, 1 warning`, `valid, with 3 warnings`, `valid`. */
function verdictOn(problems: readonly Problem[]): string {
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  const warnings = problems.length - errors;
  const doubts = `${warnings} warning${warnings === 1 ? '' : 's'}`;
  if (errors > 0) return `not valid: ${errors} error${errors === 1 ? '' : 's'}${warnings > 0 ? `, ${doubts}` : ''}`;
  return warnings > 0 ? `valid, with ${doubts}` : 'valid';
}

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
