import type { DataObject } from '../wire/index.ts';

/**
 * Settings that describe the VM as it ran, its files or its place; the server makes its own for a new one.
 * What isn't matched here is the administrator's and comes back.
 */
const notCarriedOver: readonly RegExp[] = [
  /^(?:migrate|vmotion|sched\.swap|replay|checkpoint|numa\.autosize|monitor\.phys|cleanShutdown|softPowerOff|viv\.|vmxstats|pciBridge\d+\.pciSlotNumber$)/i,
  /^(?:nvram|uuid\.|vc\.uuid|vm\.createDate|vmware\.tools\.|toolsInstallManager|tools\.(?:remindInstall|installMessage)|guestinfo\.(?:vmtools|appInfo|driver))/i,
  /^(?:encryption\.|dataFileKey|evcCompatibilityMode|hpet0\.present$|svga\.(?:guestBackedPrimaryAware|present)$|snapshot\.|featMask|hostCPUID|guestCPUID|userCPUID)/i,
  /ctkEnabled$/i,
  /^(?:scsi|sata|nvme|ide|floppy|serial|parallel)\d+:?\d*\.(?:fileName|redo|deviceType|present|startConnected|filename|virtualDev|sharedBus)$/i,
  /^ethernet\d+\.(?:address|addressType|generatedAddress|generatedAddressOffset|networkName|dvs\..*|present|connectionType|virtualDev|opaqueNetwork\..*|externalId)$/i,
];

/** Of the captured `extraConfig`, what a new VM is to have. */
export function carriedOverSettings(extraConfig: readonly DataObject[]): DataObject[] {
  return extraConfig
    .filter(({ key, value }) => typeof key === 'string' && value !== undefined && value !== '' && !notCarriedOver.some((pattern) => pattern.test(key)))
    .map(({ key, value }) => ({ $type: 'OptionValue', key, value }));
}
