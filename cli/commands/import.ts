// import trace: failures of another format as a trace that a scenario replays (docs/traces.md).

import { faultTraceText, type RecordedFailure } from '../../scenarios/trace/fault-trace.ts';
import { assumedFault } from '../../twin/failures/assumed-fault.ts';
import { Arguments } from '../arguments.ts';
import type { Command } from '../command-request.ts';
import { EXIT } from '../exit-codes.ts';
import { historyOf, spanAsked } from '../failure-history.ts';

export const importCommand: Command = async (request) => {
  const args = new Arguments(request);
  const [verb, file, ...others] = request.operands;
  if (verb === undefined) args.problem('MT003', 'import what?', { remedy: 'write "import trace"' });
  else args.choice('import', verb, ['trace']);
  for (const word of others) args.problem('MT002', `one history at a time, and "${word}" is a second one`, { word });
  const history = historyOf(request, args, file);
  const { fromMs, untilMs } = spanAsked(request, args, history);
  args.finish();
  const failures = history.failures.flatMap(({ host, startMs, endMs, cause }): readonly RecordedFailure[] => {
    const name = history.hosts[host]?.name;
    if (name === undefined || startMs < fromMs || startMs >= untilMs) return [];
    return [{ host: name, startMs, endMs, fault: assumedFault(cause), cause }];
  });
  request.console.out(faultTraceText(failures));
  return EXIT.ok;
};
