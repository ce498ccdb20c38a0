// Words of a command that a reader pastes into a shell.

/** The word as a POSIX shell takes it: in quotes where it holds more than letters, digits and harmless signs. */
export function shellQuoted(word: string): string {
  return /^[A-Za-z0-9_./:=,@%+-][A-Za-z0-9_./:=,@%+#-]*$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
