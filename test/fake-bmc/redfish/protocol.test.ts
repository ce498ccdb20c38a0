// Protocol rules of the Redfish service, one row a rule: what DSP0266 and the DMTF protocol validator ask of any service.

import { afterAll, describe, expect, test } from 'vitest';
import { isList, type JsonObject } from '../../../fake-bmc/redfish/json.ts';
import { type Method, messageNames, type Received, RedfishClient, type Sent } from '../../kit/redfish-client.ts';
import { CREDENTIALS } from '../../kit/served-world.ts';

const SYSTEM = '/redfish/v1/Systems/a1';
const RESET = `${SYSTEM}/Actions/ComputerSystem.Reset`;
const SESSIONS = '/redfish/v1/SessionService/Sessions';
const ACCOUNTS = '/redfish/v1/AccountService/Accounts';
const NETWORK = '/redfish/v1/Managers/a1/NetworkProtocol';
const NOBODY: Sent = { auth: 'none' };

interface Row {
  readonly rule: string;
  readonly ask: readonly [Method, string, Sent?];
  readonly seen: (received: Received) => unknown;
  readonly is: unknown;
}

const statusOf = ({ status }: Received): unknown => status;
/** Status and messages of an error. */
const refusalIn = (received: Received): unknown => [received.status, ...messageNames(received)];
const headerIn =
  (name: string) =>
  ({ headers }: Received): unknown =>
    headers[name];
const propertiesOf = ({ body }: Received): unknown => Object.keys(body).filter((name) => !name.startsWith('@odata'));
const membersOf = ({ body }: Received): readonly unknown[] => (isList(body.Members) ? body.Members : []);
const query = (text: string): string => encodeURIComponent(text);
const patch = (path: string, body: JsonObject): readonly [Method, string, Sent] => ['PATCH', path, { body }];
const post = (path: string, body: JsonObject): readonly [Method, string, Sent] => ['POST', path, { body }];

const OPEN: readonly Row[] = [
  {
    rule: '/redfish tells the version without authentication',
    ask: ['GET', '/redfish', NOBODY],
    seen: ({ status, body }) => [status, body],
    is: [200, { v1: '/redfish/v1/' }],
  },
  ...['/redfish/v1/', '/redfish/v1', '/redfish/v1/odata', '/redfish/v1/$metadata'].map((path) => ({
    rule: `${path} is read without authentication`,
    ask: ['GET', path, NOBODY] as const,
    seen: statusOf,
    is: 200,
  })),
  {
    rule: 'the root without its slash is the root',
    ask: ['GET', '/redfish/v1', NOBODY],
    seen: ({ body }) => body['@odata.id'],
    is: '/redfish/v1/',
  },
  {
    rule: 'the root links to sessions where the session service has them',
    ask: ['GET', '/redfish/v1/', NOBODY],
    seen: ({ body }) => body.Links,
    is: { Sessions: { '@odata.id': SESSIONS } },
  },
  {
    rule: 'the root announces the query parameters',
    ask: ['GET', '/redfish/v1/', NOBODY],
    seen: ({ body }) => body.ProtocolFeaturesSupported,
    is: {
      ExcerptQuery: false,
      ExpandQuery: { ExpandAll: true, Levels: true, Links: true, NoLinks: true, MaxLevels: 3 },
      ...{ FilterQuery: true, OnlyMemberQuery: true, SelectQuery: true, TopSkipQuery: true },
    },
  },
  {
    rule: '$metadata is XML with an entity container',
    ask: ['GET', '/redfish/v1/$metadata', NOBODY],
    seen: ({ headers, text }) => [headers['content-type'], text.includes('<EntityContainer Name="Service"')],
    is: ['application/xml;charset=utf-8', true],
  },
  {
    rule: 'the OData document has the context and the direct children of the root',
    ask: ['GET', '/redfish/v1/odata', NOBODY],
    seen: ({ body }) => [body['@odata.context'], isList(body.value) ? body.value.length : 0],
    is: ['/redfish/v1/$metadata', 12],
  },
  {
    rule: 'everything else is 401 with a challenge',
    ask: ['GET', SYSTEM, NOBODY],
    seen: (received) => [refusalIn(received), received.headers['www-authenticate']],
    is: [[401, 'NoValidSession'], 'Basic realm="Redfish"'],
  },
  {
    rule: 'a wrong password is 401',
    ask: ['GET', SYSTEM, { auth: 'wrong' }],
    seen: refusalIn,
    is: [401, 'NoValidSession'],
  },
  {
    rule: 'an unknown token is 401, whatever name and password stand beside it',
    ask: ['GET', SYSTEM, { headers: { 'x-auth-token': 'guessed' } }],
    seen: refusalIn,
    is: [401, 'NoValidSession'],
  },
  {
    rule: 'a cookie lets nobody in',
    ask: ['GET', SYSTEM, { auth: 'none', headers: { cookie: 'token=1' } }],
    seen: statusOf,
    is: 401,
  },
  {
    rule: 'nobody learns whether a resource exists',
    ask: ['GET', '/redfish/v1/Systems/none', NOBODY],
    seen: refusalIn,
    is: [401, 'NoValidSession'],
  },
  {
    rule: 'authentication comes before all other headers and the body',
    ask: ['PATCH', SYSTEM, { auth: 'none', headers: { 'odata-version': '9' }, body: { text: '{' } }],
    seen: statusOf,
    is: 401,
  },
];

const HEADERS: readonly Row[] = [
  ...(
    [
      ['odata-version', '4.0'],
      ['content-type', 'application/json;charset=utf-8'],
      ['cache-control', 'no-store'],
      ['allow', 'GET, HEAD, PATCH'],
      ['link', '<http://redfish.dmtf.org/schemas/v1/ComputerSystem.v1_28_0.json>; rel=describedby'],
    ] as const
  ).map(([name, is]) => ({
    rule: `a read says ${name}`,
    ask: ['GET', SYSTEM] as const,
    seen: headerIn(name),
    is,
  })),
  {
    rule: 'a resource has the same entity tag in its header and in its body',
    ask: ['GET', `${ACCOUNTS}/2`],
    seen: ({ headers, body }) => [/^"[0-9a-f]{16}"$/.test(headers.etag ?? ''), headers.etag === body['@odata.etag']],
    is: [true, true],
  },
  {
    rule: 'HEAD is GET without a body',
    ask: ['HEAD', SYSTEM],
    seen: ({ status, text, headers }) => [status, text, headers.allow],
    is: [200, '', 'GET, HEAD, PATCH'],
  },
  {
    rule: 'OData-Version 4.0 is taken',
    ask: ['GET', SYSTEM, { headers: { 'odata-version': '4.0' } }],
    seen: statusOf,
    is: 200,
  },
  {
    rule: 'any other OData-Version is 412',
    ask: ['GET', SYSTEM, { headers: { 'odata-version': '4.1' } }],
    seen: refusalIn,
    is: [412, 'HeaderInvalid'],
  },
  ...['application/json', 'application/json;charset=utf-8', 'application/*', '*/*', 'text/html, */*;q=0.1'].map(
    (accept) => ({
      rule: `Accept: ${accept} gets JSON`,
      ask: ['GET', SYSTEM, { headers: { accept } }] as const,
      seen: statusOf,
      is: 200,
    }),
  ),
  {
    rule: 'what is not to be had is 406',
    ask: ['GET', SYSTEM, { headers: { accept: 'text/html' } }],
    seen: refusalIn,
    is: [406, 'HeaderInvalid'],
  },
  { rule: 'the body of a GET is ignored', ask: ['GET', SYSTEM, { body: { text: '{' } }], seen: statusOf, is: 200 },
];

const METHODS: readonly Row[] = [
  ...(['PUT', 'DELETE', 'POST', 'OPTIONS'] as const).map((method) => ({
    rule: `${method} on a system is 405 with what is allowed`,
    ask: [method, SYSTEM] as const,
    seen: (received: Received) => [refusalIn(received), received.headers.allow],
    is: [[405, 'OperationNotAllowed'], 'GET, HEAD, PATCH'],
  })),
  {
    rule: 'GET on an action is 405',
    ask: ['GET', RESET],
    seen: (received) => [refusalIn(received), received.headers.allow],
    is: [[405, 'OperationNotAllowed'], 'POST'],
  },
  {
    rule: 'what is not there is 404',
    ask: ['GET', '/redfish/v1/Nothing'],
    seen: refusalIn,
    is: [404, 'ResourceMissingAtURI'],
  },
  {
    rule: 'an unknown action is 404',
    ask: post(`${SYSTEM}/Actions/ComputerSystem.Explode`, {}),
    seen: refusalIn,
    is: [404, 'ResourceMissingAtURI'],
  },
  { rule: 'an address with a bad escape is 400', ask: ['GET', '/redfish/v1/%zz'], seen: statusOf, is: 400 },
  {
    rule: 'standard roles are not to be changed',
    ask: patch('/redfish/v1/AccountService/Roles/Operator', { AssignedPrivileges: [] }),
    seen: statusOf,
    is: 405,
  },
];

const QUERIES: readonly Row[] = [
  { rule: 'an unknown parameter is ignored', ask: ['GET', `${SYSTEM}?unknown=1`], seen: statusOf, is: 200 },
  {
    rule: 'an unknown parameter with a dollar sign is 501',
    ask: ['GET', `${SYSTEM}?$unknown=1`],
    seen: refusalIn,
    is: [501, 'QueryParameterUnsupported'],
  },
  {
    rule: 'the same at the root',
    ask: ['GET', '/redfish/v1/?$unknown=1', NOBODY],
    seen: refusalIn,
    is: [501, 'QueryParameterUnsupported'],
  },
  {
    rule: 'a parameter with a bad value is 400',
    ask: ['GET', `${ACCOUNTS}?$top=many`],
    seen: refusalIn,
    is: [400, 'QueryParameterValueTypeError'],
  },
  {
    rule: 'only takes no value',
    ask: ['GET', '/redfish/v1/Systems?only=1'],
    seen: refusalIn,
    is: [400, 'QueryParameterValueError'],
  },
  {
    rule: 'only shows the one member',
    ask: ['GET', '/redfish/v1/Systems?only'],
    seen: ({ body }) => body['@odata.id'],
    is: SYSTEM,
  },
  {
    rule: 'only leaves a collection of several',
    ask: ['GET', '/redfish/v1/AccountService/Roles?only'],
    seen: (r) => membersOf(r).length,
    is: 3,
  },
  {
    rule: 'only is for collections',
    ask: ['GET', `${SYSTEM}?only`],
    seen: refusalIn,
    is: [400, 'QueryNotSupportedOnResource'],
  },
  {
    rule: 'only and $expand do not go together',
    ask: ['GET', '/redfish/v1/Systems?only&$expand=.'],
    seen: refusalIn,
    is: [400, 'QueryCombinationInvalid'],
  },
  {
    rule: '$expand=. shows the members whole',
    ask: ['GET', '/redfish/v1/Systems?$expand=.'],
    seen: (received) => membersOf(received).map((member) => (member as JsonObject).PowerState),
    is: ['On'],
  },
  {
    rule: '$expand=~ shows what is under Links whole, and nothing else',
    ask: ['GET', `${SYSTEM}?$expand=~`],
    seen: ({ body }) => [
      ((body.Links as JsonObject).Chassis as JsonObject[])[0]?.ChassisType,
      Object.keys(body.Bios as JsonObject),
    ],
    is: ['RackMount', ['@odata.id']],
  },
  {
    rule: '$expand=*($levels=2) goes on in what it shows',
    ask: ['GET', `/redfish/v1/Systems?$expand=*($levels=2)`],
    seen: (received) => ((membersOf(received)[0] as JsonObject).Bios as JsonObject).Id,
    is: 'Bios',
  },
  {
    rule: 'more levels than announced are 400',
    ask: ['GET', `${SYSTEM}?$expand=.($levels=4)`],
    seen: refusalIn,
    is: [400, 'QueryParameterOutOfRange'],
  },
  {
    rule: '$expand of another form is 400',
    ask: ['GET', `${SYSTEM}?$expand=all`],
    seen: refusalIn,
    is: [400, 'QueryParameterValueFormatError'],
  },
  {
    rule: '$select shows what is asked for',
    ask: ['GET', `${SYSTEM}?$select=PowerState,Status/Health`],
    seen: ({ body }) => ({ names: propertiesOf({ body } as Received), status: body.Status }),
    is: { names: ['PowerState', 'Status'], status: { Health: 'OK' } },
  },
  {
    rule: '$select of another form is 400',
    ask: ['GET', `${SYSTEM}?$select=,`],
    seen: refusalIn,
    is: [400, 'QueryParameterValueFormatError'],
  },
  {
    rule: '$filter keeps the members for which it is true',
    ask: [
      'GET',
      `/redfish/v1/AccountService/Roles?$filter=${query("RoleId eq 'Operator' or not (IsPredefined eq true)")}`,
    ],
    seen: (received) => [received.body['Members@odata.count'], membersOf(received)],
    is: [1, [{ '@odata.id': '/redfish/v1/AccountService/Roles/Operator' }]],
  },
  {
    rule: '$filter of another form is 400',
    ask: ['GET', `${ACCOUNTS}?$filter=${query('UserName like root')}`],
    seen: refusalIn,
    is: [400, 'QueryParameterValueFormatError'],
  },
  {
    rule: '$filter is for collections',
    ask: ['GET', `${SYSTEM}?$filter=${query("Id eq 'a1'")}`],
    seen: refusalIn,
    is: [400, 'QueryNotSupportedOnResource'],
  },
  {
    rule: 'a page counts all members, and says where the next one is',
    ask: ['GET', '/redfish/v1/AccountService/Roles?$skip=1&$top=1'],
    seen: ({ body }) => [body['Members@odata.count'], body.Members, body['Members@odata.nextLink']],
    is: [
      3,
      [{ '@odata.id': '/redfish/v1/AccountService/Roles/Operator' }],
      '/redfish/v1/AccountService/Roles?%24skip=2&%24top=1',
    ],
  },
  {
    rule: 'the last page has no next one',
    ask: ['GET', '/redfish/v1/AccountService/Roles?$skip=2&$top=5'],
    seen: ({ body }) => body['Members@odata.nextLink'],
    is: undefined,
  },
  {
    rule: 'query parameters are for reads',
    ask: ['PATCH', `${SYSTEM}?$select=AssetTag`, { body: { AssetTag: 'x' } }],
    seen: refusalIn,
    is: [400, 'QueryNotSupportedOnOperation'],
  },
];

const WRITES: readonly Row[] = [
  {
    rule: 'PATCH of unknown properties only is 400',
    ask: patch(SYSTEM, { Nonsense: 1 }),
    seen: refusalIn,
    is: [400, 'PropertyUnknown'],
  },
  {
    rule: 'PATCH of read-only properties only is 400',
    ask: patch(SYSTEM, { PowerState: 'Off', Model: 'x' }),
    seen: refusalIn,
    is: [400, 'PropertyNotWritable', 'PropertyNotWritable'],
  },
  {
    rule: 'everything that is wrong is said at once',
    ask: patch(SYSTEM, { Nonsense: 1, PowerState: 'Off', Boot: { BootSourceOverrideEnabled: 7 } }),
    seen: refusalIn,
    is: [400, 'PropertyUnknown', 'PropertyNotWritable', 'PropertyValueTypeError'],
  },
  {
    rule: 'PATCH of some usable ones is 200 with annotations for the rest',
    ask: patch(SYSTEM, { AssetTag: 'kept', Model: 'x', Nonsense: 1 }),
    seen: (received) => [
      ...[received.status, received.body.AssetTag, messageNames(received)],
      Object.keys(received.body).filter((name) => /^\w+@Message/.test(name)),
    ],
    is: [
      200,
      'kept',
      ['PropertyNotWritable', 'PropertyUnknown'],
      ['Model@Message.ExtendedInfo', 'Nonsense@Message.ExtendedInfo'],
    ],
  },
  {
    rule: 'PATCH of annotations only is no operation',
    ask: patch(SYSTEM, { '@odata.id': SYSTEM }),
    seen: refusalIn,
    is: [400, 'NoOperation'],
  },
  {
    rule: 'PATCH with a value that is not allowed is 400',
    ask: patch(SYSTEM, { Boot: { BootSourceOverrideTarget: 'Moon' } }),
    seen: refusalIn,
    is: [400, 'PropertyValueNotInList'],
  },
  {
    rule: 'a body that is no JSON is 400',
    ask: ['PATCH', SYSTEM, { body: { text: '{"AssetTag":' } }],
    seen: refusalIn,
    is: [400, 'MalformedJSON'],
  },
  {
    rule: 'a body that is no object is 400',
    ask: ['PATCH', SYSTEM, { body: ['AssetTag'] }],
    seen: refusalIn,
    is: [400, 'UnrecognizedRequestBody'],
  },
  { rule: 'no body is 400', ask: ['PATCH', SYSTEM], seen: refusalIn, is: [400, 'EmptyJSON'] },
  {
    rule: 'a body of another type is 415',
    ask: ['PATCH', SYSTEM, { body: { AssetTag: 'x' }, headers: { 'content-type': 'text/plain' } }],
    seen: refusalIn,
    is: [415, 'HeaderInvalid'],
  },
  {
    rule: 'If-Match with another tag is 412',
    ask: ['PATCH', SYSTEM, { body: { AssetTag: 'lost' }, headers: { 'if-match': '"0123456789abcdef"' } }],
    seen: refusalIn,
    is: [412, 'PreconditionFailed'],
  },
  {
    rule: 'If-Match that is no list of tags is 412',
    ask: ['PATCH', SYSTEM, { body: { AssetTag: 'lost' }, headers: { 'if-match': '"x"y' } }],
    seen: refusalIn,
    is: [412, 'PreconditionFailed'],
  },
  {
    rule: 'If-Match with a star is met',
    ask: ['PATCH', SYSTEM, { body: { AssetTag: 'star' }, headers: { 'if-match': '*' } }],
    seen: ({ body }) => body.AssetTag,
    is: 'star',
  },
  {
    rule: 'a ResetType that there is not is 400',
    ask: post(RESET, { ResetType: 'Explode' }),
    seen: refusalIn,
    is: [400, 'ActionParameterValueNotInList'],
  },
  {
    rule: 'a ResetType of another type is 400',
    ask: post(RESET, { ResetType: 1 }),
    seen: refusalIn,
    is: [400, 'ActionParameterValueTypeError'],
  },
  {
    rule: 'an unknown parameter of an action is 400',
    ask: post(RESET, { ResetType: 'On', Now: true }),
    seen: refusalIn,
    is: [400, 'ActionParameterUnknown'],
  },
  {
    rule: 'a missing parameter of an action is 400',
    ask: post('/redfish/v1/UpdateService/Actions/UpdateService.SimpleUpdate', {}),
    seen: refusalIn,
    is: [400, 'ActionParameterMissing'],
  },
  {
    rule: 'a login with a wrong password is 401',
    ask: ['POST', SESSIONS, { auth: 'none', body: { UserName: 'root', Password: 'no' } }],
    seen: refusalIn,
    is: [401, 'NoValidSession'],
  },
  {
    rule: 'a login without a password says so, and repeats nothing',
    ask: ['POST', SESSIONS, { auth: 'none', body: { UserName: ['secret'] } }],
    seen: (r) => [refusalIn(r), r.text.includes('secret')],
    is: [[400, 'PropertyMissing', 'PropertyValueTypeError'], false],
  },
  {
    rule: 'creating needs what is required',
    ask: post(ACCOUNTS, { UserName: 'x' }),
    seen: refusalIn,
    is: [400, 'PropertyMissing', 'PropertyMissing'],
  },
  {
    rule: 'creating what exists is refused',
    ask: post(ACCOUNTS, { UserName: CREDENTIALS.user, Password: 'p', RoleId: 'Operator' }),
    seen: refusalIn,
    is: [400, 'ResourceAlreadyExists'],
  },
];

describe.each([
  ['what everybody may read', OPEN],
  ['headers', HEADERS],
  ['methods', METHODS],
  ['query parameters', QUERIES],
  ['writes', WRITES],
] as const)('%s', async (_, rows) => {
  const client = await RedfishClient.of();
  afterAll(() => client.close());
  test.each(rows)('$rule', async ({ ask: [method, path, sent], seen, is }) => {
    expect(seen(await client.send(method, path, sent))).toEqual(is);
  });
});

describe('rules that take more than one request', () => {
  test('a change through a tag that was read is taken once: after it the tag is another', async () => {
    const client = await RedfishClient.of();
    const tag = (await client.get(SYSTEM)).headers.etag ?? '';
    const first = await client.patch(SYSTEM, { AssetTag: 'first' }, { headers: { 'if-match': tag } });
    const second = await client.patch(SYSTEM, { AssetTag: 'second' }, { headers: { 'if-match': tag } });
    expect([first.status, second.status, (await client.get(SYSTEM)).body.AssetTag]).toEqual([200, 412, 'first']);
    await client.close();
  });

  test('a login is 201 with token, address and session; the token lets in until the session is deleted', async () => {
    const client = await RedfishClient.of();
    const login = { UserName: CREDENTIALS.user, Password: CREDENTIALS.password };
    const { status, headers, body, text } = await client.post(SESSIONS, login, NOBODY);
    const token = headers['x-auth-token'] ?? '';
    expect([status, headers.location, body.UserName]).toEqual([201, `${SESSIONS}/1`, 'root']);
    expect(token).toMatch(/^[\w-]{32}$/);
    expect(text).not.toContain(CREDENTIALS.password);
    expect(headers['set-cookie']).toBeUndefined();
    expect((await client.get(SYSTEM, { auth: { token } })).status).toBe(200);
    expect((await client.send('DELETE', `${SESSIONS}/1`, { auth: { token } })).status).toBe(204);
    expect((await client.get(SYSTEM, { auth: { token } })).status).toBe(401);
    await client.close();
  });

  test('two logins are two sessions, at the collection and at its Members, with two tokens', async () => {
    const client = await RedfishClient.of();
    const login = { UserName: CREDENTIALS.user, Password: CREDENTIALS.password };
    const one = await client.post(SESSIONS, login, NOBODY);
    const other = await client.post(`${SESSIONS}/Members`, login, NOBODY);
    expect([one.headers.location, other.headers.location]).toEqual([`${SESSIONS}/1`, `${SESSIONS}/2`]);
    expect(one.headers['x-auth-token']).not.toBe(other.headers['x-auth-token']);
    expect(membersOf(await client.get(SESSIONS))).toHaveLength(2);
    await client.close();
  });

  test('a session that is not used times out as the session service says', async () => {
    const client = await RedfishClient.of();
    const auth = await client.login();
    const { SessionTimeout } = (await client.get('/redfish/v1/SessionService')).body;
    client.world.wait(Number(SessionTimeout) - 1);
    expect((await client.get(SYSTEM, { auth })).status).toBe(200);
    client.world.wait(Number(SessionTimeout));
    expect((await client.get(SYSTEM, { auth })).status).toBe(401);
    await client.close();
  });

  test('PATCH of an array: null removes, {} keeps, and what is beyond the end is removed', async () => {
    const client = await RedfishClient.of();
    const servers = async (list: readonly (string | null | JsonObject)[]): Promise<unknown> => {
      const { body } = await client.patch(NETWORK, { NTP: { NTPServers: list } });
      return (body.NTP as JsonObject | undefined)?.NTPServers;
    };
    expect(await servers(['a.example', 'b.example', 'c.example'])).toEqual(['a.example', 'b.example', 'c.example']);
    expect(await servers([{}, null, 'd.example'])).toEqual(['a.example', 'd.example']);
    expect(await servers([{}])).toEqual(['a.example']);
    await client.close();
  });

  test('every link of every resource leads somewhere, and says of itself where it is', async () => {
    const client = await RedfishClient.of();
    const waiting = ['/redfish/v1/'];
    const seen = new Set<string>();
    const wrong: string[] = [];
    for (let uri = waiting.pop(); uri !== undefined; uri = waiting.pop()) {
      if (seen.has(uri) || uri.includes('#') || uri.startsWith('/redfish/v1/JsonSchemas/')) continue;
      seen.add(uri);
      const { status, body } = await client.get(uri);
      if (status !== 200 || body['@odata.id'] !== uri || body.Name === undefined) wrong.push(`${status} ${uri}`);
      waiting.push(...[...JSON.stringify(body).matchAll(/"@odata.id":"([^"]+)"/g)].map(([, found = '']) => found));
    }
    expect(wrong).toEqual([]);
    expect(seen.size).toBeGreaterThan(70);
    await client.close();
  });

  test('every message that is said is in the registry that is served', async () => {
    const client = await RedfishClient.of();
    const file = (await client.get('/redfish/v1/Registries/Base')).body;
    const [{ Uri }] = file.Location as readonly [JsonObject];
    const registry = (await client.get(String(Uri))).body;
    const { error } = (await client.patch(SYSTEM, { Nonsense: 1 })).body;
    const [info] = (error as JsonObject)['@Message.ExtendedInfo'] as readonly [JsonObject];
    const { NumberOfArgs } = (registry.Messages as JsonObject).PropertyUnknown as JsonObject;
    expect([info.MessageId, NumberOfArgs]).toEqual([
      'Base.1.19.0.PropertyUnknown',
      (info.MessageArgs as unknown[]).length,
    ]);
    await client.close();
  });
});
