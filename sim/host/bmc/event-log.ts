// The event log of a management controller (Redfish LogService, IPMI SEL): what it noticed of its host and of itself, at the time that
// its own clock showed.
//
// Divergence from reality
// - Entries tell what happened, not how a vendor words or codes it; whoever serves a protocol spells them.
// - A full log drops its oldest entry; some controllers drop the newest.

/** Parts that can fail one by one, as a controller tells them apart. */
export const PARTS = ['systemBoard', 'memory', 'systemDisk', 'dataDisk', 'powerSupply', 'networkCard'] as const;
export type Part = (typeof PARTS)[number];

export type LogEvent =
  | { readonly event: 'powerOn' | 'powerOff' }
  /** The host lost its feed while it was on; told when the controller is back. */
  | { readonly event: 'powerLost' }
  | { readonly event: 'controllerStarted' }
  | { readonly event: 'partFailed' | 'partWorks'; readonly part: Part }
  /** The operating system stopped with a panic. */
  | { readonly event: 'systemStopped' }
  | { readonly event: 'watchdogExpired'; readonly action: 'none' | 'reset' | 'powerOff' | 'powerCycle' }
  | { readonly event: 'logCleared' }
  /** Somebody else noticed it, and told the controller. */
  | { readonly event: 'reported'; readonly report: ReportedEvent };

/** An event as platforms report it to their controllers. Source: IPMI 2.0 specification 29.3. */
export interface ReportedEvent {
  readonly sensorType: number;
  readonly sensorNumber: number;
  readonly readingType: number;
  /** A state is over. */
  readonly isDeasserted: boolean;
  readonly data: readonly [number, number, number];
}

export type LogEntry = LogEvent & {
  /** From 1, in order; starts again when the log is cleared. */
  readonly id: number;
  /** Virtual time by the clock of the controller, which may be wrong. */
  readonly atMs: number;
  readonly severity: 'OK' | 'Warning' | 'Critical';
  /** One English sentence. */
  readonly says: string;
};

/** Assumption: a usual size of a system event log. */
export const LOG_ENTRIES_MOST = 512;

const PART_WORDS: Readonly<Record<Part, string>> = {
  systemBoard: 'system board',
  memory: 'memory module',
  systemDisk: 'system disk',
  dataDisk: 'data disk',
  powerSupply: 'power supply',
  networkCard: 'network card',
};

export class EventLog {
  private kept: LogEntry[] = [];
  private nextId = 1;
  private readonly added: ((entry: LogEntry) => void)[] = [];

  /** Hears of every entry from now on. */
  onEntry(listener: (entry: LogEntry) => void): void {
    this.added.push(listener);
  }

  /** Oldest first. */
  entries(): readonly LogEntry[] {
    return this.kept;
  }

  /** The number of the entry. */
  add(event: LogEvent, atMs: number): number {
    const entry: LogEntry = { ...event, id: this.nextId++, atMs, severity: severityOf(event), says: wordsOf(event) };
    this.kept = [...this.kept.slice(1 - LOG_ENTRIES_MOST), entry];
    for (const added of this.added) added(entry);
    return entry.id;
  }

  /** Empty but for the entry that says so, as a SEL is. */
  clear(atMs: number): void {
    this.kept = [];
    this.nextId = 1;
    this.add({ event: 'logCleared' }, atMs);
  }
}

function severityOf(event: LogEvent): LogEntry['severity'] {
  if (event.event === 'partFailed') return event.part === 'powerSupply' ? 'Warning' : 'Critical';
  if (event.event === 'systemStopped' || event.event === 'watchdogExpired') return 'Critical';
  return event.event === 'powerLost' ? 'Critical' : 'OK';
}

function wordsOf(event: LogEvent): string {
  switch (event.event) {
    case 'powerOn':
      return 'The host was switched on.';
    case 'powerOff':
      return 'The host was switched off.';
    case 'powerLost':
      return 'The host lost its power.';
    case 'controllerStarted':
      return 'The management controller started.';
    case 'partFailed':
      return `The ${PART_WORDS[event.part]} has failed.`;
    case 'partWorks':
      return `The ${PART_WORDS[event.part]} works.`;
    case 'systemStopped':
      return 'The operating system stopped: kernel panic.';
    case 'watchdogExpired':
      return `The watchdog timer expired (${event.action}).`;
    case 'logCleared':
      return 'The log was cleared.';
    case 'reported':
      return `Sensor ${event.report.sensorNumber} of type ${event.report.sensorType} was reported.`;
  }
}
