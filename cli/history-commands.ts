// The commands that read a history of failures, loaded together: they need nearly the same modules.

export { backtestCommand } from './commands/backtest.ts';
export { calibrateCommand } from './commands/calibrate.ts';
export { importCommand } from './commands/import.ts';
