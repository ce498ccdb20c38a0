// The session service: who is logged in. Whether somebody may be is decided at the door.

import { FLAG, text } from '../body-form.ts';
import type { HostView } from '../host-view.ts';
import { ROOT } from '../metadata.ts';
import { type Branch, collection, link, NOTHING, type Place, readable } from '../place.ts';

export const SESSIONS_URI = `${ROOT}/SessionService/Sessions`;

/** What a login takes. */
export const LOGIN = {
  UserName: text(256),
  Password: text(256),
  Token: text(256),
  SessionType: text(64),
  Persistent: FLAG,
};

export interface SessionTable {
  /** Whose controller keeps it; undefined: the service itself does. */
  readonly host: HostView | undefined;
  readonly idleSeconds: number;
  list(): readonly { readonly session: number; readonly who: string }[];
  /** The service's own table only: ends one. */
  end(session: number): void;
}

export function sessionService(table: SessionTable): Branch {
  return ([name, id, ...rest]) => {
    if (name === undefined) {
      return readable(`${ROOT}/SessionService`, 'SessionService', table.host, () => ({
        Id: 'SessionService',
        Name: 'Session Service',
        ServiceEnabled: true,
        SessionTimeout: table.idleSeconds,
        Status: { State: 'Enabled', Health: 'OK' },
        Sessions: link(SESSIONS_URI),
      }));
    }
    if (name !== 'Sessions' || rest.length > 0) return undefined;
    return id === undefined ? sessions(table) : session(table, id);
  };
}

/** Logins come in here, and are let in at the door: nobody is asked before who he is. */
function sessions(table: SessionTable): Place {
  return {
    ...readable(SESSIONS_URI, 'SessionCollection', table.host, () =>
      collection(
        'Session Collection',
        table.list().map((held) => `${SESSIONS_URI}/${held.session}`),
      ),
    ),
    isLogin: true,
  };
}

function session(table: SessionTable, id: string): Place | undefined {
  const held = table.list().find((each) => String(each.session) === id);
  if (held === undefined) return undefined;
  return {
    ...readable(`${SESSIONS_URI}/${id}`, 'Session', table.host, () => ({
      Id: id,
      Name: `Session ${id}`,
      UserName: held.who,
      SessionType: 'Redfish',
    })),
    isOwn: (user) => user.session === held.session || user.name === held.who,
    remove: () => ({
      ask: table.host === undefined ? { ask: 'visit' } : { ask: 'endSession', session: held.session },
      done: () => {
        table.end(held.session);
        return NOTHING;
      },
    }),
  };
}
