// Commands of the LAN channel: how it is configured, and that it has no serial console. Source: IPMI 2.0 specification chapters 23 and 26.

import { type Command, failed, ok, okBytes } from './command.ts';
import { COMPLETION, OF_PARAMETERS } from './completion.ts';
import { lanObjection, lanParameter, SET_IN_PROGRESS, writeLanParameter } from './lan-parameters.ts';
import { isHere } from './session-commands.ts';
import { isSetInProgress, setProgressObjection } from './set-in-progress.ts';

const TRANSPORT = 0x0c;
const REVISION = 0x11;
const REVISION_ONLY = 0x80;
const ADMINISTRATOR = 4;

/** Serial over LAN is off, and cannot be had. Source: IPMI 2.0 specification table 26-5. */
const SERIAL_PARAMETERS: Readonly<Record<number, readonly number[]>> = {
  0: [0],
  1: [0],
  2: [ADMINISTRATOR],
  3: [0, 0],
  4: [0, 0],
  5: [0],
  6: [0],
  7: [1],
  8: [0x6f, 0x02],
};

export const TRANSPORT_COMMANDS: readonly Command[] = [
  {
    is: { name: 'Set LAN Configuration Parameters', networkFunction: TRANSPORT, command: 0x01 },
    privilege: 'administrator',
    dataLength: { min: 3, max: 0xff },
    asks: (data, { memory, configuration }) => {
      const [channel = 0, parameter = 0, first = 0] = data;
      if (!isHere(channel)) return failed(COMPLETION.invalidField);
      if (parameter === SET_IN_PROGRESS) {
        if (data.length !== 3) return failed(COMPLETION.lengthInvalid);
        return setProgressObjection(first, memory.lanSetInProgress) ?? { ask: 'visit' };
      }
      const objection = lanObjection(parameter, data.subarray(2), configuration);
      return objection === COMPLETION.ok ? { ask: 'visit' } : failed(objection);
    },
    replies: (_, data, { memory, configuration }) => {
      const [, parameter = 0, first = 0] = data;
      if (parameter === SET_IN_PROGRESS) memory.lanSetInProgress = isSetInProgress(first);
      else writeLanParameter(parameter, data.subarray(2), configuration);
      return ok();
    },
  },
  {
    is: { name: 'Get LAN Configuration Parameters', networkFunction: TRANSPORT, command: 0x02 },
    privilege: 'operator',
    dataLength: { min: 4, max: 4 },
    replies: (_, [channel = 0, parameter = 0], scene) => {
      if (!isHere(channel)) return failed(COMPLETION.invalidField);
      if ((channel & REVISION_ONLY) !== 0) return ok(REVISION);
      const content = lanParameter(parameter, scene);
      return content === undefined ? failed(OF_PARAMETERS.notSupported) : okBytes([REVISION, ...Array.from(content)]);
    },
  },
  {
    is: { name: 'Set SOL Configuration Parameters', networkFunction: TRANSPORT, command: 0x21 },
    privilege: 'administrator',
    dataLength: { min: 3, max: 0xff },
    replies: (_, [, parameter = 0]) =>
      failed(SERIAL_PARAMETERS[parameter] === undefined ? OF_PARAMETERS.notSupported : OF_PARAMETERS.readOnly),
  },
  {
    is: { name: 'Get SOL Configuration Parameters', networkFunction: TRANSPORT, command: 0x22 },
    privilege: 'user',
    dataLength: { min: 4, max: 4 },
    replies: (_, [channel = 0, parameter = 0]) => {
      if (!isHere(channel)) return failed(COMPLETION.invalidField);
      if ((channel & REVISION_ONLY) !== 0) return ok(REVISION);
      const content = SERIAL_PARAMETERS[parameter];
      return content === undefined ? failed(OF_PARAMETERS.notSupported) : ok(REVISION, ...content);
    },
  },
];
