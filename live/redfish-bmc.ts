// The client of a management controller that speaks Redfish: power of one ComputerSystem. The words `On` and `Off` are the only ones that
// are power; a state between them, null, an error or a page that is not JSON is none.

import type { PowerState } from '../core/actions.ts';
import type { BootProgress } from '../core/facts.ts';
import type { BmcClient, ChangeAnswer, Lost, PowerAnswer, PowerChange, Refused } from './bmc-client.ts';
import { fieldIn, type RedfishConnection, textIn } from './redfish-connection.ts';

const SYSTEMS = '/redfish/v1/Systems';

/** What is asked for, the best first: a service takes what it lists. OpenBMC lists ForceOn where others have On. */
const RESET_TYPES: Readonly<Record<PowerChange, readonly string[]>> = {
  on: ['On', 'ForceOn'],
  forceOff: ['ForceOff'],
  gracefulShutdown: ['GracefulShutdown'],
};

/** Everything that DSP0268 has before it is the firmware's. Source: DSP0268, ComputerSystem, BootProgress.LastState. */
const BOOT_PROGRESS: Readonly<Record<string, BootProgress>> = {
  None: 'none',
  OSBootStarted: 'osBoot',
  OSRunning: 'osRunning',
};

interface System {
  readonly kind: 'system';
  readonly path: string;
  readonly body: unknown;
}

export class RedfishBmc implements BmcClient {
  private readonly connection: RedfishConnection;
  /** Absent until it is found. */
  private path: string | undefined;

  /** @param systemPath empty: the only system of the service. */
  constructor(connection: RedfishConnection, systemPath: string) {
    this.connection = connection;
    if (systemPath !== '') this.path = systemPath;
  }

  async readPower(): Promise<PowerAnswer> {
    const system = await this.system();
    if (system.kind !== 'system') return system;
    const systemUuid = textIn(system.body, 'UUID')?.toLowerCase();
    const lastState = textIn(fieldIn(system.body, 'BootProgress'), 'LastState');
    return {
      kind: 'read',
      power: powerOf(textIn(system.body, 'PowerState')),
      ...(systemUuid === undefined ? {} : { systemUuid }),
      ...(textIn(fieldIn(system.body, 'Status'), 'State') === 'Updating' ? { isUpdating: true } : {}),
      ...(lastState === undefined ? {} : { bootProgress: BOOT_PROGRESS[lastState] ?? 'firmware' }),
    };
  }

  async changePower(change: PowerChange): Promise<ChangeAnswer> {
    const system = await this.system();
    if (system.kind === 'lost') return { ...system, mayHaveArrived: false };
    if (system.kind === 'refused') return system;
    const reset = fieldIn(fieldIn(system.body, 'Actions'), '#ComputerSystem.Reset');
    const target = textIn(reset, 'target');
    if (target === undefined) return refusedForGood(`${system.path} has no action ComputerSystem.Reset`);
    const type = await this.resetType(reset, change);
    if (type === undefined) return refusedForGood(`${system.path} offers none of ${RESET_TYPES[change].join(', ')}`);
    const answer = await this.connection.post(target, { ResetType: type }, system.path);
    return answer.kind === 'answered' ? { kind: 'accepted' } : answer;
  }

  close(): Promise<void> {
    return this.connection.close();
  }

  /** What is listed with the action, or in its ActionInfo; whoever lists nothing takes everything. */
  private async resetType(reset: unknown, change: PowerChange): Promise<string | undefined> {
    const types = RESET_TYPES[change];
    const infoPath = textIn(reset, '@Redfish.ActionInfo');
    const listed =
      fieldIn(reset, 'ResetType@Redfish.AllowableValues') ??
      (infoPath === undefined ? undefined : await this.listedIn(infoPath));
    if (!Array.isArray(listed)) return types[0];
    return types.find((type) => listed.includes(type));
  }

  private async listedIn(infoPath: string): Promise<unknown> {
    const info = await this.connection.get(infoPath);
    const parameters = info.kind === 'answered' ? fieldIn(info.body, 'Parameters') : undefined;
    if (!Array.isArray(parameters)) return undefined;
    return fieldIn(
      parameters.find((parameter) => textIn(parameter, 'Name') === 'ResetType'),
      'AllowableValues',
    );
  }

  private async system(): Promise<System | Refused | Lost> {
    const path = await this.systemPath();
    if (typeof path !== 'string') return path;
    const answer = await this.connection.get(path);
    if (answer.kind !== 'answered') return answer;
    const { body } = answer;
    if (textIn(body, '@odata.id') === undefined) {
      return { kind: 'lost', message: `${path} is no resource of Redfish`, mayHaveArrived: true };
    }
    return { kind: 'system', path, body };
  }

  private async systemPath(): Promise<string | Refused | Lost> {
    if (this.path !== undefined) return this.path;
    const answer = await this.connection.get(SYSTEMS);
    if (answer.kind !== 'answered') return answer;
    const members = fieldIn(answer.body, 'Members');
    const paths = (Array.isArray(members) ? members : []).flatMap((member) => textIn(member, '@odata.id') ?? []);
    const [only] = paths;
    // None at all is what some services tell for a while.
    if (only === undefined) return { kind: 'refused', message: `${SYSTEMS} has no members`, mayPass: true };
    if (paths.length > 1) return refusedForGood(`${SYSTEMS} has ${paths.length} members: the address must name one`);
    this.path = only;
    return only;
  }
}

function powerOf(state: string | undefined): PowerState | undefined {
  return state === 'On' ? 'on' : state === 'Off' ? 'off' : undefined;
}

function refusedForGood(message: string): Refused {
  return { kind: 'refused', message, mayPass: false };
}
