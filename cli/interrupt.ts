// Ctrl-C: once stops after the chunks in hand and keeps what is finished, twice ends the process at once.

import type { Console } from './console.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';

export interface Interrupt {
  readonly signal: AbortSignal;
  /** Exit code of the interruption, or undefined while there was none. */
  code(): ExitCode | undefined;
}

/** Where signals come from: the process. */
export interface SignalSource {
  on(signal: 'SIGINT' | 'SIGTERM', listener: () => void): unknown;
  off(signal: 'SIGINT' | 'SIGTERM', listener: () => void): unknown;
  exit(code: number): void;
}

/** Runs `work` with an interrupt that listens as long as it runs. */
export async function interruptible<T>(
  console: Console,
  signals: SignalSource,
  work: (interrupt: Interrupt) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  let code: ExitCode | undefined;
  const stop = (received: ExitCode): void => {
    if (code !== undefined) {
      signals.exit(received);
      return;
    }
    code = received;
    console.err('\nstopping after the runs in hand; what is finished is kept. Once more ends at once.\n');
    controller.abort();
  };
  const onInterrupt = (): void => stop(EXIT.interrupted);
  const onTerminate = (): void => stop(EXIT.terminated);
  signals.on('SIGINT', onInterrupt);
  signals.on('SIGTERM', onTerminate);
  try {
    return await work({ signal: controller.signal, code: () => code });
  } finally {
    signals.off('SIGINT', onInterrupt);
    signals.off('SIGTERM', onTerminate);
  }
}
