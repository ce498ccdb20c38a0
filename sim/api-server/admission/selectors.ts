// Label selectors as writers send them, read without trusting their shape.
// Source: apimachinery pkg/apis/meta/v1/helpers.go, LabelSelectorAsSelector.

import { listAt, mapAt, textAt } from '../json-fields.ts';
import { isJsonObject, type JsonObject } from '../same-value.ts';

/** True when the labels fulfil everything that the selector says. */
export function selectsLabels(selector: JsonObject, labels: JsonObject): boolean {
  const wanted = mapAt(selector, 'matchLabels');
  if (!Object.keys(wanted).every((key) => labels[key] === wanted[key])) return false;
  return listAt(selector, 'matchExpressions').every((expression) => expressionHolds(expression, labels));
}

function expressionHolds(expression: unknown, labels: JsonObject): boolean {
  const key = textAt(expression, 'key');
  const held = labels[key];
  const values = listAt(expression, 'values');
  switch (textAt(expression, 'operator')) {
    case 'In':
      return held !== undefined && values.includes(held);
    case 'NotIn':
      return held === undefined || !values.includes(held);
    case 'Exists':
      return held !== undefined;
    case 'DoesNotExist':
      return held === undefined;
    default:
      return false;
  }
}

/** True when the selector says nothing, and so selects everything. */
export function isEmptySelector(selector: unknown): boolean {
  return Object.keys(mapAt(selector, 'matchLabels')).length === 0 && listAt(selector, 'matchExpressions').length === 0;
}

/** Why this is no selector, or undefined. */
export function selectorProblem(selector: unknown): string | undefined {
  if (!isJsonObject(selector)) return undefined;
  for (const expression of listAt(selector, 'matchExpressions')) {
    const operator = textAt(expression, 'operator');
    const count = listAt(expression, 'values').length;
    if (!['In', 'NotIn', 'Exists', 'DoesNotExist'].includes(operator)) {
      return `"${operator}" is not a valid label selector operator`;
    }
    if ((operator === 'In' || operator === 'NotIn') && count === 0) {
      return "values: Invalid value: []: for 'in', 'notin' operators, values set can't be empty";
    }
    if ((operator === 'Exists' || operator === 'DoesNotExist') && count > 0) {
      return 'values: Invalid value: values set must be empty for exists and does not exist';
    }
  }
  return undefined;
}
