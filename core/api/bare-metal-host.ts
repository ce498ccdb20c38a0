// BareMetalHost (metal3.io/v1alpha1): inventory, power and provisioning of one physical host.
// Source: remediation facts 1.E (baremetal-operator 02aa5059e).

import { type KubeObject, kindOf } from './object.ts';

export type ProvisioningState =
  | ''
  | 'unmanaged'
  | 'registering'
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

export interface HostImage {
  readonly url?: string;
  readonly checksum?: string;
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
  };
  readonly status?: {
    readonly poweredOn?: boolean;
    readonly operationalStatus?: string;
    readonly errorType?: string;
    readonly errorMessage?: string;
    readonly errorCount?: number;
    readonly lastUpdated?: string;
    /** What inspection found. */
    readonly hardware?: { readonly cpu?: { readonly count?: number }; readonly ramMebibytes?: number };
    readonly provisioning?: {
      readonly state?: ProvisioningState;
      /** What is deployed; with customDeploy its method stands beside it. */
      readonly image?: HostImage;
      readonly customDeploy?: { readonly method?: string };
    };
    /** When the operation of that name started and ended last; an end before its start belongs to the one before. */
    readonly operationHistory?: Readonly<
      Partial<
        Record<'register' | 'inspect' | 'provision' | 'deprovision', { readonly start?: string; readonly end?: string }>
      >
    >;
    /** Counts provisioningFailCount: another image starts again at zero. */
    readonly lastAttemptedImage?: HostImage;
    readonly provisioningFailCount?: number;
  };
}

export const BARE_METAL_HOST = kindOf<BareMetalHost>('metal3.io', 'BareMetalHost', 'Namespaced');

export const ANNOTATION_PAUSED = 'baremetalhost.metal3.io/paused';
export const ANNOTATION_DETACHED = 'baremetalhost.metal3.io/detached';
/** Without suffix: one reboot. With `/key`: the host is held off until every suffixed annotation is gone (trap T10). */
export const ANNOTATION_REBOOT = 'reboot.metal3.io';
