// Settings of a host's firmware: BIOS attributes with their settings resource, and secure boot, which is one of them.

import { FIRMWARE_ATTRIBUTES } from '../../../sim/host/bmc/firmware-settings.ts';
import { action } from '../action.ts';
import { choice, FLAG, object } from '../body-form.ts';
import type { HostView } from '../host-view.ts';
import { isObject, type Json, type JsonObject } from '../json.ts';
import { type Branch, link, NOTHING, type Place, SHOWN } from '../place.ts';

export function bios(host: HostView): Branch {
  return ([name, ...rest]) => {
    if (rest.length > 0) return undefined;
    if (name === undefined) return biosInForce(host);
    return name === 'Settings' ? biosPending(host) : undefined;
  };
}

function biosInForce(host: HostView): Place {
  const uri = `${host.systemUri}/Bios`;
  return {
    uri,
    schema: 'Bios',
    host,
    body: () => ({
      Id: 'Bios',
      Name: 'BIOS Configuration Current Settings',
      Attributes: host.firmwareSettings().inForce,
      '@Redfish.Settings': {
        '@odata.type': '#Settings.v1_4_0.Settings',
        SettingsObject: link(`${uri}/Settings`),
        SupportedApplyTimes: ['OnReset'],
      },
      Actions: { '#Bios.ResetBios': { target: `${uri}/Actions/Bios.ResetBios` } },
    }),
    actions: {
      'Bios.ResetBios': action('Bios.ResetBios', {}, () => ({
        ask: { ask: 'resetFirmwareSettings' },
        done: () => NOTHING,
      })),
    },
  };
}

const ATTRIBUTES = object(
  Object.fromEntries(Object.entries(FIRMWARE_ATTRIBUTES).map(([name, values]) => [name, choice(...values)])),
);

function biosPending(host: HostView): Place {
  return {
    uri: `${host.systemUri}/Bios/Settings`,
    schema: 'Bios',
    host,
    body: () => {
      const { inForce, pending } = host.firmwareSettings();
      return {
        Id: 'Settings',
        Name: 'BIOS Configuration Pending Settings',
        Attributes: { ...inForce, ...pending },
      };
    },
    patch: {
      writable: { Attributes: ATTRIBUTES },
      plans: ({ Attributes }) => [
        { ask: { ask: 'setFirmwareSettings', attributes: attributesOf(Attributes) }, done: () => SHOWN },
      ],
    },
  };
}

function attributesOf(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {};
}

export function secureBoot(host: HostView): Place {
  return {
    uri: `${host.systemUri}/SecureBoot`,
    schema: 'SecureBoot',
    host,
    body: () => {
      const { inForce, pending } = host.firmwareSettings();
      return {
        Id: 'SecureBoot',
        Name: 'UEFI Secure Boot',
        SecureBootEnable: (pending.SecureBoot ?? inForce.SecureBoot) === 'Enabled',
        SecureBootCurrentBoot: inForce.SecureBoot,
        SecureBootMode: 'UserMode',
      };
    },
    patch: {
      writable: { SecureBootEnable: FLAG },
      plans: ({ SecureBootEnable }) => [
        {
          ask: {
            ask: 'setFirmwareSettings',
            attributes: { SecureBoot: SecureBootEnable === true ? 'Enabled' : 'Disabled' },
          },
          done: () => SHOWN,
        },
      ],
    },
  };
}
