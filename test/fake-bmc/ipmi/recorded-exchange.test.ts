// An exchange of two programs that are not ours, read with our packets and checked with our keys.

import { expect, test } from 'vitest';
import { cipherSuite } from '../../../fake-bmc/ipmi/crypto/cipher-suites.ts';
import { decrypted } from '../../../fake-bmc/ipmi/crypto/encryption.ts';
import {
  keyed,
  passwordKey,
  rakp2Code,
  rakp3Code,
  rakp4Code,
  sessionIntegrityKey,
  sessionKeys,
} from '../../../fake-bmc/ipmi/crypto/session-keys.ts';
import { formatRequest, formatResponse, parseRequest, parseResponse } from '../../../fake-bmc/ipmi/packets/message.ts';
import {
  formatOpenSessionRequest,
  formatOpenSessionResponse,
  parseOpenSessionRequest,
  parseOpenSessionResponse,
} from '../../../fake-bmc/ipmi/packets/open-session.ts';
import {
  formatRakp1,
  formatRakp2,
  formatRakpProof,
  parseRakp1,
  parseRakp2,
  parseRakpProof,
} from '../../../fake-bmc/ipmi/packets/rakp.ts';
import { formatIpmiRmcp, parseRmcp } from '../../../fake-bmc/ipmi/packets/rmcp.ts';
import {
  formatPlus,
  formatSessionless,
  PAYLOAD,
  type PlusPacket,
  parseSessionPacket,
} from '../../../fake-bmc/ipmi/packets/session-packet.ts';
import { hexText } from '../../kit/hex-bytes.ts';
import { RECORDED } from './recorded-exchange.ts';

const CODE_LENGTH = 12;

function sessionPart(packet: Uint8Array) {
  const rmcp = parseRmcp(packet);
  if (rmcp === undefined) throw new Error('not RMCP');
  return parseSessionPacket(rmcp.data, () => CODE_LENGTH);
}

function plus(packet: Uint8Array): PlusPacket {
  const parsed = sessionPart(packet);
  if (parsed?.format !== 'rmcpPlus') throw new Error('not RMCP+');
  return parsed;
}

function withoutSession(packet: Uint8Array): Uint8Array {
  const parsed = sessionPart(packet);
  if (parsed?.format !== 'ipmi15') throw new Error('in a session');
  return parsed.message;
}

function present<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('malformed');
  return value;
}

function exchange() {
  const open = present(parseOpenSessionResponse(plus(RECORDED.openSessionResponse).payload));
  const rakp1 = present(parseRakp1(plus(RECORDED.rakp1).payload));
  const rakp2 = present(parseRakp2(plus(RECORDED.rakp2).payload));
  const suite = cipherSuite(3);
  if (!('managedId' in open) || rakp1 === 'nameLength' || !('code' in rakp2)) throw new Error('refused');
  if (suite === undefined || suite.authentication === 'none') throw new Error('no suite');
  const { consoleRandom, role, name } = rakp1;
  const { managedRandom, managedGuid } = rakp2;
  const { consoleId, managedId } = open;
  const said = { consoleId, managedId, consoleRandom, managedRandom, managedGuid, role, name };
  return { said, rakp2, authentication: suite.authentication, key: passwordKey('secret') };
}

test('the codes of RAKP are those that ipmitool and ipmi_sim computed', () => {
  const { said, rakp2, authentication, key } = exchange();
  const rakp3 = present(parseRakpProof(plus(RECORDED.rakp3).payload));
  const rakp4 = present(parseRakpProof(plus(RECORDED.rakp4).payload));
  const integrityKey = sessionIntegrityKey(authentication, key, said);

  expect({ name: said.name, role: said.role }).toEqual({ name: 'admin', role: 0x14 });
  expect(hexText(rakp2Code(authentication, key, said))).toBe(hexText(rakp2.code));
  expect(hexText(rakp3Code(authentication, key, said))).toBe(hexText(rakp3.code));
  expect(hexText(rakp4Code(authentication, integrityKey, said))).toBe(hexText(rakp4.code));
});

test.each([
  { packet: 'setPrivilegeRequest', networkFunction: 0x06, command: 0x3b, data: '04' },
  { packet: 'setPrivilegeResponse', networkFunction: 0x07, command: 0x3b, data: '04' },
  { packet: 'deviceIdResponse', networkFunction: 0x07, command: 0x01, data: '00030908029f911200020f00000000' },
] as const)('$packet is authentic, and decrypts to its command', ({ packet, networkFunction, command, data }) => {
  const { said, authentication, key } = exchange();
  const integrityKey = sessionIntegrityKey(authentication, key, said);
  const { covered, authenticationCode, payload, isEncrypted } = plus(RECORDED[packet]);
  const keys = sessionKeys(authentication, integrityKey);
  const code = keyed('sha1', keys.integrity, covered).subarray(0, CODE_LENGTH);
  const message = present(decrypted(keys.confidentiality, payload));
  const parsed = parseRequest(message) ?? parseResponse(message);

  expect(isEncrypted).toBe(true);
  expect(hexText(code)).toBe(hexText(authenticationCode));
  expect({ ...parsed, data: hexText(present(parsed).data) }).toMatchObject({ networkFunction, command, data });
});

test('written again, what was read has the same bytes', () => {
  const again = (packet: Uint8Array, payload: Uint8Array): string =>
    hexText(formatIpmiRmcp(formatPlus({ ...plus(packet), payload })));
  const { openSessionRequest, openSessionResponse, rakp1, rakp2, rakp3, rakp4 } = RECORDED;
  const parsedRakp1 = present(parseRakp1(plus(rakp1).payload));
  const parsedRakp2 = present(parseRakp2(plus(rakp2).payload));
  if (parsedRakp1 === 'nameLength' || !('code' in parsedRakp2)) throw new Error('refused');
  const request = present(parseRequest(withoutSession(RECORDED.capabilitiesRequest)));
  const response = present(parseResponse(withoutSession(RECORDED.capabilitiesResponse)));

  expect([
    again(
      openSessionRequest,
      formatOpenSessionRequest(present(parseOpenSessionRequest(plus(openSessionRequest).payload))),
    ),
    again(rakp1, formatRakp1(parsedRakp1)),
    again(rakp2, formatRakp2(parsedRakp2)),
    again(rakp3, formatRakpProof(present(parseRakpProof(plus(rakp3).payload)))),
    again(rakp4, formatRakpProof(present(parseRakpProof(plus(rakp4).payload)))),
    hexText(formatIpmiRmcp(formatSessionless(formatRequest(request)))),
    hexText(formatIpmiRmcp(formatSessionless(formatResponse(request, response.completion, response.data)))),
  ]).toEqual(
    [openSessionRequest, rakp1, rakp2, rakp3, rakp4, RECORDED.capabilitiesRequest, RECORDED.capabilitiesResponse].map(
      hexText,
    ),
  );
  expect(parseOpenSessionRequest(plus(openSessionRequest).payload)).toEqual({
    tag: 0,
    privilege: 0,
    consoleId: 0xa0a2a3a4,
    algorithms: { authentication: 1, integrity: 1, confidentiality: 1 },
  });
  expect(plus(openSessionResponse).payloadType).toBe(PAYLOAD.openSessionResponse);
  // The privilege of 0 that ipmi_sim grants is its own fault; all else of its answer is as we would write it.
  const opened = present(parseOpenSessionResponse(plus(openSessionResponse).payload));
  expect(hexText(formatOpenSessionResponse(opened))).toBe(hexText(plus(openSessionResponse).payload));
});
