// Field selectors: `spec.nodeName=node-1,status.phase!=Succeeded`. Which labels a kind has is part of its resource.
// Source: apimachinery pkg/fields/selector.go, kubernetes pkg/apis/core/v1/conversion.go.

import type { KubeObject } from '../../../core/api/object.ts';
import { type ApiFailure, badRequest } from './api-failure.ts';
import type { ApiResource } from './api-resource.ts';

export interface FieldRequirement {
  readonly field: string;
  readonly equal: boolean;
  readonly value: string;
  read(object: KubeObject): string;
}

/** The requirements, all of which must hold. 400 for a text that is no selector and for a field that the kind does not offer. */
export function parsedFieldSelector(
  text: string,
  resource: Pick<ApiResource, 'selectableFields'>,
): readonly FieldRequirement[] | ApiFailure {
  const requirements: FieldRequirement[] = [];
  for (const part of splitAtCommas(text)) {
    if (part === '') continue;
    const match = OPERATOR.exec(part);
    if (match === null) return badRequest(`invalid selector: '${text}'; can't understand '${part}'`);
    const [, field = '', operator, escaped = ''] = match;
    const read = META_FIELDS.get(field) ?? resource.selectableFields.get(field);
    if (read === undefined) return badRequest(`field label not supported: ${field}`);
    requirements.push({ field, equal: operator !== '!=', value: escaped.replace(/\\(.)/g, '$1'), read });
  }
  return requirements;
}

export function matchesFields(requirements: readonly FieldRequirement[], object: KubeObject): boolean {
  for (const { read, equal, value } of requirements) if ((read(object) === value) !== equal) return false;
  return true;
}

const META_FIELDS: ReadonlyMap<string, (object: KubeObject) => string> = new Map([
  ['metadata.name', ({ metadata }: KubeObject) => metadata.name],
  ['metadata.namespace', ({ metadata }: KubeObject) => metadata.namespace ?? ''],
]);

/** The first operator of a part; `==` is `=`. */
const OPERATOR = /^([^=!]*)(==|!=|=)((?:[^\\=,]|\\.)*)$/;

/** `\,` is no end of a part. */
function splitAtCommas(text: string): readonly string[] {
  return text.match(/(?:\\.|[^,\\])+/g) ?? [];
}
