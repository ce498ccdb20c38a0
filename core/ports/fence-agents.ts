// FenceAgents: runs fence agents (ClusterLabs fence-agents), programs that switch the power of one node through its
// management controller. Sessions, polls and retries of one run are the agent's own: core sees one command with one end.

import type { FenceAction } from '../actions.ts';
import type { OperationEnd } from '../facts.ts';

export type FenceCommand = Pick<
  FenceAction,
  'node' | 'agent' | 'action' | 'parameters' | 'sharedSecret' | 'nodeSecret' | 'timeoutMs' | 'operationId'
>;

export interface FenceAgents {
  /**
   * Starts the agent. `ended` is called once: `succeeded` when it exits with 0 (for `status` also that the power is on),
   * `failed` when it exits otherwise, `unknown` when it was killed after `timeoutMs`. It is never called for an agent that
   * `kill` killed. An operationId that was already accepted is not executed again; its `ended` hears the end of the first.
   */
  start(command: FenceCommand, ended: (end: OperationEnd) => void): void;
  /** Kills the agent in the middle of whatever it does. What it has told the management controller stays told. */
  kill(operationId: string): void;
}
