// Others who use the cluster's spare hosts for a while: another team, a test. Who asks takes one that is available, as a Machine would,
// and holds it by a consumerRef of its own; where none is available the asker goes away. A remediation that needs a spare meets them.
//
// Divergence from reality
// - What runs on a lent host is not simulated: it is not provisioned, and a fault on it does not end the loan.
// - Spares are lent at the same rate by day and by night, and nobody queues for one.

import { BARE_METAL_HOST } from '../../core/api/bare-metal-host.ts';
import type { MachineApi } from '../../core/api/machine.ts';
import { keyOf, type ObjectKey } from '../../core/api/object.ts';
import type { ObjectStore } from '../api-server/object-store.ts';
import { sample } from '../kernel/distributions.ts';
import { equilibriumSample } from '../kernel/equilibrium.ts';
import type { Kernel, Opcode } from '../kernel/kernel.ts';
import type { Draws, Stream } from '../kernel/rng.ts';
import { isAvailable } from '../machine/host-choice.ts';
import type { SpareLoansConfig } from './config.ts';

/** Kind of the consumerRef of a lent host. */
export const LOAN_KIND = 'SpareLoan';

export interface LoansTally {
  readonly asked: number;
  readonly refused: number;
}

export interface LoanParts {
  readonly kernel: Kernel;
  readonly store: ObjectStore;
  readonly machineApi: MachineApi;
  readonly draws: Draws;
}

export class SpareLoans {
  private readonly parts: LoanParts;
  private readonly config: SpareLoansConfig;
  private readonly gaps: Stream;
  private readonly lengths: Stream;
  private readonly choices: Stream;
  private readonly lent: (ObjectKey | undefined)[] = [];
  private readonly free: number[] = [];
  private readonly asking: Opcode;
  private readonly return: Opcode;
  private asked = 0;
  private refused = 0;

  constructor(config: SpareLoansConfig, parts: LoanParts) {
    const { kernel, draws } = parts;
    this.parts = parts;
    this.config = config;
    this.gaps = draws.stream('spare loans', 'gap');
    this.lengths = draws.stream('spare loans', 'length');
    this.choices = draws.stream('spare loans', 'choice');
    this.asking = kernel.register('somebody asks for a spare host', () => this.ask());
    this.return = kernel.register('a lent host is given back', (loan) => this.giveBack(loan));
  }

  get tally(): LoansTally {
    return { asked: this.asked, refused: this.refused };
  }

  /** They have been asking for ever; no host is lent yet. */
  start(): void {
    this.schedule(this.asking, equilibriumSample(this.config.everyMs, this.gaps.at(0)));
  }

  private ask(): void {
    const { store, machineApi } = this.parts;
    const number = this.asked++;
    this.schedule(this.asking, sample(this.config.everyMs, this.gaps.at(this.asked)));
    const spares = store.list(BARE_METAL_HOST).filter((host) => isAvailable(host, machineApi));
    const spare = spares[Math.floor(this.choices.at(number) * spares.length)];
    if (spare === undefined) {
      this.refused++;
      return;
    }
    const loan = this.free.pop() ?? this.lent.length;
    this.lent[loan] = keyOf(spare);
    const consumerRef = { kind: LOAN_KIND, name: `loan-${number}`, namespace: spare.metadata.namespace ?? '' };
    store.patch(BARE_METAL_HOST, keyOf(spare), { spec: { consumerRef } }, { subresource: 'main' });
    this.schedule(this.return, sample(this.config.lastsMs, this.lengths.at(number)), loan);
  }

  private giveBack(loan: number): void {
    const { store } = this.parts;
    const key = this.lent[loan];
    this.lent[loan] = undefined;
    this.free.push(loan);
    if (key === undefined || store.get(BARE_METAL_HOST, key)?.spec?.consumerRef?.kind !== LOAN_KIND) return;
    store.patch(BARE_METAL_HOST, key, { spec: { consumerRef: null } }, { subresource: 'main' });
  }

  private schedule(opcode: Opcode, inMs: number, operand = 0): void {
    this.parts.kernel.schedule(this.parts.kernel.nowMs + Math.max(1, Math.round(inMs)), opcode, operand);
  }
}
