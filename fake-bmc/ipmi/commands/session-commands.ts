// Commands by which consoles find out how to come in, and manage the session that they have. Source: IPMI 2.0 specification 22.13 to
// 22.20 and 24.

import type { BmcRequest } from '../../../sim/host/bmc/requests.ts';
import { algorithmRecords, suiteRecords } from '../crypto/cipher-suites.ts';
import { uint32 } from '../packets/bytes.ts';
import { PRIVILEGE } from '../session/account.ts';
import type { Session } from '../session/session-table.ts';
import type { ChannelAccess } from './channel-configuration.ts';
import { type Command, type CommandScene, failed, ok, type Reply } from './command.ts';
import { COMPLETION } from './completion.ts';

const APPLICATION = 0x06;
/** The one channel, and the name of whichever channel a request comes in through. */
const LAN_CHANNEL = 1;
const PRESENT_CHANNEL = 0x0e;
const CHANNEL_MASK = 0x0f;
const LAN_802_3 = 0x04;
const IPMB_PROTOCOL = 0x01;
const MULTI_SESSION = 0x80;
/** Source: IPMI 2.0 specification 22.24, the enterprise number of the IPMI forum, 7154. */
const IPMI_FORUM = [0xf2, 0x1b, 0x00];
const ALWAYS_AVAILABLE = 0x02;
const MODE_MASK = 0x07;
/** The mode, and which kinds of authentication and alerts are off. */
const ACCESS_MASK = 0x3f;
const PRIVILEGE_MASK = 0x0f;
/** Of Set Channel Access: nobody can shut the channel by which he comes. */
const MODE_NOT_SUPPORTED = 0x83;
const EXTENDED_CAPABILITIES = 0x80;
const NAMES_ONLY = 0x04;
const SPEAKS_2_0 = 0x02;
const LIST_BY_SUITE = 0x80;
const LIST_INDEX_MASK = 0x3f;
const LIST_PIECE = 16;
/** Of Set Session Privilege Level. */
const LEVEL_NOT_AVAILABLE = 0x80;
const ABOVE_LIMIT = 0x81;
/** Of Close Session. */
const NO_SUCH_SESSION = 0x87;
const NO_SUCH_HANDLE = 0x88;
/** Of Activate and Deactivate Payload. */
const PAYLOAD_DISABLED = 0x81;
const ALREADY_DEACTIVATED = 0x80;
const SERIAL_OVER_LAN = 0x01;
const IPMI_MESSAGES = 0x01;
const SESSION_SET_UP_PAYLOADS = 0x3f;
const IPMI_PAYLOAD_VERSION = 0x10;

export const SESSION_COMMANDS: readonly Command[] = [
  {
    is: { name: 'Get Channel Authentication Capabilities', networkFunction: APPLICATION, command: 0x38 },
    privilege: 'anybody',
    dataLength: { min: 2, max: 2 },
    isOfSession: true,
    replies: (_, [channel = 0]) => {
      if (!isHere(channel)) return failed(COMPLETION.invalidField);
      const extended = (channel & EXTENDED_CAPABILITIES) !== 0;
      return ok(LAN_CHANNEL, extended ? EXTENDED_CAPABILITIES : 0, NAMES_ONLY, extended ? SPEAKS_2_0 : 0, 0, 0, 0, 0);
    },
  },
  {
    // There are no sessions of IPMI 1.5 to be challenged for.
    is: { name: 'Get Session Challenge', networkFunction: APPLICATION, command: 0x39 },
    privilege: 'anybody',
    dataLength: { min: 17, max: 17 },
    isOfSession: true,
    replies: () => failed(COMPLETION.invalidField),
  },
  {
    is: { name: 'Get Channel Cipher Suites', networkFunction: APPLICATION, command: 0x54 },
    privilege: 'anybody',
    dataLength: { min: 3, max: 3 },
    isOfSession: true,
    replies: (_, [channel = 0, , list = 0], { listedSuites }) => {
      if (!isHere(channel)) return failed(COMPLETION.invalidField);
      const records = (list & LIST_BY_SUITE) === 0 ? algorithmRecords(listedSuites) : suiteRecords(listedSuites);
      const from = (list & LIST_INDEX_MASK) * LIST_PIECE;
      return ok(LAN_CHANNEL, ...records.slice(from, from + LIST_PIECE));
    },
  },
  {
    is: { name: 'Set Session Privilege Level', networkFunction: APPLICATION, command: 0x3b },
    privilege: 'callback',
    dataLength: { min: 1, max: 1 },
    isOfSession: true,
    replies: (_, [level = 0], scene) => setPrivilege(level & 0x0f, scene),
  },
  {
    is: { name: 'Close Session', networkFunction: APPLICATION, command: 0x3c },
    privilege: 'callback',
    dataLength: { min: 4, max: 5 },
    isOfSession: true,
    asks: closing,
    replies: (_, data, scene) => {
      const named = sessionToClose(data, scene);
      if (named !== undefined) scene.sessions.close(named.id);
      return ok();
    },
  },
  {
    is: { name: 'Get Session Info', networkFunction: APPLICATION, command: 0x3d },
    privilege: 'user',
    dataLength: { min: 1, max: 5 },
    replies: (_, data, scene) => sessionInfo(data, scene),
  },
  {
    is: { name: 'Set Channel Access', networkFunction: APPLICATION, command: 0x40 },
    privilege: 'administrator',
    dataLength: { min: 3, max: 3 },
    asks: ([channel = 0, mode = 0, limit = 0]) => {
      if (!isHere(channel) || keptIn(mode) === undefined || keptIn(limit) === undefined) {
        return failed(COMPLETION.invalidField);
      }
      const privilegeMax = limit & PRIVILEGE_MASK;
      const isPrivilege = privilegeMax >= PRIVILEGE.callback && privilegeMax <= PRIVILEGE.administrator;
      if (keptIn(limit) !== 'nowhere' && !isPrivilege) return failed(COMPLETION.invalidField);
      const isOpen = (mode & MODE_MASK) === ALWAYS_AVAILABLE;
      return keptIn(mode) !== 'nowhere' && !isOpen ? failed(MODE_NOT_SUPPORTED) : { ask: 'visit' };
    },
    replies: (_, [, mode = 0, limit = 0], scene) => {
      changeAccess(scene, keptIn(mode), { mode: mode & ACCESS_MASK });
      changeAccess(scene, keptIn(limit), { privilegeMax: limit & PRIVILEGE_MASK });
      return ok();
    },
  },
  {
    is: { name: 'Get Channel Access', networkFunction: APPLICATION, command: 0x41 },
    privilege: 'user',
    dataLength: { min: 2, max: 2 },
    replies: (_, [channel = 0, which = 0], { memory, configuration }) => {
      const kept = keptIn(which);
      if (!isHere(channel) || kept === undefined || kept === 'nowhere') return failed(COMPLETION.invalidField);
      const present = kept === 'memory' ? memory.channelAccess : undefined;
      const { mode, privilegeMax } = present ?? configuration.access;
      return ok(mode, privilegeMax);
    },
  },
  {
    is: { name: 'Get Channel Info', networkFunction: APPLICATION, command: 0x42 },
    privilege: 'user',
    dataLength: { min: 1, max: 1 },
    replies: (_, [channel = 0], { sessions }) =>
      isHere(channel)
        ? ok(LAN_CHANNEL, LAN_802_3, IPMB_PROTOCOL, MULTI_SESSION | sessions.inUse, ...IPMI_FORUM, 0, 0)
        : failed(COMPLETION.invalidField),
  },
  {
    is: { name: 'Activate Payload', networkFunction: APPLICATION, command: 0x48 },
    privilege: 'user',
    dataLength: { min: 6, max: 6 },
    replies: (_, [payload = 0]) =>
      failed((payload & 0x3f) === SERIAL_OVER_LAN ? PAYLOAD_DISABLED : COMPLETION.invalidField),
  },
  {
    is: { name: 'Deactivate Payload', networkFunction: APPLICATION, command: 0x49 },
    privilege: 'user',
    dataLength: { min: 6, max: 6 },
    replies: () => failed(ALREADY_DEACTIVATED),
  },
  {
    is: { name: 'Get Payload Activation Status', networkFunction: APPLICATION, command: 0x4a },
    privilege: 'user',
    dataLength: { min: 1, max: 1 },
    replies: () => ok(0, 0, 0),
  },
  {
    is: { name: 'Get Channel Payload Support', networkFunction: APPLICATION, command: 0x4e },
    privilege: 'user',
    dataLength: { min: 1, max: 1 },
    replies: (_, [channel = 0]) =>
      isHere(channel) ? ok(IPMI_MESSAGES, 0, SESSION_SET_UP_PAYLOADS, 0, 0, 0, 0, 0) : failed(COMPLETION.invalidField),
  },
  {
    is: { name: 'Get Channel Payload Version', networkFunction: APPLICATION, command: 0x4f },
    privilege: 'user',
    dataLength: { min: 2, max: 2 },
    replies: (_, [, payload = 0]) => (payload === 0 ? ok(IPMI_PAYLOAD_VERSION) : failed(ALREADY_DEACTIVATED)),
  },
];

/** Where a setting of the channel is kept: for good, or until the next start. Undefined: reserved. */
function keptIn(byte: number): 'nowhere' | 'configuration' | 'memory' | undefined {
  return (['nowhere', 'configuration', 'memory'] as const)[byte >> 6];
}

function changeAccess(
  { memory, configuration }: CommandScene,
  where: ReturnType<typeof keptIn>,
  change: Partial<ChannelAccess>,
): void {
  if (where === 'nowhere') return;
  // What is kept for good holds from the next start on.
  memory.channelAccess ??= configuration.access;
  if (where === 'configuration') configuration.access = { ...configuration.access, ...change };
  if (where === 'memory') memory.channelAccess = { ...memory.channelAccess, ...change };
}

export function isHere(channel: number): boolean {
  const number = channel & CHANNEL_MASK;
  return number === LAN_CHANNEL || number === PRESENT_CHANNEL;
}

/** 0 asks for the present level. */
function setPrivilege(level: number, { session, refusesPrivilege }: CommandScene): Reply {
  if (session === undefined) return failed(COMPLETION.insufficientPrivilege);
  if (refusesPrivilege) return failed(LEVEL_NOT_AVAILABLE);
  if (level === 0) return ok(session.privilege);
  if (level < PRIVILEGE.user || level > PRIVILEGE.administrator) return failed(LEVEL_NOT_AVAILABLE);
  if (level > session.privilegeMax) return failed(ABOVE_LIMIT);
  session.privilege = level;
  return ok(level);
}

/** The own session, or as an administrator any. */
function closing(data: Uint8Array, scene: CommandScene): BmcRequest | Reply {
  const { session } = scene;
  const named = sessionToClose(data, scene);
  if (named === undefined) return failed(uint32(data, 0) === 0 ? NO_SUCH_HANDLE : NO_SUCH_SESSION);
  if (named === session) return { ask: 'logout' };
  if (session?.privilege !== PRIVILEGE.administrator) return failed(COMPLETION.insufficientPrivilege);
  return { ask: 'endSession', session: named.held };
}

function sessionToClose(data: Uint8Array, { sessions }: CommandScene): Session | undefined {
  const id = uint32(data, 0);
  return id === 0 ? sessions.byHandle(data[4] ?? 0) : sessions.session(id);
}

/** By what a session is asked for. Source: IPMI 2.0 specification table 22-25. */
const BY_HANDLE = 0xfe;
const BY_ID = 0xff;

function sessionInfo(data: Uint8Array, scene: CommandScene): Reply {
  const { sessions } = scene;
  const found = sessionAskedFor(data, scene);
  const counts = [sessions.slots, sessions.inUse];
  if (found === undefined) return ok(0, ...counts);
  const { handle, account, privilege, peer } = found;
  const place = [...peer.address.split('.').map(Number), 0, 0, 0, 0, 0, 0, peer.port & 0xff, peer.port >> 8];
  return ok(handle, ...counts, account.slot, privilege, SPEAKS_2_0_SESSION | LAN_CHANNEL, ...place);
}

const SPEAKS_2_0_SESSION = 0x10;

function sessionAskedFor(data: Uint8Array, { session, sessions }: CommandScene): Session | undefined {
  const [index = 0, handle = 0] = data;
  if (index === 0) return session;
  if (index === BY_HANDLE) return sessions.byHandle(handle);
  if (index === BY_ID) return sessions.all().find(({ id }) => id === uint32(data, 1));
  return sessions.all()[index - 1];
}
