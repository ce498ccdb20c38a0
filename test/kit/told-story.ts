// What a recorded run has told of itself by now.

import type { StoryEntry } from '../../sim/result.ts';
import type { startedRun } from '../../sim/simulation.ts';

/** Throws where the run is not recorded. */
export function toldBy({ world, story, trace }: ReturnType<typeof startedRun>): readonly StoryEntry[] {
  if (story === undefined || trace.records === undefined) throw new Error('a recorded run has a story');
  return story.recording(world.kernel.nowMs, trace.records).story;
}
