// The query of a list or watch, read and checked by the rules of ListOptions.
// Source: apimachinery pkg/apis/meta/internalversion/validation/validation.go.

import type { KubeObject } from '../../../core/api/object.ts';
import { type FieldError, forbidden, notSupported } from '../schema/field-errors.ts';
import { ApiFailure, badRequest, invalidOptions } from './api-failure.ts';
import type { ApiResource } from './api-resource.ts';
import { type FieldRequirement, matchesFields, parsedFieldSelector } from './field-selector.ts';
import { matchesRequirements, parsedLabelSelector, type Requirement } from './label-selector-text.ts';

export interface ListOptions {
  readonly watch: boolean;
  /** As asked; undefined when absent. */
  readonly resourceVersion: number | undefined;
  readonly match: string;
  /** 0: all at once. */
  readonly limit: number;
  readonly continueToken: string;
  readonly timeoutSeconds: number | undefined;
  readonly allowWatchBookmarks: boolean;
  readonly sendInitialEvents: boolean | undefined;
  readonly includeObject: 'None' | 'Metadata' | 'Object';
  readonly filter: Filter;
}

/** Which objects of a collection are meant: those of a namespace, under selectors. */
export class Filter {
  private readonly namespace: string;
  private readonly labels: readonly Requirement[];
  private readonly fields: readonly FieldRequirement[];

  constructor(namespace: string, labels: readonly Requirement[], fields: readonly FieldRequirement[]) {
    this.namespace = namespace;
    this.labels = labels;
    this.fields = fields;
  }

  get hasSelectors(): boolean {
    return this.labels.length > 0 || this.fields.length > 0;
  }

  /** No namespace is asked for. */
  get isWhole(): boolean {
    return this.namespace === '';
  }

  inNamespace(object: KubeObject): boolean {
    return this.namespace === '' || object.metadata.namespace === this.namespace;
  }

  matches(object: KubeObject): boolean {
    return (
      this.inNamespace(object) &&
      matchesRequirements(this.labels, object.metadata.labels) &&
      matchesFields(this.fields, object)
    );
  }
}

const EXACT = 'Exact';
const NOT_OLDER_THAN = 'NotOlderThan';

/** @param watch true when the path itself asks for one. */
export function listOptions(
  query: URLSearchParams,
  resource: Pick<ApiResource, 'selectableFields'>,
  namespace: string,
  watch: boolean,
): ListOptions | ApiFailure {
  const labels = parsedLabelSelector(query.get('labelSelector') ?? '');
  if (labels instanceof ApiFailure) return labels;
  const fields = parsedFieldSelector(query.get('fieldSelector') ?? '', resource);
  if (fields instanceof ApiFailure) return fields;
  const resourceVersion = versionOf(query.get('resourceVersion') ?? '');
  if (resourceVersion instanceof ApiFailure) return resourceVersion;
  const limit = integerOf(query, 'limit');
  if (limit instanceof ApiFailure) return limit;
  const timeoutSeconds = integerOf(query, 'timeoutSeconds');
  if (timeoutSeconds instanceof ApiFailure) return timeoutSeconds;
  const includeObject = query.get('includeObject') || 'Metadata';
  if (includeObject !== 'None' && includeObject !== 'Metadata' && includeObject !== 'Object') {
    return badRequest(`unrecognized includeObject value: "${includeObject}"`);
  }
  const options: ListOptions = {
    watch: watch || isTrue(query.get('watch')),
    resourceVersion,
    match: query.get('resourceVersionMatch') ?? '',
    limit: Math.max(0, limit ?? 0),
    continueToken: query.get('continue') ?? '',
    timeoutSeconds,
    allowWatchBookmarks: isTrue(query.get('allowWatchBookmarks')),
    sendInitialEvents: query.has('sendInitialEvents') ? isTrue(query.get('sendInitialEvents')) : undefined,
    includeObject,
    filter: new Filter(namespace, labels, fields),
  };
  const causes = options.watch ? watchProblems(options) : listProblems(options);
  return causes.length === 0 ? options : invalidOptions('ListOptions', causes);
}

const MATCH = 'resourceVersionMatch';

function listProblems(options: ListOptions): readonly FieldError[] {
  const { match, resourceVersion, continueToken, sendInitialEvents } = options;
  const found: FieldError[] = [];
  if (match !== '') {
    if (resourceVersion === undefined) {
      found.push(forbidden(MATCH, 'resourceVersionMatch is forbidden unless resourceVersion is provided'));
    }
    if (continueToken !== '') {
      found.push(forbidden(MATCH, 'resourceVersionMatch is forbidden when continue is provided'));
    }
    if (match !== EXACT && match !== NOT_OLDER_THAN) {
      found.push(notSupported(MATCH, match, [EXACT, NOT_OLDER_THAN, '']));
    }
    if (match === EXACT && resourceVersion === 0) {
      found.push(forbidden(MATCH, 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"'));
    }
  }
  if (sendInitialEvents !== undefined) {
    found.push(forbidden('sendInitialEvents', 'sendInitialEvents is forbidden for list'));
  }
  return found;
}

function watchProblems({ match, sendInitialEvents, continueToken }: ListOptions): readonly FieldError[] {
  const found: FieldError[] = [];
  if (sendInitialEvents !== undefined && match !== NOT_OLDER_THAN) {
    found.push(forbidden(MATCH, `sendInitialEvents requires setting resourceVersionMatch to ${NOT_OLDER_THAN}`));
  }
  if (match === '') return found;
  if (sendInitialEvents === undefined) {
    found.push(forbidden(MATCH, 'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided'));
  }
  if (match !== NOT_OLDER_THAN) found.push(notSupported(MATCH, match, [NOT_OLDER_THAN]));
  if (continueToken !== '') {
    found.push(forbidden(MATCH, 'resourceVersionMatch is forbidden when continue is provided'));
  }
  return found;
}

/** A decimal number; undefined for ''. */
export function versionOf(text: string): number | undefined | ApiFailure {
  if (text === '') return undefined;
  const version = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(version)) return version;
  return badRequest(`resourceVersion: Invalid value: "${text}": strconv.ParseUint: parsing "${text}": invalid syntax`);
}

function integerOf(query: URLSearchParams, name: string): number | undefined | ApiFailure {
  const text = query.get(name);
  if (text === null || text === '') return undefined;
  if (/^[-+]?\d+$/.test(text)) return Number(text);
  return badRequest(`strconv.ParseInt: parsing "${text}": invalid syntax`);
}

/** `0` and `false` are false, anything else that is given is true, even nothing behind the name. */
export function isTrue(value: string | null): boolean {
  return value !== null && value !== '0' && value.toLowerCase() !== 'false';
}
