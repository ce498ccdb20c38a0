// BareMetalHost (metal3.io/v1alpha1): inventory, power and provisioning of one physical host.
// Source: baremetal-operator 02aa5059e.

import type { Condition } from './conditions.ts';
import { type KubeObject, kindOf } from './object.ts';

export type ProvisioningState =
  | ''
  | 'unmanaged'
  | 'registering'
  | 'match profile'
  | 'inspecting'
  | 'preparing'
  | 'available'
  | 'ready'
  | 'provisioning'
  | 'provisioned'
  | 'externally provisioned'
  | 'deprovisioning'
  | 'powering off before delete'
  | 'deleting';

export type OperationalStatus = 'OK' | 'discovered' | 'error' | 'delayed' | 'detached' | 'servicing';

export type HostErrorType =
  | 'registration error'
  | 'provisioned registration error'
  | 'inspection error'
  | 'preparation error'
  | 'provisioning error'
  | 'power management error'
  | 'detach error'
  | 'servicing error';

/** Operations of which status.operationHistory keeps start and end. */
export type HostOperation = 'register' | 'inspect' | 'provision' | 'deprovision';

export interface HostImage {
  readonly url?: string;
  readonly checksum?: string;
  readonly checksumType?: string;
  readonly format?: string;
}

/** The Secret with the credentials of the BMC. */
export interface HostCredentials {
  readonly credentials?: { readonly name?: string; readonly namespace?: string };
  readonly credentialsVersion?: string;
}

export interface BareMetalHost extends KubeObject {
  readonly spec?: {
    readonly online?: boolean;
    readonly bmc?: { readonly address?: string; readonly credentialsName?: string };
    readonly image?: HostImage;
    readonly customDeploy?: { readonly method?: string };
    readonly consumerRef?: {
      readonly kind?: string;
      readonly name?: string;
      readonly namespace?: string;
      readonly apiVersion?: string;
    };
    readonly externallyProvisioned?: boolean;
    readonly automatedCleaningMode?: 'metadata' | 'disabled';
    readonly inspectionMode?: 'disabled' | 'agent' | 'fast';
    readonly disablePowerOff?: boolean;
    readonly bootMode?: 'UEFI' | 'UEFISecureBoot' | 'legacy';
    readonly raid?: object;
    readonly rootDeviceHints?: object;
  };
  readonly status?: {
    readonly poweredOn?: boolean;
    readonly operationalStatus?: OperationalStatus;
    readonly errorType?: HostErrorType;
    readonly errorMessage?: string;
    readonly errorCount?: number;
    readonly lastUpdated?: string;
    /** What inspection found. */
    readonly hardware?: { readonly cpu?: { readonly count?: number }; readonly ramMebibytes?: number };
    readonly hardwareProfile?: string;
    readonly goodCredentials?: HostCredentials;
    readonly triedCredentials?: HostCredentials;
    readonly conditions?: readonly Condition[];
    readonly provisioning?: {
      readonly state?: ProvisioningState;
      /** The host's name in Ironic. */
      readonly ID?: string;
      readonly bootMode?: string;
      /** Settings that preparation has applied. */
      readonly raid?: object;
      readonly rootDeviceHints?: object;
      /** What is deployed; with customDeploy its method stands beside it. */
      readonly image?: HostImage;
      readonly customDeploy?: { readonly method?: string };
    };
    /** When the operation of that name started and ended last; an end before its start belongs to the one before. */
    readonly operationHistory?: Readonly<
      Partial<Record<HostOperation, { readonly start?: string | null; readonly end?: string | null }>>
    >;
    /** Counts provisioningFailCount: another image starts again at zero. */
    readonly lastAttemptedImage?: HostImage;
    readonly provisioningFailCount?: number;
  };
}

export const BARE_METAL_HOST = kindOf<BareMetalHost>('metal3.io', 'BareMetalHost', 'Namespaced');

export const ANNOTATION_PAUSED = 'baremetalhost.metal3.io/paused';
/** JSON of a status, for a host that arrives without one (moved between clusters). */
export const ANNOTATION_STATUS = 'baremetalhost.metal3.io/status';
/** `disabled`: no inspection; any other value on an available host: inspect it again. */
export const ANNOTATION_INSPECT = 'inspect.metal3.io';
/** JSON of hardware details, in place of an inspection. */
export const ANNOTATION_HARDWARE_DETAILS = 'inspect.metal3.io/hardwaredetails';
export const ANNOTATION_DETACHED = 'baremetalhost.metal3.io/detached';
/** Without suffix: one reboot. With `/key`: the host is held off until every suffixed annotation is gone (trap T10). */
export const ANNOTATION_REBOOT = 'reboot.metal3.io';
