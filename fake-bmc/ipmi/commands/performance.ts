// How a command is carried out: who gives it is judged, the controller is asked, the answer is spelled.

import type { BmcAnswer, BmcCaller, BmcRequest } from '../../../sim/host/bmc/requests.ts';
import { ANYBODY, type Asking, IN_SESSION } from '../asking.ts';
import type { IpmiRequest } from '../packets/message.ts';
import { PRIVILEGE } from '../session/account.ts';
import type { Session } from '../session/session-table.ts';
import {
  type Command,
  type CommandScene,
  completionOf,
  failed,
  isReply,
  type NeededPrivilege,
  type Reply,
} from './command.ts';
import { commandNumbered } from './commands.ts';
import { COMPLETION } from './completion.ts';

const VISIT: BmcRequest = { ask: 'visit' };
/** How the controller says that it has no such session, or none any more. */
const SESSION_IS_OVER = 'NoValidSession';

/** `over`: the controller has forgotten the session, and so must whoever keeps it. */
export type Performance = Reply | 'silent' | 'over';

export async function performed(request: IpmiRequest, scene: CommandScene, asking: Asking): Promise<Performance> {
  const { data } = request;
  const { session } = scene;
  const command = commandNumbered(request.networkFunction, request.command);
  const objection = objectionTo(command, data, session);
  const asked = objection ?? command?.asks?.(data, scene) ?? VISIT;
  const caller = callerOf(session);
  const answer = await asking.ask(caller, isReply(asked) ? VISIT : asked);
  if (answer === 'silent') return 'silent';
  if (isOver(answer, session)) return 'over';
  if (isReply(asked)) return asked;
  if (command === undefined) return failed(COMPLETION.invalidCommand);
  if (answer.kind !== 'refused' || command.isOfSession) return command.replies(answer, data, scene);
  const instead = command.refused?.(answer, data, scene);
  if (instead === undefined) return failed(completionOf(answer));
  if (isReply(instead)) return instead;
  const further = await asking.ask(caller, instead);
  if (further === 'silent') return 'silent';
  return further.kind === 'refused' ? failed(completionOf(further)) : command.replies(further, data, scene);
}

function callerOf(session: Session | undefined): BmcCaller {
  if (session === undefined) return ANYBODY;
  return { ...IN_SESSION, who: session.account.name, session: session.held };
}

function isOver(answer: BmcAnswer, session: Session | undefined): boolean {
  return session !== undefined && answer.kind === 'refused' && answer.messageId === SESSION_IS_OVER;
}

const LEVELS: Readonly<Record<NeededPrivilege, number>> = { anybody: 0, ...PRIVILEGE };

/** Why a command is not carried out, whatever the controller says. */
function objectionTo(command: Command | undefined, data: Uint8Array, session: Session | undefined): Reply | undefined {
  if (command === undefined) return session === undefined ? failed(COMPLETION.insufficientPrivilege) : undefined;
  const level = session?.privilege ?? 0;
  if (level < LEVELS[command.privilege]) return failed(COMPLETION.insufficientPrivilege);
  const { min, max } = command.dataLength;
  const isRightLength = data.length >= min && data.length <= max;
  return isRightLength ? undefined : failed(COMPLETION.lengthInvalid);
}
