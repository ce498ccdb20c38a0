// What is written can be read again, whatever it is; what was cut short or altered is not taken for a packet.

import { createCipheriv, createSecretKey } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { CIPHER_SUITES } from '../../../fake-bmc/ipmi/crypto/cipher-suites.ts';
import { decrypted, encrypted } from '../../../fake-bmc/ipmi/crypto/encryption.ts';
import {
  formatRequest,
  formatResponse,
  type IpmiRequest,
  parseRequest,
  parseResponse,
} from '../../../fake-bmc/ipmi/packets/message.ts';
import {
  formatOpenSessionRequest,
  formatOpenSessionResponse,
  parseOpenSessionRequest,
  parseOpenSessionResponse,
} from '../../../fake-bmc/ipmi/packets/open-session.ts';
import { formatRakp1, formatRakp2, parseRakp1, parseRakp2 } from '../../../fake-bmc/ipmi/packets/rakp.ts';
import {
  formatPresencePing,
  formatPresencePong,
  parsePresencePing,
  parseRmcp,
} from '../../../fake-bmc/ipmi/packets/rmcp.ts';
import { formatPlus, parseSessionPacket } from '../../../fake-bmc/ipmi/packets/session-packet.ts';
import { SequenceWindow } from '../../../fake-bmc/ipmi/session/sequence-window.ts';
import { hexBytes, hexText } from '../../kit/hex-bytes.ts';
import { fc } from '../../kit/property.ts';

const byte = fc.nat(0xff);
const word = fc.nat(0xffffffff);
const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });

const requests: fc.Arbitrary<IpmiRequest> = fc.record({
  networkFunction: fc.nat(31).map((half) => half * 2),
  command: byte,
  data: fc.uint8Array({ maxLength: 60 }),
  envelope: fc.record({
    responder: byte,
    responderUnit: fc.nat(3),
    requester: byte,
    requesterUnit: fc.nat(3),
    sequence: fc.nat(63),
  }),
});

describe('a message', () => {
  test('comes back as it went, and so does the response to it', () => {
    fc.assert(
      fc.property(requests, byte, fc.uint8Array({ maxLength: 60 }), (request, completion, data) => {
        expect(parseRequest(formatRequest(request))).toEqual(request);
        expect(parseResponse(formatResponse(request, completion, data))).toEqual({
          ...request,
          ...{ networkFunction: request.networkFunction + 1, completion, data },
        });
      }),
    );
  });

  test('with any byte altered is none', () => {
    fc.assert(
      fc.property(requests, fc.nat(1000), fc.integer({ min: 1, max: 0xff }), (request, place, change) => {
        const message = formatRequest(request);
        const at = place % message.length;
        message[at] = (message[at] ?? 0) ^ change;
        expect(parseRequest(message)).toBeUndefined();
      }),
    );
  });
});

describe('a packet of RMCP+', () => {
  test('is padded to whole words, and its code covers all before it', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), word, word, bytes(12), (payload, sessionId, sequence, code) => {
        const packet = formatPlus({
          payloadType: 0,
          sessionId,
          sequence,
          payload,
          isEncrypted: true,
          codeOf: () => code,
        });
        const parsed = parseSessionPacket(packet, () => 12);
        expect((packet.length - 12) % 4).toBe(0);
        expect(parsed).toEqual({
          ...{
            format: 'rmcpPlus',
            payloadType: 0,
            isEncrypted: true,
            isAuthenticated: true,
            sessionId,
            sequence,
            payload,
          },
          ...{ covered: packet.subarray(0, -12), authenticationCode: code },
        });
      }),
    );
  });

  test('cut short anywhere is none', () => {
    const payload = hexBytes('000102030405060708');
    const content = { payloadType: 0, sessionId: 1, sequence: 1, payload, isEncrypted: false };
    const packet = formatPlus({ ...content, codeOf: () => new Uint8Array(12) });
    const lengths = Array.from({ length: packet.length }, (_, length) => length);
    expect(lengths.filter((length) => parseSessionPacket(packet.subarray(0, length), () => 12) !== undefined)).toEqual(
      [],
    );
  });
});

test('steps of a session come back as they went', () => {
  const offered = fc.oneof(fc.constant('any' as const), fc.nat(0x3f));
  const algorithms = fc.record({ authentication: offered, integrity: offered, confidentiality: offered });
  const names = fc.string({
    unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCodePoint(code)),
    maxLength: 16,
  });
  fc.assert(
    fc.property(
      fc.record({ tag: byte, privilege: fc.nat(15), consoleId: word, algorithms }),
      fc.record({ tag: byte, managedId: word, consoleRandom: bytes(16), role: byte, name: names }),
      fc.record({ tag: byte, consoleId: word, managedRandom: bytes(16), managedGuid: bytes(16), code: bytes(32) }),
      fc.constantFrom(...CIPHER_SUITES),
      (request, rakp1, rakp2, suite) => {
        const { tag, consoleId } = request;
        const response = {
          ...{
            tag,
            status: 0 as const,
            privilege: 4,
            consoleId,
            managedId: rakp1.managedId,
            algorithms: suite.algorithms,
          },
        };
        expect(parseOpenSessionRequest(formatOpenSessionRequest(request))).toEqual(request);
        expect(parseOpenSessionResponse(formatOpenSessionResponse(response))).toEqual(response);
        expect(parseRakp1(formatRakp1(rakp1))).toEqual(rakp1);
        expect(parseRakp2(formatRakp2(rakp2))).toEqual(rakp2);
      },
    ),
  );
});

test('what was encrypted is decrypted, and an altered block is not taken for a payload of another length', () => {
  fc.assert(
    fc.property(bytes(16), bytes(16), fc.uint8Array({ maxLength: 100 }), (keyBytes, firstBlock, payload) => {
      const key = createSecretKey(keyBytes);
      const secret = encrypted(key, firstBlock, payload);
      expect(secret.length % 16).toBe(0);
      expect(decrypted(key, secret)).toEqual(payload);
      expect(decrypted(key, secret.subarray(0, -1))).toBeUndefined();
    }),
  );
  expect(decrypted(createSecretKey(new Uint8Array(16)), new Uint8Array(16))).toBeUndefined();
});

test.each([
  { what: 'counts from 1', tail: [1, 2, 3, 3], length: 12 },
  { what: 'does not count', tail: [1, 1, 3, 3], length: undefined },
  { what: 'is longer than a block', tail: [1, 2, 3, 16], length: undefined },
])('a padding that $what', ({ tail, length }) => {
  const key = createSecretKey(new Uint8Array(16));
  const cipher = createCipheriv('aes-128-cbc', key, new Uint8Array(16)).setAutoPadding(false);
  const block = cipher.update(Uint8Array.from([...new Uint8Array(12), ...tail]));
  expect(decrypted(key, Uint8Array.from([...new Uint8Array(16), ...block]))?.length).toBe(length);
});

describe('a presence ping', () => {
  test('is answered with what the standard says, and acknowledged where it asks for that', () => {
    const ping = parseRmcp(formatPresencePing(0x2a));
    expect(ping && parsePresencePing(ping)).toEqual({ tag: 0x2a });
    const pong = '0600ff06000011be402a0010000011be000000008100000000000000';
    expect(formatPresencePong(0x2a, 0xff).map(hexText)).toEqual([pong]);
    expect(formatPresencePong(0x2a, 0x05).map(hexText)).toEqual(['06000586', pong]);
  });

  test.each([
    { what: 'an acknowledgement', packet: '06000586' },
    { what: 'another version', packet: '0500ff06000011be802a0000' },
    { what: 'another enterprise', packet: '0600ff06000011bf802a0000' },
    { what: 'a pong', packet: '0600ff06000011be402a0000' },
    { what: 'one cut short', packet: '0600ff06000011be802a' },
  ])('is not $what', ({ packet }) => {
    const rmcp = parseRmcp(hexBytes(packet));
    expect(rmcp && parsePresencePing(rmcp)).toBeUndefined();
  });
});

describe('the window of sequence numbers', () => {
  test('takes each number once, up to 15 ahead and 16 behind the highest', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 80 }), (sequences) => {
        const window = new SequenceWindow();
        const taken = new Set<number>();
        let highest = 0;
        for (const sequence of sequences) {
          const isNew = !taken.has(sequence);
          const expected = isNew && sequence <= highest + 15 && sequence >= highest - 16;
          expect(window.take(sequence)).toBe(expected);
          if (!expected) continue;
          taken.add(sequence);
          highest = Math.max(highest, sequence);
        }
      }),
    );
  });

  test('takes neither 0 nor what is far ahead or before its beginning', () => {
    const window = new SequenceWindow();
    expect([0, 16, 0x7fffffff, 0x80000000, 0xffffffff, 1].map((sequence) => window.take(sequence))).toEqual([
      ...[false, false, false, false, false, true],
    ]);
  });
});

test('a trailer whose padding is not as long as it says is none', () => {
  const code = new Uint8Array(12);
  const plus = { payloadType: 0, sessionId: 7, sequence: 1, isEncrypted: false, codeOf: () => code };
  const packet = formatPlus({ ...plus, payload: new Uint8Array(10) });
  const padLengthAt = packet.length - code.length - 2;
  const outcome = (change: number) => {
    const copy = packet.slice();
    copy[padLengthAt] = (copy[padLengthAt] ?? 0) + change;
    return parseSessionPacket(copy, () => code.length)?.format;
  };
  expect([outcome(0), outcome(1), outcome(-1)]).toEqual(['rmcpPlus', undefined, undefined]);
});
