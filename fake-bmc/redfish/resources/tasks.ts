// Tasks, and the monitors that tell a client with 202 that one is not done.

import type { TaskState } from '../../../sim/host/bmc/jobs.ts';
import type { HostView } from '../host-view.ts';
import type { JsonObject } from '../json.ts';
import { ROOT } from '../metadata.ts';
import { type Branch, collection, link, type Place, readable } from '../place.ts';

const URI = `${ROOT}/TaskService`;

/** Names tasks apart where one service has several hosts. */
export interface TaskNames {
  idOf(host: HostView, task: number): string;
  /** The host and number of a task; undefined where the name is none. */
  find(id: string): { readonly host: HostView; readonly task: number } | undefined;
}

export function taskUri(id: string): string {
  return `${URI}/Tasks/${id}`;
}

export function monitorUri(id: string): string {
  return `${URI}/TaskMonitors/${id}`;
}

export function taskService(hosts: () => readonly HostView[], names: TaskNames, asked: HostView | undefined): Branch {
  return ([name, id, ...rest]) => {
    if (rest.length > 0) return undefined;
    if (name === undefined) return readable(URI, 'TaskService', asked, () => serviceBody());
    if (name === 'Tasks' && id === undefined) {
      return readable(`${URI}/Tasks`, 'TaskCollection', asked, () =>
        collection(
          'Task Collection',
          hosts().flatMap((host) => host.tasks().map(({ task }) => taskUri(names.idOf(host, task)))),
        ),
      );
    }
    const found = id === undefined ? undefined : names.find(id);
    if (id === undefined || found === undefined) return undefined;
    if (name === 'Tasks') return task(found.host, found.task, { id, uri: taskUri(id) });
    return name === 'TaskMonitors' ? monitor(found.host, found.task, id) : undefined;
  };
}

function serviceBody(): JsonObject {
  return {
    Id: 'TaskService',
    Name: 'Task Service',
    ServiceEnabled: true,
    LifeCycleEventOnTaskStateChange: false,
    CompletedTaskOverWritePolicy: 'Oldest',
    Status: { State: 'Enabled', Health: 'OK' },
    Tasks: link(`${URI}/Tasks`),
  };
}

/** Whether it can be found is the controller's to say. */
function task(host: HostView, number: number, { id, uri }: { readonly id: string; readonly uri: string }): Place {
  const state = (): TaskState | undefined => host.tasks().find((each) => each.task === number);
  return {
    ...readable(uri, 'Task', host, () => taskBody(host, state(), id)),
    read: { ask: 'task', task: number },
  };
}

function monitor(host: HostView, number: number, id: string): Place {
  return {
    ...task(host, number, { id, uri: taskUri(id) }),
    isRunning: () => host.tasks().some((each) => each.task === number && each.state === 'Running'),
    monitor: monitorUri(id),
  };
}

function taskBody(host: HostView, state: TaskState | undefined, id: string): JsonObject {
  return {
    Id: id,
    Name: `Task ${id}`,
    TaskState: state?.state ?? 'New',
    TaskStatus: 'OK',
    PercentComplete: state?.state === 'Completed' ? 100 : 0,
    StartTime: state === undefined ? undefined : host.served.dateOf(state.startedAtMs).toISOString(),
    EndTime: state?.endedAtMs === undefined ? undefined : host.served.dateOf(state.endedAtMs).toISOString(),
    TaskMonitor: monitorUri(id),
    Messages: [],
  };
}
