// Objects as they are answered: under the asked version, whole, as a Table, or as metadata alone.
// Source: apiserver pkg/endpoints/handlers/response.go.
//
// Divergence from reality: items of a list of a built-in kind carry their kind and apiVersion, which a real server leaves out.

import type { KubeObject } from '../../../core/api/object.ts';
import { type ApiResource, groupVersion } from './api-resource.ts';
import type { Representation } from './negotiation.ts';
import type { TableColumn } from './table-column.ts';

const INITIAL_EVENTS_END = 'k8s.io/initial-events-end';

export interface ListMeta {
  readonly resourceVersion: string;
  readonly continue?: string;
  readonly remainingItemCount?: number;
}

export interface View {
  readonly resource: ApiResource;
  readonly version: string;
  readonly representation: Representation;
  readonly includeObject: 'None' | 'Metadata' | 'Object';
}

/** The stored object in the shape and version that is asked for; versions of one kind differ in apiVersion only. */
export function servedObject(resource: ApiResource, version: string, stored: KubeObject): KubeObject {
  const apiVersion = groupVersion(resource.group, version);
  const whole = wholeObject(resource, stored);
  if (whole.apiVersion === apiVersion) return whole;
  const shaped = resource.shape === undefined ? whole : resource.shape.fromStored(whole);
  if (shaped.apiVersion === apiVersion) return shaped;
  return { ...shaped, apiVersion };
}

/** What the store holds lean is made whole; a bookmark is no object. */
function wholeObject(resource: ApiResource, stored: KubeObject): KubeObject {
  return resource.printed === undefined || stored.metadata.uid === '' ? stored : resource.printed(stored);
}

/** One object in the asked representation. */
export function objectBody(view: View, stored: KubeObject, nowMs: number): unknown {
  const { representation } = view;
  switch (representation.as) {
    case 'table':
      return tableBody(view, [stored], { resourceVersion: stored.metadata.resourceVersion }, nowMs, true);
    case 'partial':
      return partial(stored, representation.version);
    default:
      return servedObject(view.resource, view.version, stored);
  }
}

export function listBody(view: View, stored: readonly KubeObject[], metadata: ListMeta, nowMs: number): unknown {
  const { representation, resource, version } = view;
  switch (representation.as) {
    case 'table':
      return tableBody(view, stored, metadata, nowMs, true);
    case 'partial':
      return {
        kind: 'PartialObjectMetadataList',
        apiVersion: `meta.k8s.io/${representation.version}`,
        metadata,
        items: stored.map((object) => partial(object, representation.version)),
      };
    default:
      return {
        kind: resource.listKind,
        apiVersion: groupVersion(resource.group, version),
        metadata,
        items: stored.map((object) => servedObject(resource, version, object)),
      };
  }
}

/** @param withColumns false for all but the first event of a watch. */
export function tableBody(
  view: View,
  stored: readonly KubeObject[],
  metadata: ListMeta,
  nowMs: number,
  withColumns: boolean,
): object {
  const columns = view.resource.columns(view.version);
  const metaVersion = view.representation.as === 'table' ? view.representation.version : 'v1';
  return {
    kind: 'Table',
    apiVersion: `meta.k8s.io/${metaVersion}`,
    metadata,
    columnDefinitions: withColumns
      ? columns.map(({ name, type, format, description, priority }) => ({ name, type, format, description, priority }))
      : null,
    rows: stored.map((object) => ({
      cells: cellsOf(columns, wholeObject(view.resource, object), nowMs),
      object: rowObject(view, object, metaVersion),
    })),
  };
}

function cellsOf(columns: readonly TableColumn[], object: KubeObject, nowMs: number): readonly unknown[] {
  return columns.map((column) => column.cell(object, nowMs));
}

function rowObject(view: View, stored: KubeObject, metaVersion: string): unknown {
  switch (view.includeObject) {
    case 'None':
      return endsInitialEvents(stored) ? partial(stored, metaVersion) : null;
    case 'Metadata':
      return partial(stored, metaVersion);
    case 'Object':
      return servedObject(view.resource, view.version, stored);
  }
}

function partial({ metadata }: KubeObject, metaVersion: string): object {
  return { kind: 'PartialObjectMetadata', apiVersion: `meta.k8s.io/${metaVersion}`, metadata };
}

/** A bookmark's object: nothing but a version, and the mark that the initial events are over. */
export function bookmarkObject(view: View, resourceVersion: number, endsInitial: boolean): KubeObject {
  return {
    kind: view.resource.kind.kind,
    apiVersion: groupVersion(view.resource.group, view.version),
    metadata: {
      name: '',
      uid: '',
      resourceVersion: String(resourceVersion),
      ...(endsInitial ? { annotations: { [INITIAL_EVENTS_END]: 'true' } } : {}),
    },
  };
}

/** Even a table without objects carries the mark. */
function endsInitialEvents({ metadata }: KubeObject): boolean {
  return metadata.annotations?.[INITIAL_EVENTS_END] === 'true';
}
