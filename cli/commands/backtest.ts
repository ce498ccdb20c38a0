// backtest: a forecast from one part of a history of failures, tried on the rest, with the coverage of its intervals.

import { backtestData, backtestTables } from '../../reports/failure-tables.ts';
import { backtest } from '../../twin/failures/backtest.ts';
import { Arguments } from '../arguments.ts';
import type { Command } from '../command-request.ts';
import { EXIT } from '../exit-codes.ts';
import { daysOf, historyOf, instantAsked, spanAsked } from '../failure-history.ts';
import { printTables } from '../print-tables.ts';

/** Source: correctness notes T4: nominal 90 % intervals are what forecasts are judged by. */
const DEFAULT_SHARE = 0.9;

export const backtestCommand: Command = async (request) => {
  const { flags, operands } = request;
  const args = new Arguments(request);
  const [file, ...others] = operands;
  for (const word of others) args.problem('MT002', `one history at a time, and "${word}" is a second one`, { word });
  const splitMs = instantAsked('--split', flags.split, args);
  if (flags.split === undefined) {
    args.problem('MT003', 'no --split', { remedy: 'add --split 2003-01-01: fit before it, try after it' });
  }
  const share = shareOf(flags.interval, args);
  const history = historyOf(request, args, file);
  const { fromMs, untilMs } = spanAsked(request, args, history);
  if (splitMs !== undefined && (splitMs <= fromMs || splitMs >= untilMs)) {
    args.problem('MT002', `--split does not lie within the history, ${daysOf({ fromMs, untilMs })}`, {
      word: flags.split ?? '--split',
    });
  }
  args.finish();
  const tested = backtest(history, { fromMs, splitMs: splitMs ?? untilMs, untilMs, share });
  if (tested.fitted.groups.length === 0) {
    args.problem('MT002', 'no host was watched before --split', { word: flags.split ?? '--split' });
  }
  args.finish();
  printTables(request, backtestTables(tested), backtestData(tested));
  return EXIT.ok;
};

function shareOf(text: string | undefined, args: Arguments): number {
  if (text === undefined) return DEFAULT_SHARE;
  const percent = /^\d{1,2}(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (percent > 0) return percent / 100;
  args.problem('MT002', `--interval accepts a percentage between 0 and 100, not "${text}"`, { word: text });
  return DEFAULT_SHARE;
}
