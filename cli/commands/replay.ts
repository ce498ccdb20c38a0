// replay: one replication of a stored result again, with its story; its fingerprint must be the recorded one.

import { jsonText } from '../../reports/json.ts';
import { StoryIndex } from '../../reports/story-index.ts';
import { forPeople, storyText } from '../../reports/story-lines.ts';
import { formatRecord } from '../../sim/kernel/trace.ts';
import { Arguments } from '../arguments.ts';
import { VERSION } from '../build-info.ts';
import type { Command, CommandRequest } from '../command-request.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { hostChosen } from '../host-choice.ts';
import { hostNames } from '../host-names.ts';
import { inFormat, outputOf } from '../output.ts';
import { lineageText, type RecordedRun, runRecorded } from '../recorded-run.ts';

export const replayCommand: Command = async (request) => {
  const { console, flags } = request;
  const args = new Arguments(request);
  const run = await runRecorded(request, args);
  const index = new StoryIndex(run.recording.story, hostNames(run.study.config));
  const host = hostChosen(flags.host, index, args);
  args.finish();
  const story = host === undefined ? index.story : index.about(host);
  const { format, style } = outputOf(flags, console, { for: 'out' });
  if (flags.trace === true) {
    for (const record of run.recording.trace.records()) console.out(`${formatRecord(record)}\n`);
  } else if (format === 'json') console.out(jsonText({ lineage: run.lineage, result: run.result, story }));
  else console.out(inFormat(`${lineageText(run)}${storyText(forPeople(story), 'day', style)}`, format));
  return verified(run, request);
};

/** Says whether the replay is the recorded run, and returns the code for it. */
function verified(run: RecordedRun, request: CommandRequest): ExitCode {
  const { result, recordedFingerprint, recordedBy } = run;
  const { console, flags } = request;
  const say = (text: string): void => (flags.quiet === true ? undefined : console.err(`${text}\n`));
  const name = `${result.policy}/${result.replication}`;
  if (recordedFingerprint === undefined) {
    say(
      `${name} is not part of this result: replayed, with nothing to compare it with (fingerprint ${result.fingerprint})`,
    );
    return EXIT.ok;
  }
  if (recordedFingerprint === result.fingerprint) {
    say(`replay matches the recording (fingerprint ${result.fingerprint})`);
    return EXIT.ok;
  }
  console.err(
    `error: the replay of ${name} does not match the recording\n` +
      `  recorded ${recordedFingerprint} with metaltwin ${recordedBy}\n` +
      `  replayed ${result.fingerprint} with metaltwin ${VERSION}\n` +
      '  Run it with the version that recorded it; with the same version this is a bug in MetalTwin.\n',
  );
  return EXIT.nondeterminism;
}
