// String formats that a schema may name and the server checks; every other name is ignored, as in the real server.
// Source: apiextensions-apiserver pkg/apiserver/validation/formats.go, kube-openapi pkg/validation/strfmt.
//
// Divergence from reality: of the real list, bsonobjectid, isbn, isbn10, isbn13, creditcard, ssn, hexcolor, rgbcolor and
// password are ignored here. `uri` and `email` are checked for their shape, not for every rule of their RFCs.

import { parseDuration } from '../../../core/api/duration.ts';

const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
const HOST = new RegExp(`^${LABEL}(?:\\.${LABEL})*\\.?$`, 'i');
const DATE = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/;
const TIME = /^(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:z|[+-]\d\d:\d\d)$/i;
const UUID = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i;
const MAC = /^(?:[0-9a-f]{2}(?:[:-][0-9a-f]{2}){5}|[0-9a-f]{4}(?:\.[0-9a-f]{4}){2})$/i;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

type Check = (text: string) => boolean;

/** Checks by format name; for strings only. */
export const STRING_FORMATS: Readonly<Record<string, Check>> = {
  date: (text) => DATE.test(text) && isDayOfMonth(text),
  'date-time': isDateTime,
  datetime: isDateTime,
  duration: (text) => parseDuration(text) !== undefined,
  email: (text) => /^[^\s@<>]+@[^\s@<>]+$/.test(text),
  hostname: (text) => text.length <= 253 && HOST.test(text),
  ipv4: isIpv4,
  ipv6: isIpv6,
  cidr: isCidr,
  mac: (text) => MAC.test(text),
  uri: (text) => /^[a-z][a-z0-9+.-]*:\S*$/i.test(text) || /^\/\S*$/.test(text),
  uuid: (text) => UUID.test(text),
  uuid3: (text) => isUuidOfVersion(text, '3'),
  uuid4: (text) => isUuidOfVersion(text, '4'),
  uuid5: (text) => isUuidOfVersion(text, '5'),
  byte: (text) => BASE64.test(text),
};

function isUuidOfVersion(text: string, version: string): boolean {
  return UUID.test(text) && text.replaceAll('-', '').charAt(12) === version;
}

function isDateTime(text: string): boolean {
  return (
    DATE.test(text.slice(0, 10)) && isDayOfMonth(text) && /^[Tt ]$/.test(text.charAt(10)) && TIME.test(text.slice(11))
  );
}

/** True when the month of `2026-02-30...` has that day. */
function isDayOfMonth(text: string): boolean {
  const [year = 0, month = 0, day = 0] = text.slice(0, 10).split('-').map(Number);
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const lengths = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  return day <= (lengths[month - 1] ?? 0);
}

export function isIpv4(text: string): boolean {
  const parts = text.split('.');
  return parts.length === 4 && parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255);
}

export function isIpv6(text: string): boolean {
  const halves = text.split('::');
  if (halves.length > 2 || !/^[0-9a-f:.]+$/i.test(text)) return false;
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
  const last = groups.at(-1) ?? '';
  const tail = last.includes('.') ? 2 : 1;
  if (tail === 2 && !isIpv4(last)) return false;
  const plain = tail === 2 ? groups.slice(0, -1) : groups;
  const count = plain.length + (tail === 2 ? 2 : 0);
  return plain.every((group) => /^[0-9a-f]{1,4}$/i.test(group)) && (halves.length === 2 ? count < 8 : count === 8);
}

function isCidr(text: string): boolean {
  const [address = '', length = '', ...rest] = text.split('/');
  if (rest.length > 0 || !/^(?:0|[1-9]\d{0,2})$/.test(length)) return false;
  return (isIpv4(address) && Number(length) <= 32) || (isIpv6(address) && Number(length) <= 128);
}
