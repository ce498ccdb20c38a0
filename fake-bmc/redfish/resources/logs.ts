// The event log of a controller as a log service with entries, one resource each.

import type { LogEntry } from '../../../sim/host/bmc/event-log.ts';
import { action } from '../action.ts';
import type { HostView } from '../host-view.ts';
import type { JsonObject } from '../json.ts';
import { type Branch, collection, link, NOTHING, type Place, readable } from '../place.ts';

/** @param above the system or the manager below which it is listed. */
export function eventLogs(host: HostView, above: string): Branch {
  const uri = `${above}/LogServices`;
  return ([name, ...rest]) => {
    if (name === undefined) {
      return readable(uri, 'LogServiceCollection', host, () => collection('Log Service Collection', [`${uri}/SEL`]));
    }
    if (name !== 'SEL') return undefined;
    if (rest.length === 0) return service(host, `${uri}/SEL`);
    const [below, id, ...more] = rest;
    return below === 'Entries' && more.length === 0 ? entries(host, `${uri}/SEL/Entries`, id) : undefined;
  };
}

function service(host: HostView, uri: string): Place {
  return {
    uri,
    schema: 'LogService',
    host,
    body: () => ({
      Id: 'SEL',
      Name: 'System Event Log',
      LogEntryType: 'SEL',
      OverWritePolicy: 'WrapsWhenFull',
      ServiceEnabled: true,
      DateTime: host.served.now().toISOString(),
      DateTimeLocalOffset: '+00:00',
      Status: { State: 'Enabled', Health: 'OK' },
      Entries: link(`${uri}/Entries`),
      Actions: { '#LogService.ClearLog': { target: `${uri}/Actions/LogService.ClearLog` } },
    }),
    actions: {
      'LogService.ClearLog': action('LogService.ClearLog', {}, () => ({
        ask: { ask: 'clearLog' },
        done: () => NOTHING,
      })),
    },
  };
}

function entries(host: HostView, uri: string, id: string | undefined): Place | undefined {
  if (id === undefined) {
    return readable(uri, 'LogEntryCollection', host, () =>
      collection(
        'Log Entry Collection',
        host.log().map((entry) => `${uri}/${entry.id}`),
      ),
    );
  }
  const entry = host.log().find((each) => String(each.id) === id);
  return entry === undefined ? undefined : readable(`${uri}/${id}`, 'LogEntry', host, () => entryBody(host, entry));
}

/** What IPMI calls the kind of an entry, for those of its kinds that there are. */
const ENTRY_CODES: Partial<Readonly<Record<LogEntry['event'], string>>> = {
  partFailed: 'Assert',
  partWorks: 'Deassert',
};

function entryBody(host: HostView, entry: LogEntry): JsonObject {
  return {
    Id: String(entry.id),
    Name: `Log Entry ${entry.id}`,
    EntryType: 'SEL',
    EntryCode: ENTRY_CODES[entry.event] ?? 'State Asserted',
    Severity: entry.severity,
    Created: host.served.dateOf(entry.atMs).toISOString(),
    Message: entry.says,
  };
}
