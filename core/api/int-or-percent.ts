// Limits that a manifest gives as a count or as a percentage. The products differ in two ways (trap T1): which way a
// percentage is rounded, and whether the string "2" is the count 2 or an error.
//
//   lineage                               rounding   "2"
//   OpenShift MachineHealthCheck          floor      2
//   Cluster API MachineHealthCheck        floor      error
//   Cluster API maxInFlight               ceil       error

export interface IntOrPercentRule {
  readonly rounding: 'floor' | 'ceil';
  readonly plainString: 'count' | 'error';
}

/** The limit as a count, of `total`; undefined when `value` is neither a whole number nor a percentage. May be negative. */
export function countOf(value: number | string, total: number, rule: IntOrPercentRule): number | undefined {
  if (typeof value === 'number') return Number.isInteger(value) ? value : undefined;
  const isPercent = value.endsWith('%');
  const digits = isPercent ? value.slice(0, -1) : value;
  if (!isWhole(digits) || (!isPercent && rule.plainString === 'error')) return undefined;
  if (!isPercent) return Number(digits);
  const exact = (Number(digits) * total) / 100;
  return rule.rounding === 'floor' ? Math.floor(exact) : Math.ceil(exact);
}

function isWhole(text: string): boolean {
  const start = text.startsWith('-') || text.startsWith('+') ? 1 : 0;
  if (text.length === start) return false;
  for (let i = start; i < text.length; i++) if (text.charAt(i) < '0' || text.charAt(i) > '9') return false;
  return true;
}
