// The Remote Management Control Protocol under IPMI over LAN: four bytes in front of every packet, and the presence ping of ASF.
// What is not such a packet has no value here: whoever listens says nothing to it.
// Source: IPMI 2.0 specification 13.1 and 13.2; ASF 2.0 specification 3.2.

import { joined, uint32BigEndian } from './bytes.ts';

const VERSION = 0x06;
const RESERVED = 0x00;
/** A sequence number that asks for no acknowledgement. */
const NO_ACKNOWLEDGEMENT = 0xff;
const ACKNOWLEDGES = 0x80;
const ASF_ENTERPRISE = 4542;
const PING = 0x80;
const PONG = 0x40;
const IPMI_SUPPORTED = 0x81;
const HEADER_LENGTH = 4;
const ASF_HEADER_LENGTH = 8;

const CLASSES = { asf: 0x06, ipmi: 0x07 } as const;

export interface RmcpPacket {
  readonly sequence: number;
  readonly messageClass: keyof typeof CLASSES;
  readonly data: Uint8Array;
}

/** Undefined: not RMCP, an acknowledgement, or of a class that nobody here speaks. */
export function parseRmcp(packet: Uint8Array): RmcpPacket | undefined {
  const [version, , sequence = 0, messageClass] = packet;
  if (packet.length < HEADER_LENGTH || version !== VERSION) return undefined;
  const data = packet.subarray(HEADER_LENGTH);
  if (messageClass === CLASSES.ipmi) return { sequence, messageClass: 'ipmi', data };
  return messageClass === CLASSES.asf ? { sequence, messageClass: 'asf', data } : undefined;
}

/** IPMI itself is never acknowledged. */
export function formatIpmiRmcp(data: Uint8Array): Uint8Array {
  return joined([VERSION, RESERVED, NO_ACKNOWLEDGEMENT, CLASSES.ipmi], data);
}

/** The tag of a presence ping; undefined: it is something else. */
export function parsePresencePing({ messageClass, data }: RmcpPacket): { readonly tag: number } | undefined {
  if (messageClass !== 'asf' || data.length < ASF_HEADER_LENGTH) return undefined;
  return uint32BigEndian(data, 0) === ASF_ENTERPRISE && data[4] === PING ? { tag: data[5] ?? 0 } : undefined;
}

export function formatPresencePing(tag: number, sequence = NO_ACKNOWLEDGEMENT): Uint8Array {
  return joined([VERSION, RESERVED, sequence, CLASSES.asf], ENTERPRISE, [PING, tag, RESERVED, 0]);
}

/** What answers a ping: that IPMI is spoken here, and an acknowledgement where one is asked for. */
export function formatPresencePong(tag: number, sequence: number): readonly Uint8Array[] {
  const body = joined(ENTERPRISE, [0, 0, 0, 0, IPMI_SUPPORTED, 0, 0, 0, 0, 0, 0, 0]);
  const header = joined(ENTERPRISE, [PONG, tag, RESERVED, body.length]);
  const pong = joined([VERSION, RESERVED, NO_ACKNOWLEDGEMENT, CLASSES.asf], header, body);
  if (sequence === NO_ACKNOWLEDGEMENT) return [pong];
  return [Uint8Array.of(VERSION, RESERVED, sequence, CLASSES.asf | ACKNOWLEDGES), pong];
}

const ENTERPRISE = [0, 0, ASF_ENTERPRISE >> 8, ASF_ENTERPRISE & 0xff];
