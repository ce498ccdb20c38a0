// Parameter 0 of every set of parameters: somebody writes several that belong together, and others should wait.
// Source: IPMI 2.0 specification tables 23-4 and 28-14.

import { failed, type Reply } from './command.ts';
import { COMPLETION, OF_PARAMETERS } from './completion.ts';

const SET_COMPLETE = 0;
const SET_IN_PROGRESS = 1;

/** Why the parameter cannot be written so; undefined: it can. Nothing is rolled back here, so that nothing is committed either. */
export function setProgressObjection(written: number, isInProgress: boolean): Reply | undefined {
  if (written !== SET_COMPLETE && written !== SET_IN_PROGRESS) return failed(COMPLETION.invalidField);
  return written === SET_IN_PROGRESS && isInProgress ? failed(OF_PARAMETERS.setInProgress) : undefined;
}

export function isSetInProgress(written: number): boolean {
  return written === SET_IN_PROGRESS;
}
