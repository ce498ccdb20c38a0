// Quantities in the form in which the server prints them: `1024Mi` is stored as `1Gi`, `0.5` as `500m`, `1000m` as `1`.
// Source: apimachinery pkg/api/resource/quantity.go, suffix.go, amount.go.
//
// Divergence from reality: quantities above 2^63-1 are not cut off.

export type ReadQuantity =
  | { readonly kind: 'quantity'; readonly text: string }
  | { readonly kind: 'problem'; readonly problem: string };

const FORM = /^[+-]?[0-9.]+[eEinumkKMGTP]*[-+]?[0-9]*$/;
const PARTS = /^([+-]?)([0-9]*)(?:\.([0-9]*))?([eEinumkKMGTP]*[-+]?[0-9]*)$/;

const DECIMAL_SUFFIXES: ReadonlyMap<string, number> = new Map([
  ['n', -9],
  ['u', -6],
  ['m', -3],
  ['', 0],
  ['k', 3],
  ['M', 6],
  ['G', 9],
  ['T', 12],
  ['P', 15],
  ['E', 18],
]);
const BINARY_SUFFIXES: readonly string[] = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
const NANO = -9;

interface Amount {
  readonly mantissa: bigint;
  readonly exponent: number;
}

/** The canonical form of a quantity, or why it is none in the words of the server. */
export function canonicalQuantity(text: string): ReadQuantity {
  const [, sign, whole = '', fraction = '', suffix = ''] = PARTS.exec(text) ?? [];
  if (!FORM.test(text)) {
    const form = "'^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
    return { kind: 'problem', problem: `quantities must match the regular expression ${form}` };
  }
  if (whole === '' && fraction === '') {
    return { kind: 'problem', problem: 'unable to parse numeric part of quantity' };
  }
  const binary = suffix === '' ? -1 : BINARY_SUFFIXES.indexOf(suffix);
  const exponent = exponentOf(suffix);
  if (binary < 0 && exponent === undefined) return { kind: 'problem', problem: "unable to parse quantity's suffix" };
  const digits = BigInt(`${whole}${fraction}`) * (sign === '-' ? -1n : 1n);
  const scaled = binary < 0 ? digits : digits * 1024n ** BigInt(binary);
  const amount = roundedToNano({ mantissa: scaled, exponent: (exponent ?? 0) - fraction.length });
  if (amount.mantissa === 0n) return quantity('0');
  return quantity((binary < 0 ? undefined : binaryText(amount)) ?? decimalText(amount, /^[eE][-+]?[0-9]/.test(suffix)));
}

function quantity(text: string): ReadQuantity {
  return { kind: 'quantity', text };
}

/** Power of ten of a decimal suffix or of an exponent; undefined for others. */
function exponentOf(suffix: string): number | undefined {
  const known = DECIMAL_SUFFIXES.get(suffix);
  if (known !== undefined) return known;
  return /^[eE][-+]?[0-9]+$/.test(suffix) ? Number(suffix.slice(1)) : undefined;
}

/** What is finer than a billionth is rounded up, away from zero. */
function roundedToNano({ mantissa, exponent }: Amount): Amount {
  if (exponent >= NANO) return { mantissa, exponent };
  const divisor = 10n ** BigInt(NANO - exponent);
  const rest = mantissa % divisor;
  const away = rest === 0n ? 0n : mantissa < 0n ? -1n : 1n;
  return { mantissa: mantissa / divisor + away, exponent: NANO };
}

/** Binary form, for whole numbers from 1024 on. */
function binaryText({ mantissa, exponent }: Amount): string | undefined {
  const divisor = exponent < 0 ? 10n ** BigInt(-exponent) : 1n;
  if (mantissa % divisor !== 0n) return undefined;
  let number = (mantissa / divisor) * 10n ** BigInt(Math.max(0, exponent));
  if (number > -1024n && number < 1024n) return undefined;
  let suffix = 0;
  while (number % 1024n === 0n && suffix < BINARY_SUFFIXES.length - 1) {
    number /= 1024n;
    suffix += 1;
  }
  return `${number}${BINARY_SUFFIXES[suffix]}`;
}

/** The shortest whole mantissa under an exponent that is a multiple of three. */
function decimalText(amount: Amount, withExponent: boolean): string {
  let { mantissa, exponent } = amount;
  while (mantissa % 10n === 0n) {
    mantissa /= 10n;
    exponent += 1;
  }
  const target = Math.floor(exponent / 3) * 3;
  const highest = withExponent ? target : Math.min(target, 18);
  mantissa *= 10n ** BigInt(exponent - highest);
  if (withExponent) return highest === 0 ? `${mantissa}` : `${mantissa}e${highest}`;
  const suffix = [...DECIMAL_SUFFIXES].find(([, power]) => power === highest)?.[0] ?? '';
  return `${mantissa}${suffix}`;
}
