// Names as an API server makes and checks them: generateName suffixes, uids, resource plurals.
// Source: Kubernetes apimachinery pkg/util/rand, apiserver pkg/storage/names/generate.go, apimachinery pkg/api/meta/restmapper.go
// (UnsafeGuessKindToResource), apimachinery pkg/util/validation (IsDNS1123Subdomain).

import type { Kind } from '../../core/api/object.ts';

/** Where chance for names comes from; a `Stream` of the kernel is one. */
export interface NameSource {
  /** Uniform in [0, 1). */
  next(): number;
}

/** No vowels and no 0, 1, 3: suffixes never spell words. */
const SAFE_ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';
const SUFFIX_LENGTH = 5;
/** Names are cut so that base and suffix fit a DNS label of 63. */
const BASE_LENGTH_MAX = 63 - SUFFIX_LENGTH;
const SUBDOMAIN_LENGTH_MAX = 253;

export function generatedName(base: string, source: NameSource): string {
  let name = base.slice(0, BASE_LENGTH_MAX);
  for (let i = 0; i < SUFFIX_LENGTH; i++)
    name += SAFE_ALPHABET.charAt(Math.floor(source.next() * SAFE_ALPHABET.length));
  return name;
}

/** A UUID of version 4, variant 1: `3f1c9a52-0d4e-4b7a-9c55-8e2f6a7b0c1d`. Three draws. */
export function generatedUid(source: NameSource): string {
  const a = Math.floor(source.next() * 2 ** 48);
  const b = Math.floor(source.next() * 2 ** 26);
  const c = Math.floor(source.next() * 2 ** 48);
  const head = hex(a, 12);
  const versioned = 0x4000 + (b & 0xfff);
  const variant = 0x8000 + ((b >>> 12) & 0x3fff);
  // Joined, not concatenated: the text is kept for ever, and a concatenated one keeps its parts.
  return [head.slice(0, 8), head.slice(8), versioned.toString(16), variant.toString(16), hex(c, 12)].join('-');
}

/** Twelve bits at a time from a table: printing numbers of this size in base 16 is slow. `length` is a multiple of 3. */
function hex(value: number, length: number): string {
  let text = '';
  for (let rest = value, left = length; left > 0; left -= 3, rest = Math.floor(rest / 4096)) {
    text = `${HEX_TRIPLES[rest % 4096]}${text}`;
  }
  return text;
}

const HEX_TRIPLES: readonly string[] = Array.from({ length: 4096 }, (_, n) => n.toString(16).padStart(3, '0'));

/** `nodes`, `machines.machine.openshift.io`: how Status messages name a kind. */
export function resourceName(kind: Kind): string {
  const plural = pluralOf(kind.kind.toLowerCase());
  return kind.group === '' ? plural : `${plural}.${kind.group}`;
}

function pluralOf(singular: string): string {
  if (singular === 'endpoints') return singular;
  if (singular.endsWith('s')) return `${singular}es`;
  if (singular.endsWith('y')) return `${singular.slice(0, -1)}ies`;
  return `${singular}s`;
}

/** True for a lowercase RFC 1123 subdomain: labels of `[a-z0-9-]` that neither start nor end with `-`, joined by dots. */
export function isSubdomain(name: string): boolean {
  if (name.length === 0 || name.length > SUBDOMAIN_LENGTH_MAX) return false;
  let before: 'alphanumeric' | 'dash' | 'dot' = 'dot';
  for (let i = 0; i < name.length; i++) {
    const code = name.charCodeAt(i);
    if ((code >= 97 && code <= 122) || (code >= 48 && code <= 57)) before = 'alphanumeric';
    else if (code === 45 && before !== 'dot') before = 'dash';
    else if (code === 46 && before === 'alphanumeric') before = 'dot';
    else return false;
  }
  return before === 'alphanumeric';
}
