// Kubernetes resource quantities as integers: thousandths of a core, and bytes.

const SUFFIXES: Readonly<Record<string, number>> = {
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
};

/** The quantity's value in its own unit (cores, bytes, pods); NaN when it is none. Exponents (`1e3`) are accepted. */
export function quantityOf(text: string): number {
  let end = text.length;
  while (end > 0 && !isDigit(text.charCodeAt(end - 1)) && text[end - 1] !== '.') end -= 1;
  const factor = SUFFIXES[text.slice(end)];
  return factor === undefined || end === 0 ? Number.NaN : Number(text.slice(0, end)) * factor;
}

export function milliCores(text: string | undefined): number {
  return text === undefined ? 0 : Math.round(quantityOf(text) * 1000);
}

export function bytesOf(text: string | undefined): number {
  return text === undefined ? 0 : Math.round(quantityOf(text));
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}
