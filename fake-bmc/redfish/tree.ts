// The tree of resources below the service root.

import type { Front } from './front.ts';
import type { HostView } from './host-view.ts';
import type { Branch } from './place.ts';
import { type AccountTable, accountService } from './resources/accounts.ts';
import { chassis } from './resources/chassis.ts';
import { eventService } from './resources/events.ts';
import { managers } from './resources/managers.ts';
import { jsonSchemas, registries, serviceRoot } from './resources/service-root.ts';
import { type SessionTable, sessionService } from './resources/sessions.ts';
import { systems } from './resources/systems.ts';
import { type TaskNames, taskService } from './resources/tasks.ts';
import { updateService } from './resources/updates.ts';

export interface TreeParts {
  readonly front: Front;
  /** Those that the user sees. */
  readonly views: readonly HostView[];
  readonly sessions: SessionTable;
  readonly accounts: AccountTable;
}

export function treeOf({ front, views, sessions, accounts }: TreeParts): Branch {
  const hosts = (): readonly HostView[] => views;
  const find = (id: string): HostView | undefined => views.find((view) => view.id === id);
  const { door, hub } = front;
  const parts: Readonly<Record<string, () => Branch>> = {
    Systems: () => systems(hosts, find),
    Chassis: () => chassis(hosts, find),
    Managers: () => managers(hosts, find),
    TaskService: () => taskService(hosts, taskNames(views, front.kind), door),
    SessionService: () => sessionService(sessions),
    AccountService: () => accountService(accounts),
    EventService: () => eventService(hub, door),
    UpdateService: () => updateService(hosts, door),
    Registries: () => registries,
    JsonSchemas: () => jsonSchemas,
  };
  return ([name, ...rest]) => {
    if (name === undefined) return serviceRoot(front.names);
    const branch = Object.hasOwn(parts, name) ? parts[name] : undefined;
    const found = branch?.()(rest);
    // What belongs to no host is let in by whoever has the door.
    if (found === undefined || found.host !== undefined || door === undefined) return found;
    return { ...found, host: door };
  };
}

/** A task's number; where there are several hosts, behind its host's name, in which there is no dot. */
export function taskNames(views: readonly HostView[], kind: Front['kind']): TaskNames {
  return {
    idOf: (host, task) => (kind === 'host' ? String(task) : `${host.id}.${task}`),
    find: (id) => {
      const [, name, number] = /^(?:(.+)\.)?(\d{1,9})$/.exec(id) ?? [];
      const host = kind === 'host' ? views[0] : views.find((view) => view.id === name);
      const isNamed = (name !== undefined) === (kind === 'all');
      return host === undefined || number === undefined || !isNamed ? undefined : { host, task: Number(number) };
    },
  };
}
