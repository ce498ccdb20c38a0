// Which representation of an answer the caller wants: the first of its Accept header that can be given. Answers are JSON.
// Source: apiserver pkg/endpoints/handlers/negotiation/negotiate.go.
//
// Divergence from reality: neither protobuf, CBOR nor YAML is answered. Clients that prefer them name JSON, too.

import { type ApiFailure, notAcceptable } from './api-failure.ts';

export type Representation =
  | { readonly as: 'object' }
  /** `version` of meta.k8s.io in which it is asked. */
  | { readonly as: 'table'; readonly version: string }
  | { readonly as: 'partial'; readonly version: string }
  | { readonly as: 'discovery'; readonly version: string };

export interface Offer {
  readonly as: string;
  readonly group: string;
  readonly versions: readonly string[];
  readonly gives: 'table' | 'partial' | 'discovery';
}

const META_GROUP = 'meta.k8s.io';
const META_VERSIONS = ['v1', 'v1beta1'];

const TABLE: Offer = { as: 'Table', group: META_GROUP, versions: META_VERSIONS, gives: 'table' };
export const OBJECT_OFFERS: readonly Offer[] = [
  TABLE,
  { as: 'PartialObjectMetadata', group: META_GROUP, versions: META_VERSIONS, gives: 'partial' },
];
export const LIST_OFFERS: readonly Offer[] = [
  TABLE,
  { as: 'PartialObjectMetadataList', group: META_GROUP, versions: META_VERSIONS, gives: 'partial' },
];
export const DISCOVERY_OFFERS: readonly Offer[] = [
  { as: 'APIGroupDiscoveryList', group: 'apidiscovery.k8s.io', versions: ['v2', 'v2beta1'], gives: 'discovery' },
];

const OBJECT: Representation = { as: 'object' };

/** The representation to answer in, or 406. */
export function negotiated(accept: string | undefined, offers: readonly Offer[]): Representation | ApiFailure {
  if (accept === undefined || accept.trim() === '') return OBJECT;
  for (const { type, parameters } of mediaTypes(accept)) {
    if (!['application/json', 'application/*', '*/*'].includes(type)) continue;
    const as = parameters.get('as');
    if (as === undefined) return OBJECT;
    const version = parameters.get('v') ?? '';
    const offer = offers.find(
      (one) => one.as === as && one.group === parameters.get('g') && one.versions.includes(version),
    );
    if (offer !== undefined) return { as: offer.gives, version };
  }
  return notAcceptable(['application/json']);
}

interface MediaType {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
}

/** By quality, then as written. */
function mediaTypes(accept: string): readonly MediaType[] {
  const types = accept
    .split(',')
    .filter((text) => text.trim() !== '')
    .map((text) => {
      const [type = '', ...parameters] = text.split(';').map((part) => part.trim());
      const pairs = parameters.map((part): [string, string] => {
        const equals = part.indexOf('=');
        return equals < 0 ? [part, ''] : [part.slice(0, equals).trim(), part.slice(equals + 1).trim()];
      });
      return { type: type.toLowerCase(), parameters: new Map(pairs) };
    });
  return types.sort((a, b) => quality(b) - quality(a));
}

function quality({ parameters }: MediaType): number {
  const q = Number(parameters.get('q') ?? '1');
  return Number.isNaN(q) ? 1 : q;
}
