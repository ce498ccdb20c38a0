// Parts that the descriptions of several of our own kinds share: durations, selectors, conditions, instants.

import type { Condition } from './conditions.ts';
import { parseDuration } from './duration.ts';
import type { FieldOf, FieldRule, TextField } from './fields.ts';
import type { LabelSelector } from './machine.ts';

/** A Go duration without a sign. Kubernetes knows no days. */
export const DURATION_PATTERN = '^([0-9]+(\\.[0-9]+)?(ms|s|m|h))+$';
/** Longer texts are nobody's duration, and the API server wants a bound on what rules read. */
const DURATION_LENGTH_MOST = 32;

const LONGER_THAN_NOTHING: FieldRule<string> = {
  rule: "duration(self) > duration('0s')",
  message: 'must be longer than 0s',
  remedy: 'write for example "5m"',
  // What is no duration at all, the pattern refuses.
  holds: (text) => parseDuration(text) !== 0,
};

/** A length of time; 0s where that has a meaning. */
export function duration(description: string, standard?: string): TextField {
  return {
    type: 'string',
    description,
    pattern: DURATION_PATTERN,
    maxLength: DURATION_LENGTH_MOST,
    ...(standard === undefined ? {} : { default: standard }),
  };
}

/** A length of time that cannot be nothing. */
export function positiveDuration(description: string, standard?: string): TextField {
  return { ...duration(description, standard), rules: [LONGER_THAN_NOTHING] };
}

/** True unless both are durations and the first is longer. */
export function isAtMost(first: string | undefined, second: string | undefined): boolean {
  const [firstMs, secondMs] = [parseDuration(first ?? ''), parseDuration(second ?? '')];
  return firstMs === undefined || secondMs === undefined || firstMs <= secondMs;
}

export function name(description: string): TextField {
  return { type: 'string', description, minLength: 1, maxLength: 253 };
}

export function instant(description: string): TextField {
  return { type: 'string', description };
}

export function nodeSelector(description: string): FieldOf<LabelSelector> {
  return {
    type: 'object',
    description,
    properties: {
      matchLabels: {
        type: 'object',
        description: 'Labels that a Node must have, with these values.',
        values: { type: 'string', description: 'Value of the label.' },
      },
      matchExpressions: {
        type: 'array',
        description: 'Requirements on labels; all of them must hold.',
        items: {
          type: 'object',
          description: 'One requirement.',
          required: ['key', 'operator'],
          properties: {
            key: { type: 'string', description: 'Key of the label.' },
            operator: {
              type: 'string',
              description: 'How key and values relate.',
              enum: ['In', 'NotIn', 'Exists', 'DoesNotExist'],
            },
            values: {
              type: 'array',
              description: 'Values for In and NotIn; none for Exists and DoesNotExist.',
              items: { type: 'string', description: 'A value of the label.' },
            },
          },
        },
      },
    },
  };
}

export function conditions(description: string): FieldOf<readonly Condition[]> {
  return {
    type: 'array',
    description,
    uniqueBy: ['type'],
    items: {
      type: 'object',
      description: 'One condition.',
      required: ['type', 'status'],
      properties: {
        type: { type: 'string', description: 'What the condition is about.' },
        status: { type: 'string', description: 'Whether it holds.', enum: ['True', 'False', 'Unknown'] },
        lastTransitionTime: instant('When the status last changed.'),
        lastHeartbeatTime: instant('When it was last looked at.'),
        reason: { type: 'string', description: 'Why, as one word.' },
        message: { type: 'string', description: 'Why, for people.' },
        severity: { type: 'string', description: 'Not used by these kinds.' },
        observedGeneration: { type: 'integer', description: 'Version of the spec that the condition is about.' },
      },
    },
  };
}
