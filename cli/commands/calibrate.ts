// calibrate: what a history of failures says about rates, differences of hosts, gaps, repairs and causes.

import { calibrationData, calibrationTables } from '../../reports/failure-tables.ts';
import { calibrate } from '../../twin/failures/calibrate.ts';
import { Arguments } from '../arguments.ts';
import type { Command } from '../command-request.ts';
import { EXIT } from '../exit-codes.ts';
import { historyOf, spanAsked } from '../failure-history.ts';
import { printTables } from '../print-tables.ts';

export const calibrateCommand: Command = async (request) => {
  const args = new Arguments(request);
  const [file, ...others] = request.operands;
  for (const word of others) args.problem('MT002', `one history at a time, and "${word}" is a second one`, { word });
  const history = historyOf(request, args, file);
  const span = spanAsked(request, args, history);
  args.finish();
  const calibration = calibrate(history, span);
  printTables(request, calibrationTables(calibration), calibrationData(calibration));
  return EXIT.ok;
};
