// Which addresses are this machine's own, and what stands for them in URLs and certificates.

import { describe, expect, test } from 'vitest';
import { inUrl, isListenAddress, isLoopback, namesOf, reachedBy } from '../../fake-bmc/addresses.ts';

describe('given an address to listen on', () => {
  test.each([
    { address: '127.0.0.1', listens: true, loopback: true, url: '127.0.0.1' },
    { address: '127.9.8.7', listens: true, loopback: true, url: '127.9.8.7' },
    { address: '::1', listens: true, loopback: true, url: '[::1]' },
    { address: 'localhost', listens: true, loopback: true, url: 'localhost' },
    { address: '0.0.0.0', listens: true, loopback: false, url: '0.0.0.0' },
    { address: '::', listens: true, loopback: false, url: '[::]' },
    { address: '192.0.2.7', listens: true, loopback: false, url: '192.0.2.7' },
    { address: '127.0.0.1.example.com', listens: false, loopback: false, url: '127.0.0.1.example.com' },
    { address: 'bmc.example.com', listens: false, loopback: false, url: 'bmc.example.com' },
    { address: '', listens: false, loopback: false, url: '' },
  ])('$address', ({ address, listens, loopback, url }) => {
    expect([isListenAddress(address), isLoopback(address), inUrl(address)]).toEqual([listens, loopback, url]);
  });

  test('a certificate has it beside the names of loopback, once', () => {
    expect(namesOf('127.0.0.1')).toEqual(['localhost', '127.0.0.1', '::1']);
    expect(namesOf('192.0.2.7')).toEqual(['localhost', '127.0.0.1', '::1', '192.0.2.7']);
  });

  test('a wildcard is reached by an address, and is none', () => {
    for (const wildcard of ['0.0.0.0', '::']) {
      expect(namesOf(wildcard)).not.toContain(wildcard);
      expect(reachedBy(wildcard)).not.toBe(wildcard);
    }
    expect(reachedBy('192.0.2.7')).toBe('192.0.2.7');
  });
});
