// Sends events to the addresses that clients subscribed.

import { request as overHttp } from 'node:http';
import { request as overHttps } from 'node:https';
import type { Deliver } from './event-delivery.ts';
import { isObject } from './json.ts';

/** Assumption: a listener that has not answered by then is gone. */
const TIMEOUT_MS = 10_000;

export const deliver: Deliver = ({ address, headers, verifies }, payload) => {
  const url = URL.parse(address);
  if (url === null) return Promise.resolve(false);
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const given = Object.assign({}, ...headers.filter(isObject)) as Record<string, string>;
  const options = {
    method: 'POST',
    timeout: TIMEOUT_MS,
    rejectUnauthorized: verifies,
    headers: { ...given, 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(payload) },
  };
  const sent = url.protocol === 'https:' ? overHttps(url, options) : overHttp(url, options);
  sent.on('response', (response) => {
    response.resume();
    const { statusCode = 0 } = response;
    resolve(statusCode >= 200 && statusCode < 300);
  });
  sent.on('timeout', () => sent.destroy());
  sent.on('error', () => undefined);
  sent.on('close', () => resolve(false));
  sent.end(payload);
  return promise;
};
