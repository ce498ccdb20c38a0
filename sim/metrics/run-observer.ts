// Watches one run from outside and turns what happens into metrics, a history digest, and, when recorded, a story. It reads
// truth and API alike, decides nothing and changes nothing: a run with it and without it is the same run.

import { ANNOTATION_REBOOT, BARE_METAL_HOST, type BareMetalHost } from '../../core/api/bare-metal-host.ts';
import { formatDuration } from '../../core/api/duration.ts';
import { CAPI_MACHINE, type Machine, OPENSHIFT_MACHINE } from '../../core/api/machine.ts';
import { keyOf } from '../../core/api/object.ts';
import { hostOfMachine } from '../../core/cluster/machine-links.ts';
import type { Change } from '../api-server/change.ts';
import type { ObjectStore } from '../api-server/object-store.ts';
import { isOf } from '../api-server/typed-change.ts';
import type { SimConfig } from '../config.ts';
import { definitionOf, FAULT_CLASSES, type FaultClass, type FaultName } from '../faults/catalogue.ts';
import type { Fault } from '../faults/fault.ts';
import type { OutageEnds, Untouched } from '../host/counterfactual.ts';
import { untouched } from '../host/counterfactual.ts';
import type { Host } from '../host/host.ts';
import type { HostFleet } from '../host/host-fleet.ts';
import { Fingerprint } from '../kernel/fingerprint.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { NodeLifecycle } from '../node/node-lifecycle.ts';
import type { Attention } from '../people/repair-crew.ts';
import { LOAN_KIND } from '../people/spare-loans.ts';
import type { TimelineState } from '../result.ts';
import { DowntimeAccount, PHASES, type Phase } from './downtime.ts';
import { FencingAccount } from './fencings.ts';
import { Maintenances } from './maintenances.ts';
import { STAGE_WORDS } from './state-words.ts';
import type { Story } from './story.ts';

interface MutableFaultCounts {
  offered: number;
  latent: number;
  effective: number;
}

export interface ObserverParts {
  readonly kernel: Kernel;
  readonly config: SimConfig;
  readonly store: ObjectStore;
  readonly fleet: HostFleet;
  readonly lifecycle: NodeLifecycle;
  readonly ends: OutageEnds;
  readonly attentionTo: (host: number) => Attention;
  readonly story: Story | undefined;
}

function noFaults(): MutableFaultCounts {
  return { offered: 0, latent: 0, effective: 0 };
}

export class RunObserver {
  readonly downtime: DowntimeAccount;
  readonly fencings = new FencingAccount();
  readonly history = new Fingerprint();
  readonly faults: Record<FaultClass, MutableFaultCounts> & Partial<Record<FaultName, MutableFaultCounts>>;
  readonly scriptFired: Record<string, number>;
  refusals = 0;
  pages = 0;
  humanRepairs = 0;
  /** By the weights of the budgets that granted it. */
  remediationCost = 0;
  private readonly parts: ObserverParts;
  private readonly maintenances: Maintenances;
  private readonly phaseListeners: ((host: number, phase: Phase) => void)[] = [];
  private readonly slotListeners: ((from: number, to: number) => void)[] = [];
  /** Hosts whose Machine is being deleted, or that are being deployed for a new one. */
  private readonly reprovisioning = new Set<number>();
  /** Of those, the ones whose power-off is counted already. */
  private readonly powerTaken = new Set<number>();
  /** Nodes that a limit or budget refused, until they serve again or are remediated. */
  private readonly refusedHosts = new Set<number>();
  /** Verdict over the host at the instant at which its power-off was ordered. */
  private readonly ordered = new Map<number, Untouched>();

  constructor(parts: ObserverParts) {
    this.parts = parts;
    this.maintenances = new Maintenances(parts.store);
    const { fleet, config, kernel, store } = parts;
    const claimed = new Set<number>();
    for (const host of store.list(BARE_METAL_HOST)) {
      if (host.spec?.consumerRef !== undefined) claimed.add(fleet.indexOfHost(keyOf(host)));
    }
    this.downtime = new DowntimeAccount(
      fleet.count,
      (host) => claimed.has(host) || fleet.host(host).installed,
      kernel.nowMs,
    );
    this.faults = Object.fromEntries(FAULT_CLASSES.map((name) => [name, noFaults()])) as Record<
      FaultClass,
      MutableFaultCounts
    >;
    const scripted = [...config.script, ...(config.triggered ?? []), ...(config.clientFaults ?? [])];
    this.scriptFired = Object.fromEntries(scripted.map(({ name }) => [name, 0]));
  }

  /** After every model has started. */
  start(): void {
    const { fleet, store, lifecycle } = this.parts;
    for (let host = 0; host < fleet.count; host++) this.refresh(host);
    fleet.onChange((host) => this.refresh(host));
    lifecycle.observe({ known: (host) => this.refresh(host) });
    this.maintenances.start((node) => this.maintained(node));
    store.tap((change) => this.changed(change), [BARE_METAL_HOST, OPENSHIFT_MACHINE, CAPI_MACHINE]);
  }

  /** Called after a Machine's slot moved from one host to another. */
  onSlotMoved(listener: (from: number, to: number) => void): void {
    this.slotListeners.push(listener);
  }

  /** Called after the phase of a host's slot has changed. */
  onPhase(listener: (host: number, phase: Phase) => void): void {
    this.phaseListeners.push(listener);
  }

  // Truth

  /** Brings the phase of a host's slot up to date. */
  refresh(index: number): void {
    const { fleet, kernel, story } = this.parts;
    const host = fleet.host(index);
    const phase = this.phase(host);
    if (this.downtime.set(index, phase, kernel.nowMs)) {
      this.digest(index, phase);
      for (const listener of this.phaseListeners) listener(index, phase);
      if (this.isServing(index)) this.serves(host);
    }
    story?.hostState(host.config.name, this.hostState(host, phase), kernel.nowMs);
  }

  private isServing(index: number): boolean {
    return this.parts.fleet.kubeletActs(index) && this.parts.lifecycle.known(index) === 'True';
  }

  private maintained(nodeName: string): void {
    const host = this.parts.fleet.indexOfNode(nodeName);
    if (host >= 0) this.refresh(host);
  }

  private phase(host: Host): Phase {
    const { fleet, attentionTo } = this.parts;
    const { index } = host;
    const isPlanned = host.planned || this.maintenances.has(host.config.nodeName);
    if (this.isServing(index)) return this.maintenances.has(host.config.nodeName) ? 'planned' : 'serving';
    const attention = attentionTo(index);
    if (attention === 'inHands') return 'repair';
    switch (host.stage) {
      case 'dump':
      case 'firmware':
      case 'osBoot':
        return isPlanned ? 'planned' : 'boot';
      case 'joining':
        return isPlanned ? 'planned' : 'rejoin';
      case 'agent':
        return 'reprovision';
      default:
        break;
    }
    if (host.provisioning || this.reprovisioning.has(index) || !host.installed) return 'reprovision';
    if (attention === 'paged' || attention === 'acknowledged' || attention === 'waitingForCrew') return 'repair';
    if (this.fencings.inFlight(index)) return 'powerOff';
    if (isPlanned) return 'planned';
    if (fleet.kubeletActs(index)) return 'rejoin';
    return this.refusedHosts.has(index) ? 'budgetWait' : 'detect';
  }

  private serves(host: Host): void {
    const { kernel, story } = this.parts;
    this.refusedHosts.delete(host.index);
    this.reprovisioning.delete(host.index);
    this.powerTaken.delete(host.index);
    const needless = this.fencings.serves(host.index, kernel.nowMs);
    if (needless === undefined) return;
    const earlierMs = kernel.nowMs - needless.untouched.servesAtMs;
    story?.tell(kernel.nowMs, {
      topic: 'fencing',
      subject: host.config.name,
      text: `the fencing was needless: left alone it would have served ${formatDuration(Math.round(earlierMs / 1000) * 1000)} earlier`,
      hosts: [host.config.name],
      values: { state: needless.untouched.state, earlierMs },
    });
  }

  /** Phases that only say what somebody thinks, not what happened, do not make a history different. */
  private digest(host: number, phase: Phase): void {
    const happened = phase === 'budgetWait' ? 'detect' : phase;
    this.history.add(this.parts.kernel.nowMs);
    this.history.add(host * PHASES.length + PHASES.indexOf(happened));
  }

  // Faults

  faultBorn(fault: Fault, how: { readonly latent: boolean; readonly scripted: string | undefined }): void {
    const counts = this.countsOf(fault);
    counts.offered++;
    if (how.latent) counts.latent++;
    else counts.effective++;
    if (how.scripted !== undefined) this.scriptedBegan(how.scripted);
  }

  /** A fault that the config names has struck. */
  scriptedBegan(name: string): void {
    this.scriptFired[name] = (this.scriptFired[name] ?? 0) + 1;
  }

  /** A latent fault showed after all. */
  latentShown(fault: Fault): void {
    this.countsOf(fault).effective++;
  }

  /** What only a script brings stands in the list of what the script has done, and in no table of rates. */
  private countsOf({ class: name }: Fault): MutableFaultCounts {
    if (definitionOf(name).background === 'scripted') return noFaults();
    const known = this.faults[name];
    if (known !== undefined) return known;
    const counts = noFaults();
    this.faults[name] = counts;
    return counts;
  }

  // Remediation

  /** A health check asks for the remediation of the host's node. */
  remediationAsked(host: number): void {
    this.fencings.begin(host);
    this.refresh(host);
  }

  /** A power-off was ordered by a remediation: judge the host as it is now. */
  powerOffOrdered(host: number): void {
    const { kernel, fleet, ends } = this.parts;
    this.ordered.set(host, untouched(fleet, host, kernel.nowMs, ends));
    this.fencings.begin(host);
    this.refresh(host);
  }

  /** The command ended: what it found is used up, or it cut nothing and the next one looks anew. */
  powerOffEnded(host: number): void {
    this.ordered.delete(host);
  }

  /** The power really went off for a remediation. */
  fenced(host: number): void {
    const reprovision = this.reprovisioning.has(host);
    if (reprovision && this.powerTaken.has(host)) return;
    if (reprovision) this.powerTaken.add(host);
    this.fence(host, reprovision);
  }

  /** The host resets itself: a fencing from within. */
  selfReset(host: number): void {
    this.fencings.counts.selfFencings++;
    this.fence(host, false);
  }

  /** The host was taken for rebooted, its workloads were released, and it goes on. */
  splitBrain(index: number): void {
    const { kernel, fleet, story } = this.parts;
    const { name } = fleet.host(index).config;
    this.history.add(kernel.nowMs);
    this.history.add(-1 - fleet.count - index);
    story?.tell(kernel.nowMs, {
      topic: 'host',
      subject: name,
      text: 'split brain: taken for rebooted and its workloads released, but it goes on with the same boot',
      hosts: [name],
      rule: 'split-brain',
      truth: this.truthOf(index),
    });
  }

  /** A deprovisioning takes the host's power and system, unless a power-off of the same reprovision took it before. */
  deprovisionStarted(host: number): void {
    if (this.powerTaken.has(host)) return;
    this.powerTaken.add(host);
    this.fence(host, true);
  }

  private fence(host: number, reprovision: boolean): void {
    const { kernel, fleet, ends } = this.parts;
    const verdict = this.ordered.get(host) ?? untouched(fleet, host, kernel.nowMs, ends);
    this.ordered.delete(host);
    this.fencings.fence({ host, atMs: kernel.nowMs, reprovision, untouched: verdict });
    this.history.add(kernel.nowMs);
    this.history.add(-1 - host);
  }

  /** What is true of a host now, in words, for the story. */
  truthOf(index: number): string {
    const { fleet, kernel, ends } = this.parts;
    const host = fleet.host(index);
    const verdict = untouched(fleet, index, kernel.nowMs, ends);
    const faults = host.active.map((fault) => `${fault.class} (ends by ${fault.level})`).join(', ');
    const future =
      verdict.servesAtMs === Infinity
        ? 'would not serve again by itself'
        : `would serve by itself in ${formatDuration(Math.max(0, Math.round((verdict.servesAtMs - kernel.nowMs) / 1000) * 1000))}`;
    return `${STAGE_WORDS[host.stage]}${faults === '' ? ', no fault' : `, ${faults}`}; ${future}`;
  }

  /** A limit or budget said no while these hosts were unhealthy long enough. */
  refused(hosts: readonly number[]): void {
    this.refusals++;
    for (const host of hosts) {
      this.refusedHosts.add(host);
      this.refresh(host);
    }
  }

  reprovisionStarted(host: number): void {
    this.reprovisioning.add(host);
    this.fencings.begin(host);
    this.refresh(host);
  }

  /** Host index behind a Machine, or -1. */
  hostOfMachine(machine: Machine): number {
    const { store, fleet, config } = this.parts;
    const host = hostOfMachine(config.machineApi, machine, store);
    return host === undefined ? -1 : fleet.indexOfHost(keyOf(host));
  }

  // API

  private changed(change: Change): void {
    if (isOf(change, BARE_METAL_HOST)) this.bareMetalHostChanged(change.before, change.after);
    else if (isOf(change, OPENSHIFT_MACHINE)) this.machineChanged(change.before, change.after);
    else if (isOf(change, CAPI_MACHINE)) this.machineChanged(change.before, change.after);
  }

  private machineChanged(before: Machine | undefined, after: Machine | undefined): void {
    if (after?.metadata.deletionTimestamp === undefined || before?.metadata.deletionTimestamp !== undefined) return;
    const host = this.hostOfMachine(after);
    if (host >= 0) this.reprovisionStarted(host);
  }

  private bareMetalHostChanged(before: BareMetalHost | undefined, after: BareMetalHost | undefined): void {
    if (after === undefined) return;
    const index = this.parts.fleet.indexOfHost(keyOf(after));
    if (index < 0) return;
    // Who borrows a spare holds it as a Machine would, and is not the cluster's.
    if (isLent(before) || isLent(after)) return;
    const hadConsumer = before?.spec?.consumerRef !== undefined;
    const hasConsumer = after.spec?.consumerRef !== undefined;
    if (hadConsumer && !hasConsumer) this.downtime.vacate(index);
    if (!hadConsumer && hasConsumer) {
      const from = this.downtime.claim(index);
      if (from !== undefined && from !== index) {
        this.fencings.move(from, index);
        this.reprovisioning.delete(from);
        this.powerTaken.delete(from);
        this.powerTaken.add(index);
        this.reprovisioning.add(index);
        this.refresh(from);
        for (const listener of this.slotListeners) listener(from, index);
      }
    }
    if (!asksReboot(before) && asksReboot(after)) this.fencings.begin(index);
    this.refresh(index);
  }

  private hostState(host: Host, phase: Phase): TimelineState {
    if (!this.downtime.holdsSlot(host.index)) return host.provisioning ? 'provisioning' : 'spare';
    switch (phase) {
      case 'serving':
        return 'serving';
      case 'boot':
        return 'booting';
      case 'reprovision':
        return 'provisioning';
      case 'rejoin':
        return 'joining';
      case 'planned':
        return 'maintenance';
      case 'repair':
        return 'repair';
      case 'powerOff':
        return 'fencing';
      case 'detect':
      case 'budgetWait':
        return host.stage === 'off' ? 'off' : 'silent';
    }
  }
}

function isLent(host: BareMetalHost | undefined): boolean {
  return host?.spec?.consumerRef?.kind === LOAN_KIND;
}

function asksReboot(host: BareMetalHost | undefined): boolean {
  if (host === undefined) return false;
  if (host.spec?.online === false && host.spec.consumerRef !== undefined) return true;
  for (const key in host.metadata.annotations) if (key.startsWith(ANNOTATION_REBOOT)) return true;
  return false;
}
