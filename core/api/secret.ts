// Secret (v1). Decisions look at its keys; a value never leaves a decision, neither in an action nor in a reason.

import { type KubeObject, kindOf, type StringMap } from './object.ts';

export interface Secret extends KubeObject {
  /** Base64. */
  readonly data?: StringMap;
  /** Plain text, as manifests write it; the API server moves it to `data`. */
  readonly stringData?: StringMap;
}

export const SECRET = kindOf<Secret>('', 'Secret', 'Namespaced');

/** What the Secret holds, in plain text. `stringData` wins, as it does in the API server. */
export function secretValues({ data = {}, stringData = {} }: Secret): StringMap {
  const decoded = Object.entries(data).map(([key, value]) => [key, textOf(value)]);
  return { ...Object.fromEntries(decoded), ...stringData };
}

function textOf(base64: string): string {
  return new TextDecoder().decode(Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)));
}
