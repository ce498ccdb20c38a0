// Commands of what a controller stores: SDR repository, FRU data, event log. Source: IPMI 2.0 specification chapters 31, 33 and 34.

import { LOG_ENTRIES_MOST, type LogEntry } from '../../../sim/host/bmc/event-log.ts';
import type { BmcRequest } from '../../../sim/host/bmc/requests.ts';
import type { ServedHost } from '../../served-hosts.ts';
import { bytes16, bytes32, uint16, uint32 } from '../packets/bytes.ts';
import { EVENT_RECORD_LENGTH, eventRecord, recordId, reportIn, SYSTEM_EVENT } from '../records/event-records.ts';
import { fruData } from '../records/fru-data.ts';
import { repositoryRecords } from '../records/repository.ts';
import { type Command, type CommandScene, failed, ok, okBytes, type Reply, spelled } from './command.ts';
import { COMPLETION } from './completion.ts';

const STORAGE = 0x0a;
const VERSION = 0x51;
const CAN_RESERVE = 0x02;
const LAST_RECORD = 0xffff;
const FIRST_RECORD = 0x0000;
const WHOLE_RECORD = 0xff;
/** Of Clear SEL: the letters CLR, and what to do. */
const CLEAR = [0x43, 0x4c, 0x52];
const INITIATE = 0xaa;
const ERASED = 0x01;
/** Of Delete SEL Entry: not for this kind of record. */
const NOT_DELETABLE = 0x80;
const WRITE_PROTECTED = 0x80;
/** FRU device of the host as a whole; there is no other. */
const SYSTEM_FRU_DEVICE = 0;
const RACK_MOUNT_CHASSIS = 0x17;
/** How a time that is not known is told. */
const NO_TIME = 0xffffffff;
/** Source: IPMI 2.0 specification 31.11a: a day at most, in minutes. */
const UTC_OFFSET_MINUTES_MOST = 1_440;
const NO_UTC_OFFSET = 0x7ff;
const NOT_TAKEN = failed(COMPLETION.invalidField);

export const STORAGE_COMMANDS: readonly Command[] = [
  {
    is: { name: 'Get FRU Inventory Area Info', networkFunction: STORAGE, command: 0x10 },
    privilege: 'user',
    dataLength: { min: 1, max: 1 },
    replies: (_, [device], { host }) =>
      device === SYSTEM_FRU_DEVICE ? ok(...bytes16(fruOf(host).length), 0) : failed(COMPLETION.notPresent),
  },
  {
    is: { name: 'Read FRU Data', networkFunction: STORAGE, command: 0x11 },
    privilege: 'user',
    dataLength: { min: 4, max: 4 },
    replies: (_, data, { host }) => {
      if (data[0] !== SYSTEM_FRU_DEVICE) return failed(COMPLETION.notPresent);
      const fru = fruOf(host);
      const from = uint16(data, 1);
      if (from >= fru.length) return failed(COMPLETION.parameterOutOfRange);
      const piece = fru.subarray(from, from + (data[3] ?? 0));
      return ok(piece.length, ...piece);
    },
  },
  {
    is: { name: 'Write FRU Data', networkFunction: STORAGE, command: 0x12 },
    privilege: 'operator',
    dataLength: { min: 4, max: WHOLE_RECORD },
    replies: () => failed(WRITE_PROTECTED),
  },
  {
    is: { name: 'Get SDR Repository Info', networkFunction: STORAGE, command: 0x20 },
    privilege: 'user',
    dataLength: { min: 0, max: 0 },
    asks: () => ({ ask: 'sensors' }),
    replies: spelled('sensors', ({ sensors }) => {
      const count = repositoryRecords(sensors).length;
      return ok(VERSION, ...bytes16(count), 0, 0, ...bytes32(0), ...bytes32(0), CAN_RESERVE);
    }),
  },
  {
    is: { name: 'Reserve SDR Repository', networkFunction: STORAGE, command: 0x22 },
    privilege: 'user',
    dataLength: { min: 0, max: 0 },
    replies: (_, __, { memory }) => ok(...bytes16(memory.reserveRecords())),
  },
  {
    is: { name: 'Get SDR', networkFunction: STORAGE, command: 0x23 },
    privilege: 'user',
    dataLength: { min: 6, max: 6 },
    asks: () => ({ ask: 'sensors' }),
    replies: spelled('sensors', ({ sensors }, data, { memory }) => {
      const reservation = uint16(data, 0);
      const isPart = (data[4] ?? 0) !== 0;
      if (isPart && !memory.holdsRecords(reservation)) return failed(COMPLETION.reservationCancelled);
      const records = repositoryRecords(sensors);
      const place = placeOf(records, ({ id }) => id, data);
      return pieceOf(records[place]?.bytes(), records[place + 1]?.id, data);
    }),
  },
  {
    is: { name: 'Get SDR Repository Time', networkFunction: STORAGE, command: 0x28 },
    privilege: 'user',
    dataLength: { min: 0, max: 0 },
    replies: (_, __, { host }) => ok(...bytes32(secondsOf(host.now()))),
  },
  {
    // It is the clock of the log.
    is: { name: 'Set SDR Repository Time', networkFunction: STORAGE, command: 0x29 },
    privilege: 'operator',
    dataLength: { min: 4, max: 4 },
    asks: clockChange,
    replies: () => ok(),
  },
  {
    is: { name: 'Get SEL Info', networkFunction: STORAGE, command: 0x40 },
    privilege: 'user',
    dataLength: { min: 0, max: 0 },
    asks: () => ({ ask: 'log' }),
    replies: spelled('log', ({ entries }, _, { host }) => logInfo(entries, host)),
  },
  {
    is: { name: 'Reserve SEL', networkFunction: STORAGE, command: 0x42 },
    privilege: 'user',
    dataLength: { min: 0, max: 0 },
    replies: (_, __, { memory }) => ok(...bytes16(memory.reserveLog())),
  },
  {
    is: { name: 'Get SEL Entry', networkFunction: STORAGE, command: 0x43 },
    privilege: 'user',
    dataLength: { min: 6, max: 6 },
    asks: () => ({ ask: 'log' }),
    replies: spelled('log', ({ entries }, data, { host, memory }) => {
      const reservation = uint16(data, 0);
      const isPart = (data[4] ?? 0) !== 0;
      if ((isPart || reservation !== 0) && !memory.holdsLog(reservation))
        return failed(COMPLETION.reservationCancelled);
      const place = placeOf(entries, recordId, data);
      const entry = entries[place];
      const next = entries[place + 1];
      const record = entry && eventRecord(entry, secondsOf(host.dateOf(entry.atMs)));
      return pieceOf(record, next && recordId(next), data);
    }),
  },
  {
    is: { name: 'Add SEL Entry', networkFunction: STORAGE, command: 0x44 },
    privilege: 'operator',
    dataLength: { min: EVENT_RECORD_LENGTH, max: EVENT_RECORD_LENGTH },
    asks: (data) => (data[2] === SYSTEM_EVENT ? { ask: 'report', report: reportIn(data.subarray(10)) } : NOT_TAKEN),
    replies: spelled('reported', (entry) => ok(...bytes16(recordId(entry)))),
  },
  {
    is: { name: 'Delete SEL Entry', networkFunction: STORAGE, command: 0x46 },
    privilege: 'operator',
    dataLength: { min: 4, max: 4 },
    replies: () => failed(NOT_DELETABLE),
  },
  {
    is: { name: 'Clear SEL', networkFunction: STORAGE, command: 0x47 },
    privilege: 'operator',
    dataLength: { min: 6, max: 6 },
    asks: (data, { memory }) => {
      if (CLEAR.some((letter, at) => data[2 + at] !== letter)) return failed(COMPLETION.invalidField);
      if (!memory.holdsLog(uint16(data, 0))) return failed(COMPLETION.reservationCancelled);
      return { ask: data[5] === INITIATE ? 'clearLog' : 'visit' };
    },
    replies: (_, data, { memory }) => {
      if (data[5] === INITIATE) memory.cancelLog();
      return ok(ERASED);
    },
  },
  {
    is: { name: 'Get SEL Time', networkFunction: STORAGE, command: 0x48 },
    privilege: 'user',
    dataLength: { min: 0, max: 0 },
    replies: (_, __, { host }) => ok(...bytes32(secondsOf(host.now()))),
  },
  {
    is: { name: 'Set SEL Time', networkFunction: STORAGE, command: 0x49 },
    privilege: 'operator',
    dataLength: { min: 4, max: 4 },
    asks: clockChange,
    replies: () => ok(),
  },
  {
    is: { name: 'Get SEL Time UTC Offset', networkFunction: STORAGE, command: 0x5c },
    privilege: 'user',
    dataLength: { min: 0, max: 0 },
    replies: (_, __, { configuration: { utcOffsetMinutes } }) =>
      ok(...bytes16(utcOffsetMinutes === 'not told' ? NO_UTC_OFFSET : utcOffsetMinutes)),
  },
  {
    is: { name: 'Set SEL Time UTC Offset', networkFunction: STORAGE, command: 0x5d },
    privilege: 'operator',
    dataLength: { min: 2, max: 2 },
    asks: (data) => (utcOffsetIn(data) === undefined ? failed(COMPLETION.invalidField) : { ask: 'visit' }),
    replies: (_, data, { configuration }) => {
      configuration.utcOffsetMinutes = utcOffsetIn(data) ?? 'not told';
      return ok();
    },
  },
];

/** Seconds since 1970 by the controller's own clock, from now on. */
function clockChange(data: Uint8Array, { host }: CommandScene): BmcRequest | Reply {
  const seconds = uint32(data, 0);
  if (seconds === NO_TIME) return failed(COMPLETION.invalidField);
  const clock = host.told({ ask: 'clock' });
  const offsetMs = clock.kind === 'clock' ? clock.offsetMs : 0;
  return { ask: 'setClock', offsetMs: seconds * 1000 - (host.now().getTime() - offsetMs) };
}

/** Undefined: further from UTC than any place. */
function utcOffsetIn(data: Uint8Array): number | 'not told' | undefined {
  const minutes = (uint16(data, 0) << 16) >> 16;
  if (minutes === NO_UTC_OFFSET) return 'not told';
  return Math.abs(minutes) <= UTC_OFFSET_MINUTES_MOST ? minutes : undefined;
}

function fruOf({ inventory, name }: ServedHost): Uint8Array {
  const { manufacturer, model, serial } = inventory;
  return fruData({
    chassis: { type: RACK_MOUNT_CHASSIS, partNumber: model, serialNumber: serial },
    board: { manufacturer, product: model, serialNumber: serial, partNumber: model },
    product: {
      manufacturer,
      name: model,
      partNumber: model,
      version: inventory.firmwareVersion,
      serialNumber: serial,
      assetTag: name,
    },
  });
}

function logInfo(entries: readonly LogEntry[], host: ServedHost): Reply {
  const latest = entries.at(-1);
  const erased = entries.findLast(({ event }) => event === 'logCleared');
  const stamp = (entry: LogEntry | undefined): readonly number[] =>
    bytes32(entry === undefined ? NO_TIME : secondsOf(host.dateOf(entry.atMs)));
  const free = (LOG_ENTRIES_MOST - entries.length) * EVENT_RECORD_LENGTH;
  return ok(VERSION, ...bytes16(entries.length), ...bytes16(free), ...stamp(latest), ...stamp(erased), CAN_RESERVE);
}

/** Of the record that is asked for: by its number, or as the first or the last. -1: there is none. */
function placeOf<T>(all: readonly T[], idOf: (one: T) => number, data: Uint8Array): number {
  const id = uint16(data, 2);
  if (id === FIRST_RECORD) return all.length === 0 ? -1 : 0;
  return id === LAST_RECORD ? all.length - 1 : all.findIndex((one) => idOf(one) === id);
}

/** The number of the record after it, and so many of its bytes as are asked for. */
function pieceOf(record: Uint8Array | undefined, nextId: number | undefined, data: Uint8Array): Reply {
  if (record === undefined) return failed(COMPLETION.notPresent);
  const [, , , , offset = 0, count = 0] = data;
  if (offset >= record.length) return failed(COMPLETION.parameterOutOfRange);
  const piece = count === WHOLE_RECORD ? record.subarray(offset) : record.subarray(offset, offset + count);
  return okBytes([...bytes16(nextId ?? LAST_RECORD), ...piece]);
}

function secondsOf(date: Date): number {
  return Math.floor(date.getTime() / 1000) >>> 0;
}
