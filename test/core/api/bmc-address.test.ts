// Addresses of management controllers, as people write them into BareMetalHosts.

import { expect, test } from 'vitest';
import { type BmcAddress, parseBmcAddress } from '../../../core/api/bmc-address.ts';

const redfish = (origin: string, systemPath: string): BmcAddress => ({ protocol: 'redfish', origin, systemPath });

test.each<readonly [string, BmcAddress | string]>([
  ['ipmi://192.0.2.1', { protocol: 'ipmi', host: '192.0.2.1', port: 623 }],
  ['ipmi://192.0.2.1:6230', { protocol: 'ipmi', host: '192.0.2.1', port: 6230 }],
  ['ipmi://[2001:db8::1]:80', { protocol: 'ipmi', host: '2001:db8::1', port: 80 }],
  ['192.0.2.1', { protocol: 'ipmi', host: '192.0.2.1', port: 623 }],
  ['bmc-7.example.com:6230', { protocol: 'ipmi', host: 'bmc-7.example.com', port: 6230 }],
  ['libvirt://192.0.2.1:6230', { protocol: 'ipmi', host: '192.0.2.1', port: 6230 }],
  ['redfish://192.0.2.1/redfish/v1/Systems/1', redfish('https://192.0.2.1', '/redfish/v1/Systems/1')],
  ['redfish://192.0.2.1', redfish('https://192.0.2.1', '')],
  ['redfish://192.0.2.1/', redfish('https://192.0.2.1', '')],
  ['redfish+http://192.0.2.1:8000/redfish/v1/Systems/1/', redfish('http://192.0.2.1:8000', '/redfish/v1/Systems/1')],
  ['redfish+https://[2001:db8::1]:80/x', redfish('https://[2001:db8::1]:80', '/x')],
  ['redfish-virtualmedia+https://a.example.com/x', redfish('https://a.example.com', '/x')],
  ['idrac-virtualmedia://a.example.com/x', redfish('https://a.example.com', '/x')],
  ['redfish+ftp://a.example.com/x', '"ftp" is neither http nor https'],
  ['irmc://192.0.2.1', '"irmc" is neither IPMI nor Redfish'],
  ['redfish://', '"redfish://" names no host'],
  ['', '"" names no host'],
])('%s', (text, address) => {
  expect(parseBmcAddress(text)).toEqual(address);
});
