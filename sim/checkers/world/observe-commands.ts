// What management controllers are told and asked, and whom it really reaches.

import type { ObjectKey } from '../../../core/api/object.ts';
import type { World } from '../../world.ts';
import { hostName, type Tell } from './tell.ts';

export function observeCommands(world: World, tell: Tell): void {
  const { fleet } = world;
  /** Commands under way: the same operation may be tried again after it reached nobody. */
  const running = new Map<string, string>();
  let count = 0;
  const named = (key: ObjectKey): string => {
    const host = fleet.indexOfHost(key);
    return host < 0 ? key.name : hostName(world, host);
  };
  world.bmc.observe({
    commandStarted: (reached, command) => {
      count++;
      const id = `${command.operationId}#${count}`;
      running.set(command.operationId, id);
      const { host, power, by } = command;
      tell({
        seen: 'commandStarted',
        id,
        host: named(host),
        reaches: hostName(world, reached),
        power,
        by: by ?? 'host-operator',
      });
    },
    commandEnded: (_reached, command, end) => {
      const id = running.get(command.operationId);
      if (id === undefined) return;
      running.delete(command.operationId);
      tell({ seen: 'commandEnded', id, how: end.kind });
    },
    loginRefused: (host, credentials, code) =>
      tell({ seen: 'loginRefused', host: hostName(world, host), code, credentials }),
    read: (asked, { power, askedAtMs }) => {
      const host = fleet.indexOfHost(asked);
      if (host < 0) return;
      const reaches = hostName(world, fleet.behindBmcOf(host));
      tell({ seen: 'reading', host: hostName(world, host), reaches, power, askedAtMs });
    },
  });
}
