// --host: a host by any of its names, with the nearest ones when it has none of them.

import type { StoryIndex } from '../reports/story-index.ts';
import type { Arguments } from './arguments.ts';

export function hostChosen(name: string | undefined, index: StoryIndex, args: Arguments): number | undefined {
  if (name === undefined) return undefined;
  const host = index.hostNamed(name) ?? index.hostNamed(name.split('/').at(-1) ?? '');
  if (host === undefined) {
    args.unknownName(
      'host',
      name,
      index.hosts.flatMap(({ names }) => names),
    );
  }
  return host;
}
