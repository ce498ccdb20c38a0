// Progress of a study on stderr: one line that is rewritten at a terminal, one line every ten seconds elsewhere.

import type { StudyProgress } from '../lab/study-plan.ts';
import { formatNumber, formatSpan } from '../reports/format.ts';
import type { Console } from './console.ts';

const BAR_CELLS = 8;
const TERMINAL_EVERY_MS = 100;
const LOG_EVERY_MS = 10_000;
/** Before this much time the rate says too little for an estimate. */
const ETA_AFTER_MS = 1_000;

export class ProgressLine {
  private readonly console: Console;
  private readonly ascii: boolean;
  private readonly nowMs: () => number;
  private readonly startMs: number;
  private shownAtMs: number;
  private drawn = false;

  constructor(console: Console, options: { readonly ascii: boolean; readonly nowMs: () => number }) {
    this.console = console;
    this.ascii = options.ascii;
    this.nowMs = options.nowMs;
    this.startMs = options.nowMs();
    this.shownAtMs = console.errIsTerminal ? Number.NEGATIVE_INFINITY : this.startMs;
  }

  show(progress: StudyProgress): void {
    const nowMs = this.nowMs();
    const every = this.console.errIsTerminal ? TERMINAL_EVERY_MS : LOG_EVERY_MS;
    if (nowMs - this.shownAtMs < every) return;
    this.shownAtMs = nowMs;
    const line = progressText(progress, nowMs - this.startMs, this.ascii);
    this.drawn = true;
    this.console.err(this.console.errIsTerminal ? `\r${line}\u001b[K` : `${line}\n`);
  }

  /** Takes the line away, so that the results start on a clean one. */
  clear(): void {
    if (this.drawn && this.console.errIsTerminal) this.console.err('\r\u001b[K');
    this.drawn = false;
  }
}

/** `runs 612/1 240  ▇▇▇▇▁▁▁▁  15.2 runs/s  ETA 41s  break-even`. */
export function progressText(progress: StudyProgress, elapsedMs: number, ascii: boolean): string {
  const { doneRuns, totalRuns, phase } = progress;
  const share = totalRuns === 0 ? 1 : doneRuns / totalRuns;
  const cells = Math.round(share * BAR_CELLS);
  const [full, empty] = ascii ? ['#', '.'] : ['▇', '▁'];
  const parts = [
    `runs ${formatNumber(doneRuns, 0)}/${formatNumber(totalRuns, 0)}`,
    full.repeat(cells) + empty.repeat(BAR_CELLS - cells),
  ];
  if (elapsedMs >= ETA_AFTER_MS && doneRuns > 0) {
    const perSecond = (doneRuns * 1000) / elapsedMs;
    const remainingMs = Math.ceil((totalRuns - doneRuns) / perSecond) * 1000;
    parts.push(`${formatNumber(perSecond, perSecond < 100 ? 1 : 0)} runs/s`);
    if (remainingMs > 0) parts.push(`ETA ${formatSpan(remainingMs)}`);
  }
  return [...parts, phase].join('  ');
}
