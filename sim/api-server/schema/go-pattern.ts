// Regular expressions of Go (RE2) run by JavaScript: what manifests use of the former, written in the latter.
// Source: Go regexp/syntax documentation.
//
// Divergence from reality: constructs that only one of the two knows (look-behind, \Q..\E, flags in the middle of an
// expression) are refused; both agree on everything else that occurs in CustomResourceDefinitions. `$` without the flag m is
// the end of the text in both.

const POSIX: Readonly<Record<string, string>> = {
  alnum: '0-9A-Za-z',
  alpha: 'A-Za-z',
  digit: '0-9',
  lower: 'a-z',
  upper: 'A-Z',
  space: '\\t\\n\\v\\f\\r ',
  punct: '!-\\/:-@\\[-`{-~',
  xdigit: '0-9A-Fa-f',
  word: '0-9A-Za-z_',
};

/** What RE2 does not have. */
const NOT_GO = /\(\?(?:[=!]|<[=!])|\\[1-9]/;

/** The expression, or undefined when it is none or cannot be run. */
export function goPattern(source: string): RegExp | undefined {
  if (NOT_GO.test(source)) return undefined;
  const leading = /^\^?\(\?([ims]+)\)/.exec(source);
  const flags = leading?.[1] ?? '';
  const body = leading === null ? source : source.replace(`(?${flags})`, '');
  const translated = body
    .replace(/\[:(\w+):\]/g, (whole, name: string) => POSIX[name] ?? whole)
    .replace(/\(\?P</g, '(?<')
    .replace(/\\A/g, '^')
    .replace(/\\z/g, '$');
  try {
    return new RegExp(translated, flags);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
