// Hard constraints as people write them: a metric, a comparison, a number. Evaluated by lab/; here only their form is checked.

import { didYouMean } from './did-you-mean.ts';
import type { PositionedDocument } from './positioned-yaml.ts';
import type { Problem } from './problem.ts';
import { METRIC_NAMES } from './schema.ts';

export function constraintProblems(
  constraints: readonly string[],
  document: PositionedDocument | undefined,
): readonly Problem[] {
  return constraints.flatMap((text, index): readonly Problem[] => {
    const place = document?.placeOf(['spec', 'constraints', index]) ?? { file: 'scenario', line: 1, column: 1 };
    const match = /^\s*(\w+)\s*(<=|>=|<|>)\s*(\d+(?:\.\d+)?(?:e[+-]?\d+)?)\s*$/i.exec(text);
    if (match === null) {
      return [
        {
          code: 'MT105',
          severity: 'error',
          message: `"${text}" is not a constraint`,
          ...place,
          remedy: 'write a metric, <= or >=, and a number: dataLostGroups <= 0',
        },
      ];
    }
    const metric = match[1] ?? '';
    if (METRIC_NAMES.some((name) => name === metric)) return [];
    const meant = didYouMean(metric, METRIC_NAMES);
    return [
      {
        code: 'MT105',
        severity: 'error',
        message: `"${metric}" is not a metric`,
        ...place,
        remedy: meant === undefined ? `one of: ${METRIC_NAMES.join(', ')}` : `did you mean "${meant}"?`,
      },
    ];
  });
}
