// What a story says of client faults: when they begin and whom they strike, and what they have done when they end.

import type { ClientFault, ClientFaultKind } from '../config.ts';
import type { FaultTally } from '../faults/fault-luck.ts';

/** Who or what is struck: `API server`, or the controllers by name. */
export function clientFaultSubject({ controllers }: ClientFault): string {
  return controllers === undefined ? 'all controllers' : controllers.join(', ');
}

export function beganWords({ name, what }: ClientFault): string {
  return `${name}: ${BEGUN[what.fault]}`;
}

/** What it has done stands in the words only where it did anything. */
export function endedWords({ name, what }: ClientFault, tally: FaultTally): string {
  const done = [
    counted(tally.requestsRefused, 'requests refused'),
    counted(tally.answersUnknown, 'answers unknown'),
    counted(tally.requestsSlow, 'requests slow'),
    counted(tally.eventsStruck, 'events struck'),
    counted(tally.crashes, 'crashes'),
  ].filter((words) => words !== '');
  return `${name}: ${ENDED[what.fault]}${done.length === 0 ? '' : ` (${done.join(', ')})`}`;
}

function counted(count: number, noun: string): string {
  return count === 0 ? '' : `${count} ${noun}`;
}

const BEGUN: Readonly<Record<ClientFaultKind['fault'], string>> = {
  apiServerOutage: 'the API server does not answer',
  apiErrors: 'the API server answers with errors',
  lostReplies: 'replies of the API server are lost',
  lostRequests: 'requests to the API server are lost',
  slowRequests: 'the API server is slow',
  watchBreak: 'watches are broken',
  lateEvents: 'watch events come late',
  lostEvents: 'watch events are lost',
  doubledEvents: 'watch events come twice',
  controllerCrash: 'controllers crash',
  crashBetweenActions: 'controllers crash between their actions',
  staleRestart: 'controllers crash',
  controllerPause: 'controllers stand still',
};

const ENDED: Readonly<Record<ClientFaultKind['fault'], string>> = {
  apiServerOutage: 'the API server answers again',
  apiErrors: 'the API server answers without errors again',
  lostReplies: 'replies of the API server arrive again',
  lostRequests: 'requests to the API server arrive again',
  slowRequests: 'the API server is as quick as before',
  watchBreak: 'watches are connected again',
  lateEvents: 'watch events come in time again',
  lostEvents: 'watch events arrive again',
  doubledEvents: 'watch events come once again',
  controllerCrash: 'controllers start again with empty memory',
  crashBetweenActions: 'controllers no longer crash between their actions',
  staleRestart: 'controllers start again, from an API server that lags behind',
  controllerPause: 'controllers go on',
};
