// What hosts of one class have in common, made once and shared by all of them: objects are immutable, so a fleet of 50,000
// holds its hardware, capacities and labels once per class.

/** Makes each part once: inputs with equal keys get the same object. */
export function shared<Input, Part>(
  keyOf: (input: Input) => string,
  make: (input: Input) => Part,
): (input: Input) => Part {
  const known = new Map<string, Part>();
  return (input) => {
    const key = keyOf(input);
    let part = known.get(key);
    if (part === undefined) {
      part = make(input);
      known.set(key, part);
    }
    return part;
  };
}
