// Fence agents as processes: started with options from a remediation and from Secrets, killed by their time-out or by whoever
// started them. Implements core's FenceAgents over the management controllers of the simulated hosts; the BareMetalHosts say
// which address is whose.
//
// Divergence from reality
// - An agent that outlives its operator is a process without a home here; in a cluster it would be a Job.
// - Who describes a cluster withholds what its Secrets hold: where one is named, the agent has a login, and an option that
//   stands there without a value counts as absent.

import type { ObjectKey, StringMap } from '../../core/api/object.ts';
import { SECRET, secretValues } from '../../core/api/secret.ts';
import type { OperationEnd } from '../../core/facts.ts';
import type { Bmc } from '../../core/ports/bmc.ts';
import type { FenceAgents, FenceCommand } from '../../core/ports/fence-agents.ts';
import { Operations } from '../../core/ports/operations.ts';
import { renderForNode } from '../../core/remediation/fence-parameters.ts';
import type { ObjectStore } from '../api-server/object-store.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { isFlag, readOptions } from './fence-agent-options.ts';
import { type AgentExit, FenceAgentRun } from './fence-agent-run.ts';
import { HOSTS_BY_MANAGEMENT_ADDRESS, hostBehind } from './management-address.ts';

/** The login that a named Secret is taken to hold. */
const LOGIN: StringMap = { '--username': 'withheld', '--password': 'withheld' };

/** Starting the interpreter and reading options. Assumption: half of the 0.23 s that a whole `status` takes. */
const USAGE_MS = 100;

export class SimulatedFenceAgents implements FenceAgents {
  private readonly kernel: Kernel;
  private readonly objects: Pick<ObjectStore, 'get' | 'byIndex' | 'addIndex'>;
  private readonly bmc: Bmc;
  private readonly operations: Operations;
  private readonly running = new Map<string, () => void>();

  constructor(kernel: Kernel, objects: Pick<ObjectStore, 'get' | 'byIndex' | 'addIndex'>, bmc: Bmc) {
    this.kernel = kernel;
    this.objects = objects;
    this.bmc = bmc;
    this.operations = new Operations(kernel);
  }

  start(command: FenceCommand, ended: (end: OperationEnd) => void): void {
    const { operationId, timeoutMs } = command;
    if (!this.operations.begin(operationId, ended)) return;
    const kernel = this.kernel;
    const tooLate = kernel.call(kernel.nowMs + timeoutMs, () => {
      stop();
      this.end(operationId, { kind: 'unknown', message: `killed after ${timeoutMs} ms` });
    });
    const stop = this.run(command, (exit) => {
      kernel.cancel(tooLate);
      this.end(operationId, endOf(exit));
    });
    this.running.set(operationId, () => {
      kernel.cancel(tooLate);
      stop();
    });
  }

  kill(operationId: string): void {
    const kill = this.running.get(operationId);
    if (kill === undefined) return;
    kill();
    this.running.delete(operationId);
    this.operations.forget(operationId);
  }

  /** Starts the program; the returned function kills it. */
  private run(command: FenceCommand, exited: (exit: AgentExit) => void): () => void {
    const { agent, action, operationId } = command;
    const kernel = this.kernel;
    const complain = (problem: string): (() => void) => {
      const exit = kernel.call(kernel.nowMs + USAGE_MS, () => exited({ code: 1, stdout: '', stderr: problem }));
      return () => {
        kernel.cancel(exit);
      };
    };
    const read = readOptions(agent, { ...this.secretOptions(command), ...command.parameters });
    if (read.kind === 'usage') return complain(read.problem);
    // Not before: in most clusters no agent ever runs.
    this.objects.addIndex(HOSTS_BY_MANAGEMENT_ADDRESS);
    const behind = hostBehind(read.options, this.objects);
    if (behind.kind === 'no-such-system') return complain('Unable to get PowerState');
    const host = behind.kind === 'host' ? behind.key : undefined;
    const task = { options: read.options, action, host, operationId };
    const run = new FenceAgentRun({ kernel, bmc: this.bmc }, task, exited);
    return () => run.kill();
  }

  private secretOptions({ sharedSecret, nodeSecret, node }: FenceCommand): StringMap {
    if (sharedSecret === undefined && nodeSecret === undefined) return {};
    const options: Record<string, string> = { ...LOGIN };
    const take = (name: string, value: string): void => {
      if (value !== '' || isFlag(name)) options[name] = value;
    };
    for (const [name, value] of Object.entries(this.valuesOf(sharedSecret))) {
      take(name, renderForNode(value, node) ?? value);
    }
    for (const [name, value] of Object.entries(this.valuesOf(nodeSecret))) take(name, value);
    return options;
  }

  private valuesOf(key: ObjectKey | undefined): StringMap {
    const secret = key === undefined ? undefined : this.objects.get(SECRET, key);
    return secret === undefined ? {} : secretValues(secret);
  }

  private end(operationId: string, end: OperationEnd): void {
    this.running.delete(operationId);
    this.operations.end(operationId, end);
  }
}

/** A `status` of a host that is off exits with 2, so that 0 says that it is on. */
function endOf({ code, stdout, stderr }: AgentExit): OperationEnd {
  if (code === 0) return { kind: 'succeeded' };
  return { kind: 'failed', message: `exit status ${code} (stderr: ${stderr}, stdout: ${stdout})` };
}
