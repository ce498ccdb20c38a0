// Packets inside of a session: what was agreed in its cipher suite is demanded of every one that comes, and done to every one that
// goes. A packet that is not whole, not secret, not of this session or not new is none.

import { decrypted, encrypted } from '../crypto/encryption.ts';
import { isSameCode, keyed } from '../crypto/session-keys.ts';
import { formatPlus, type PlusPacket } from '../packets/session-packet.ts';
import type { Session } from './session-table.ts';

const FIRST_BLOCK_LENGTH = 16;

/** The payload, which then counts as taken; undefined: the packet is to be dropped without a word. */
export function unsealed(session: Session, packet: PlusPacket): Uint8Array | undefined {
  const { integrity, confidentiality } = session.suite;
  if (packet.isEncrypted !== (confidentiality !== 'none')) return undefined;
  if (integrity !== 'none') {
    const code = keyed(integrity.digest, session.keys.integrity, packet.covered).subarray(0, integrity.codeLength);
    if (!isSameCode(packet.authenticationCode, code)) return undefined;
  }
  const window = integrity === 'none' ? session.plain : session.authenticated;
  if (!window.take(packet.sequence)) return undefined;
  return confidentiality === 'none' ? packet.payload : decrypted(session.keys.confidentiality, packet.payload);
}

/** @param random bytes that nobody can foresee, so many as asked for. */
export function sealed(
  session: Session,
  payloadType: number,
  payload: Uint8Array,
  random: (length: number) => Uint8Array,
): Uint8Array {
  const { integrity, confidentiality } = session.suite;
  const isEncrypted = confidentiality !== 'none';
  const content = {
    payloadType,
    sessionId: session.consoleId,
    sequence: nextSequence(session),
    isEncrypted,
    payload: isEncrypted ? encrypted(session.keys.confidentiality, random(FIRST_BLOCK_LENGTH), payload) : payload,
  };
  if (integrity === 'none') return formatPlus(content);
  const { digest, codeLength } = integrity;
  return formatPlus({
    ...content,
    codeOf: (covered) => keyed(digest, session.keys.integrity, covered).subarray(0, codeLength),
  });
}

/** 0 belongs to packets outside of sessions. */
function nextSequence(session: Session): number {
  const kind = session.suite.integrity === 'none' ? 'sentPlain' : 'sentAuthenticated';
  session[kind] = (session[kind] + 1) >>> 0 || 1;
  return session[kind];
}

/** How long an authentication code of this session is; 0: it has none. */
export function codeLengthOf(session: Session | undefined): number {
  return session === undefined || session.suite.integrity === 'none' ? 0 : session.suite.integrity.codeLength;
}
