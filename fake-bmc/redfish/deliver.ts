// Sends events to the addresses that clients subscribed.

import { request as overHttp } from 'node:http';
import { request as overHttps } from 'node:https';
import type { Deliver } from './event-hub.ts';
import { isObject } from './json.ts';

/** Assumption: a listener that has not answered by then is gone. */
const TIMEOUT_MS = 10_000;

/** Whether it arrives, nobody learns. */
export const deliver: Deliver = ({ address, headers, verifies }, payload) => {
  const url = URL.parse(address);
  if (url === null) return;
  const given = Object.assign({}, ...headers.filter(isObject)) as Record<string, string>;
  const options = {
    method: 'POST',
    timeout: TIMEOUT_MS,
    rejectUnauthorized: verifies,
    headers: { ...given, 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(payload) },
  };
  const sent = url.protocol === 'https:' ? overHttps(url, options) : overHttp(url, options);
  sent.on('response', (response) => response.resume());
  sent.on('timeout', () => sent.destroy());
  sent.on('error', () => undefined);
  sent.end(payload);
};
