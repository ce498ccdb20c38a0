// Label selectors with the semantics of apimachinery. What an *empty* selector means differs by kind and is the caller's.

import type { LabelSelector } from './machine.ts';
import type { StringMap } from './object.ts';

export function isEmptySelector(selector: LabelSelector | undefined): boolean {
  return (
    selector === undefined ||
    (Object.keys(selector.matchLabels ?? {}).length === 0 && (selector.matchExpressions?.length ?? 0) === 0)
  );
}

/** True when every requirement holds; an empty selector has none and matches everything. */
export function matchesSelector(selector: LabelSelector | undefined, labels: StringMap | undefined): boolean {
  if (selector === undefined) return true;
  const { matchLabels, matchExpressions } = selector;
  if (matchLabels !== undefined) {
    for (const key in matchLabels)
      if (Object.hasOwn(matchLabels, key) && labels?.[key] !== matchLabels[key]) return false;
  }
  if (matchExpressions === undefined) return true;
  for (const { key, operator, values } of matchExpressions) {
    // Own properties only: `constructor` is a legal label key.
    const value = labels !== undefined && Object.hasOwn(labels, key) ? labels[key] : undefined;
    switch (operator) {
      case 'In':
        if (value === undefined || !values?.includes(value)) return false;
        break;
      case 'NotIn':
        if (value !== undefined && values?.includes(value)) return false;
        break;
      case 'Exists':
        if (value === undefined) return false;
        break;
      case 'DoesNotExist':
        if (value !== undefined) return false;
        break;
    }
  }
  return true;
}
