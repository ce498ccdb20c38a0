// What the story calls the states of hosts and of the people who look after them.

import type { Stage } from '../host/host.ts';
import type { Attention } from '../people/repair-crew.ts';

export const STAGE_WORDS: Readonly<Record<Stage, string>> = {
  off: 'off',
  dump: 'writing a crash dump',
  firmware: 'in its firmware',
  osBoot: 'booting',
  joining: 'joining the cluster',
  up: 'up',
  stuck: 'stuck before its system',
  agent: 'running the deploy agent',
  idle: 'without a system',
};

const ATTENTION_WORDS: Readonly<Record<Attention, string>> = {
  none: 'nobody is needed any more',
  noticedLate: 'nobody is told, somebody will notice',
  paged: 'paged',
  acknowledged: 'the page is acknowledged',
  waitingForCrew: 'waits for a person',
  inHands: 'a person is at work',
};

/** `paged: Metal3Remediation w-1 failed`; the reason may be empty. */
export function attentionWords(attention: Attention, reason: string): string {
  return `${ATTENTION_WORDS[attention]}${reason === '' ? '' : `: ${reason}`}`;
}
