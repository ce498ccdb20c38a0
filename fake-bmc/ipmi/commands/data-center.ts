// Commands of DCMI: what it can do, power, identification. Others of the same network function, PICMG and VITA, are not spoken.
// Source: DCMI specification 1.5, chapters 6 and 7.

import { LOG_ENTRIES_MOST } from '../../../sim/host/bmc/event-log.ts';
import type { Sensor } from '../../../sim/host/bmc/sensors.ts';
import { bytes16, bytes32, latinBytes } from '../packets/bytes.ts';
import { ANY, type Command, type CommandScene, failed, ok, type Reply, spelled } from './command.ts';
import { COMPLETION } from './completion.ts';

const GROUP_EXTENSION = 0x2c;
const DCMI = 0xdc;
const CONFORMS_TO_1_5 = [0x01, 0x05, 0x02];
const LOG_ROLLS_OVER = 0x80;
const GUID_AND_ASSET_TAG = 0x05;
/** Power is read and not limited; there is one LAN channel, 1. */
const CAPABILITIES: Readonly<Record<number, readonly number[]>> = {
  1: [0x00, 0x01, 0x00],
  2: [LOG_ENTRIES_MOST & 0xff, LOG_ROLLS_OVER | (LOG_ENTRIES_MOST >> 8), GUID_AND_ASSET_TAG, 0x00],
  3: [0x20, 0x00],
  4: [0x01, 0xff, 0xff],
};
const POWER_STATISTICS = 0x01;
const MEASURES = 0x40;
const NO_LIMIT_SET = 0x80;
/** Of one reading: what it is over is as short as the controller can. */
const PERIOD_MS = 1000;
const SYSTEM_POWER = 'System Power';
/** Source: DCMI specification 1.5, table 6-9 and 6-13; the shorter of tag and identifier. */
const TEXT_LENGTH_MAX = 63;
const PIECE_LENGTH_MAX = 16;

export const DATA_CENTER_COMMANDS: readonly Command[] = [
  {
    ...ofGroup('Get DCMI Capabilities Info', 0x01),
    replies: ofDcmi(2, ([, selector = 0]) => {
      const capabilities = CAPABILITIES[selector];
      return capabilities === undefined
        ? failed(COMPLETION.invalidField)
        : ok(DCMI, ...CONFORMS_TO_1_5, ...capabilities);
    }),
  },
  {
    ...ofGroup('Get Power Reading', 0x02),
    asks: (data) => {
      const objection = objectionTo(data, 4);
      if (objection !== undefined) return objection;
      return data[1] === POWER_STATISTICS ? { ask: 'sensors' } : failed(COMPLETION.invalidField);
    },
    replies: spelled('sensors', ({ sensors }, _, { host }) => {
      const watts = Math.round(readingOf(sensors, SYSTEM_POWER));
      const seconds = Math.floor(host.now().getTime() / 1000) >>> 0;
      const figures = [watts, watts, watts, watts].flatMap(bytes16);
      return ok(DCMI, ...figures, ...bytes32(seconds), ...bytes32(PERIOD_MS), MEASURES);
    }),
  },
  { ...ofGroup('Get Power Limit', 0x03), replies: ofDcmi(3, () => failed(NO_LIMIT_SET)) },
  {
    ...ofGroup('Get Asset Tag', 0x06),
    replies: ofDcmi(3, (data, { host }) => textPiece(host.name, data)),
  },
  {
    ...ofGroup('Get Management Controller Identifier String', 0x09),
    replies: ofDcmi(3, (data, { host }) => textPiece(`bmc-${host.name}`, data)),
  },
];

/** A command of the group extension; which group speaks, its first byte says. */
function ofGroup(name: string, command: number) {
  return {
    is: { name, networkFunction: GROUP_EXTENSION, command },
    privilege: 'user',
    dataLength: { min: 1, max: ANY },
  } as const;
}

function ofDcmi(length: number, reply: (data: Uint8Array, scene: CommandScene) => Reply): Command['replies'] {
  return (_, data, scene) => objectionTo(data, length) ?? reply(data, scene);
}

/** Commands of other groups are nobody's, whatever their length. */
function objectionTo(data: Uint8Array, length: number): Reply | undefined {
  if (data[0] !== DCMI) return failed(COMPLETION.invalidCommand);
  return data.length < length ? failed(COMPLETION.lengthInvalid) : undefined;
}

function readingOf(sensors: readonly Sensor[], name: string): number {
  const sensor = sensors.find((candidate) => candidate.name === name);
  return sensor?.kind === 'numeric' ? (sensor.value ?? 0) : 0;
}

/** The length of the whole text, and a piece of it. */
function textPiece(text: string, [, offset = 0, count = 0]: Uint8Array): Reply {
  const bytes = latinBytes(text).subarray(0, TEXT_LENGTH_MAX);
  if (offset > bytes.length || count > PIECE_LENGTH_MAX) return failed(COMPLETION.parameterOutOfRange);
  return ok(DCMI, bytes.length, ...bytes.subarray(offset, offset + count));
}
