// Which hosts can be lost now with no placement group below min_size, and which racks and pairs: the storage part of `whatif`.

import { asShown, paint, printable, type TextStyle, type Tone, wrap } from './text-style.ts';

/** One pool as it is now. Hosts are named as they are shown. */
export interface StorageLosses {
  readonly pool: string;
  readonly replicas: number;
  /** Null: replicas are whole copies. */
  readonly dataParts: number | null;
  readonly minSize: number;
  readonly groups: number;
  /** In Ceph's words, the most frequent first. */
  readonly states: readonly { readonly state: string; readonly groups: number }[];
  readonly belowMinSize: number;
  /** Hosts with data in the pool that are down now. */
  readonly down: readonly string[];
  /** Hosts with data in the pool that are up. */
  readonly hosts: readonly HostLosses[];
  readonly racks: readonly RackLosses[];
  /** Of two hosts that can each be lost: how many there are, and those that cannot be lost together. */
  readonly pairs: { readonly of: number; readonly notTogether: readonly PairLosses[] };
}

export interface HostLosses {
  readonly host: string;
  readonly rack: string;
  /** Placement groups that would fall below min_size without it. */
  readonly groupsBelow: number;
  /** Placement groups whose data would be gone if its disks were wiped now. */
  readonly groupsLost: number;
}

export interface RackLosses {
  readonly rack: string;
  readonly hosts: number;
  readonly groupsBelow: number;
}

export interface PairLosses {
  readonly hosts: readonly [string, string];
  readonly racks: readonly [string, string];
  readonly groupsBelow: number;
}

/** Ends in a newline. */
export function storageLossesText(pools: readonly StorageLosses[], style: TextStyle): string {
  const lines = pools.flatMap((pool) => poolLines(pool, style));
  return [paint('Storage now', 'strong', style), ...lines].map((line) => `${line}\n`).join('');
}

function poolLines(losses: StorageLosses, style: TextStyle): readonly string[] {
  const { pool, replicas, dataParts, minSize, groups, states, belowMinSize, down, hosts } = losses;
  const shape = dataParts === null ? `${replicas} replicas` : `erasure code ${dataParts}+${replicas - dataParts}`;
  const below = hosts.filter(({ groupsBelow }) => groupsBelow > 0);
  const safe = hosts.filter(({ groupsBelow }) => groupsBelow === 0);
  const only = hosts.filter(({ groupsLost }) => groupsLost > 0);
  return [
    ...prose(`  pool ${pool}: ${shape}, min_size ${minSize}, ${counted(groups, 'placement group')}`, style),
    ...prose(`    ${states.map(({ state, groups: count }) => `${count} ${state}`).join(', ')}`, style),
    ...(down.length === 0 ? [] : row('DOWN', 'doubt', names(down), style)),
    ...(belowMinSize === 0
      ? []
      : row('BLOCKED', 'bad', `${counted(belowMinSize, 'placement group')} below min_size already`, style)),
    ...row(
      safe.length > 0 ? 'CAN GO' : 'NONE',
      safe.length > 0 ? 'good' : 'bad',
      safe.length === 0
        ? `no host can be lost without ${belowMinSize > 0 ? 'further ' : ''}placement groups below min_size`
        : safe.length === hosts.length
          ? `any one of the ${hosts.length} hosts that are up can be lost`
          : `${safe.length} of the ${hosts.length} hosts that are up, one at a time: ${names(safe.map(({ host }) => host))}`,
      style,
    ),
    ...below.flatMap(({ host, groupsBelow }) =>
      row('MUST STAY', 'bad', `${host}: ${counted(groupsBelow, 'placement group')} would fall below min_size`, style),
    ),
    ...only.flatMap(({ host, groupsLost }) =>
      row('LAST COPY', 'bad', `${host}: ${counted(groupsLost, 'placement group')} would be lost with its disks`, style),
    ),
    ...rackLines(losses, style),
    ...pairLines(losses, style),
  ];
}

function rackLines({ racks }: StorageLosses, style: TextStyle): readonly string[] {
  if (racks.length < 2) return [];
  const safe = racks.filter(({ groupsBelow }) => groupsBelow === 0);
  const below = racks.filter(({ groupsBelow }) => groupsBelow > 0);
  return [
    ...(safe.length === 0
      ? []
      : row(
          'RACKS',
          'good',
          safe.length === racks.length
            ? `any one of the ${racks.length} racks can be lost as a whole`
            : `can be lost as a whole: ${names(safe.map(({ rack }) => rack))}`,
          style,
        )),
    ...below.flatMap(({ rack, hosts, groupsBelow }) =>
      row(
        'RACKS',
        'bad',
        `not ${rack} (${counted(hosts, 'host')}): ${counted(groupsBelow, 'placement group')} would fall below min_size`,
        style,
      ),
    ),
  ];
}

function pairLines({ pairs, hosts }: StorageLosses, style: TextStyle): readonly string[] {
  const { of, notTogether } = pairs;
  if (of === 0) return [];
  if (notTogether.length === 0)
    return row('PAIRS', 'good', `any two of them can be lost together (${counted(of, 'pair')})`, style);
  if (notTogether.length === of)
    return row('PAIRS', 'doubt', `no two of them can be lost together (${counted(of, 'pair')})`, style);
  const apart = `${of - notTogether.length} of ${of} pairs of them can be lost together`;
  const safe = hosts.filter(({ groupsBelow }) => groupsBelow === 0);
  const sameRack = safe.flatMap((a, index) => safe.slice(index + 1).filter((b) => b.rack === a.rack)).length;
  const isByRack = notTogether.every(({ racks: [a, b] }) => a !== b) && of - notTogether.length === sameRack;
  if (isByRack) return row('PAIRS', 'doubt', `${apart}: those in one rack, and no others`, style);
  const worst = notTogether.toSorted((a, b) => b.groupsBelow - a.groupsBelow).slice(0, MOST_PAIRS);
  const rest = notTogether.length - worst.length;
  const listed = worst.map(({ hosts: [a, b], groupsBelow }) => `${a} with ${b} (${groupsBelow})`).join(', ');
  return row(
    'PAIRS',
    'doubt',
    `${apart}; not, with their placement groups: ${listed}${rest > 0 ? ` and ${rest} more` : ''}`,
    style,
  );
}

const MOST_PAIRS = 5;
const MOST_NAMES = 12;

function names(all: readonly string[]): string {
  const shown = all.slice(0, MOST_NAMES).join(', ');
  return all.length > MOST_NAMES ? `${shown} and ${all.length - MOST_NAMES} more` : shown;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function row(verb: string, tone: Tone, text: string, style: TextStyle): readonly string[] {
  const labelWidth = 10;
  const [first = '', ...rest] = prose(`    ${verb.padEnd(labelWidth)}${text}`, style, ' '.repeat(labelWidth + 4));
  return [first.replace(verb, paint(verb, tone, style)), ...rest];
}

function prose(text: string, style: TextStyle, hang = '      '): readonly string[] {
  return wrap(asShown(printable(text), style), style, hang);
}
