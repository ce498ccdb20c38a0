// Figures of a status: numbers that a controller writes again only when one of them is another.

/** Whether a status says these numbers already; one that is absent counts as 0. */
export function saysSame(status: object | undefined, figures: Readonly<Record<string, number>>): boolean {
  const said = new Map<string, unknown>(status === undefined ? [] : Object.entries(status));
  return Object.entries(figures).every(([name, figure]) => (said.get(name) ?? 0) === figure);
}
