// The file of --credentials: who is let in to which host.
//
//   default: { user: admin, password: secret }
//   hosts:
//     worker-1: { user: root, password: another }

import * as z from 'zod/mini';
import type { Credentials } from '../fake-bmc/fake-bmc.ts';
import { didYouMean } from '../scenarios/did-you-mean.ts';
import type { FileReader } from '../scenarios/file-reader.ts';
import { readPositioned } from '../scenarios/positioned-yaml.ts';
import { type Place, type Problem, unreadable } from '../scenarios/problem.ts';
import { checkDocument } from '../scenarios/schema-problems.ts';
import { tagged } from '../scenarios/schema-values.ts';
import { isPassword, isUserName, PASSWORD_RULE, USER_RULE } from './bmc-options.ts';

const credentialsSchema = z.strictObject({
  user: z
    .string()
    .check(z.refine(isUserName, { error: () => tagged('MT105', 'this is no user name', `write ${USER_RULE}`) })),
  password: z
    .string()
    .check(z.refine(isPassword, { error: () => tagged('MT105', 'this is no password', `write ${PASSWORD_RULE}`) })),
});

const fileSchema = z.strictObject({
  default: z.optional(credentialsSchema),
  hosts: z.optional(z.record(z.string(), credentialsSchema)),
});

export type CredentialsOf = (host: string) => Credentials;

/** @param hosts names of all hosts: each must be let in to, and no other can be named. @param place of the file's name. */
export function readCredentials(
  file: string,
  hosts: readonly string[],
  { reader, place }: { readonly reader: FileReader; readonly place: Place },
): { readonly credentialsOf: CredentialsOf } | { readonly problems: readonly Problem[] } {
  const read = reader.readText(file);
  if (read.kind === 'unreadable') return { problems: [unreadable(file, read, place)] };
  const { documents, problems } = readPositioned(file, read.text);
  const [document] = documents;
  if (problems.length > 0) return { problems: problems.map(withoutSource) };
  if (document === undefined) {
    return { problems: [{ code: 'MT101', severity: 'error', message: `${file} is empty`, file, line: 1, column: 1 }] };
  }
  const checked = checkDocument(fileSchema, document);
  if (!checked.ok) return { problems: checked.problems.map(withoutSource).map(withoutValue) };
  const { default: usual, hosts: own = {} } = checked.value;
  const strangers = Object.keys(own)
    .filter((name) => !hosts.includes(name))
    .map((name): Problem => {
      const near = didYouMean(name, hosts);
      return {
        code: 'MT121',
        severity: 'error',
        message: `there is no host "${name}"`,
        ...withoutSource(document.placeOfKey(['hosts', name])),
        ...(near === undefined ? {} : { remedy: `did you mean "${near}"?` }),
      };
    });
  const without = usual === undefined ? hosts.filter((name) => !Object.hasOwn(own, name)) : [];
  const [first] = without;
  const lacking: readonly Problem[] =
    first === undefined
      ? []
      : [
          {
            code: 'MT103',
            severity: 'error',
            ...withoutSource(document.placeOf([])),
            message: `nobody is let in to ${first}${without.length > 1 ? ` and ${without.length - 1} others` : ''}`,
            remedy: 'add "default", or each host under "hosts"',
          },
        ];
  if (strangers.length + lacking.length > 0) return { problems: [...strangers, ...lacking] };
  return { credentialsOf: (host) => given(Object.hasOwn(own, host) ? own[host] : usual) };
}

function given(credentials: Credentials | undefined): Credentials {
  if (credentials === undefined) throw new RangeError('every host has credentials: this was checked');
  return credentials;
}

/** What stands where something else was expected may be a password, as a number that lacks its quotes. */
function withoutValue(problem: Problem): Problem {
  const message = problem.message.replace(/ is .*, expected /s, ' is something else, expected ');
  const remedy = problem.remedy?.replace(/^(put it in quotes).*/s, '$1');
  return { ...problem, message, ...(remedy === undefined ? {} : { remedy }) };
}

/** Lines of this file have passwords in them, and messages end up in logs. */
function withoutSource<T extends Place>({ source: _, ...rest }: T): Omit<T, 'source'> {
  return rest;
}
