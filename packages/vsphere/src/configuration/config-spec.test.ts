import { describe, expect, test } from 'vitest';
import type { Network } from '../inventory/inventory.ts';
import { type DataObject, encode } from '../wire/index.ts';
import { type Placement, toConfigSpec, toFinishingSpec } from './config-spec.ts';
import { carriedOverSettings } from './extra-config.ts';
import { fromJson, toJson } from './json-value.ts';
import type { VmConfiguration } from './vm-configuration.ts';

const devices: DataObject[] = [
  { $type: 'VirtualIDEController', key: 200, busNumber: 0 },
  { $type: 'VirtualIDEController', key: 201, busNumber: 1 },
  { $type: 'VirtualPCIController', key: 100, busNumber: 0 },
  { $type: 'VirtualKeyboard', key: 600, controllerKey: 300, unitNumber: 0 },
  { $type: 'VirtualMachineVideoCard', key: 500, controllerKey: 100, unitNumber: 0, videoRamSizeInKB: 16384, useAutoDetect: false },
  {
    $type: 'ParaVirtualSCSIController',
    key: 1000,
    controllerKey: 100,
    unitNumber: 3,
    busNumber: 0,
    hotAddRemove: true,
    sharedBus: 'noSharing',
    scsiCtlrUnitNumber: 7,
    device: [2000, 2001],
    slotInfo: { $type: 'VirtualDevicePciBusSlotInfo', pciSlotNumber: 160 },
  },
  { $type: 'VirtualAHCIController', key: 15000, controllerKey: 100, unitNumber: 24, busNumber: 0, device: [16000] },
  {
    $type: 'VirtualCdrom',
    key: 3000,
    controllerKey: 200,
    unitNumber: 0,
    deviceInfo: { $type: 'Description', label: 'CD/DVD drive 1', summary: '' },
    backing: { $type: 'VirtualCdromIsoBackingInfo', fileName: '[iso] debian.iso' },
  },
  {
    $type: 'VirtualDisk',
    key: 2000,
    controllerKey: 1000,
    unitNumber: 0,
    capacityInKB: 2048,
    capacityInBytes: 2097152,
    diskObjectId: '1-2000',
    deviceInfo: { $type: 'Description', label: 'Hard disk 1', summary: '' },
    backing: {
      $type: 'VirtualDiskSeSparseBackingInfo',
      fileName: '[fast] web/web-000001.vmdk',
      diskMode: 'persistent',
      uuid: '6000C291-0000',
      changeId: '52 de/7',
    },
  },
  {
    $type: 'VirtualDisk',
    key: 2001,
    controllerKey: 1000,
    unitNumber: 1,
    capacityInKB: 4096,
    deviceInfo: { $type: 'Description', label: 'Hard disk 2', summary: '' },
    backing: { $type: 'VirtualDiskFlatVer2BackingInfo', fileName: '[slow] web/web_1.vmdk', diskMode: 'persistent', thinProvisioned: false, eagerlyScrub: true },
  },
  {
    $type: 'VirtualVmxnet3',
    key: 4000,
    controllerKey: 100,
    unitNumber: 7,
    addressType: 'assigned',
    macAddress: '00:50:56:ab:cd:ef',
    deviceInfo: { $type: 'Description', label: 'Network adapter 1', summary: '' },
    slotInfo: { $type: 'VirtualDevicePciBusSlotInfo', pciSlotNumber: 192 },
    connectable: { startConnected: true, allowGuestControl: true, connected: true },
    backing: { $type: 'VirtualEthernetCardNetworkBackingInfo', deviceName: 'VM Network' },
  },
  {
    $type: 'VirtualE1000',
    key: 4001,
    controllerKey: 100,
    unitNumber: 8,
    macAddress: '00:50:56:ab:cd:00',
    deviceInfo: { $type: 'Description', label: 'Network adapter 2', summary: '' },
    backing: { $type: 'VirtualEthernetCardNetworkBackingInfo', deviceName: 'Secret' },
  },
  { $type: 'VirtualPCIPassthrough', key: 13000, deviceInfo: { $type: 'Description', label: 'PCI device 0', summary: '' } },
  { $type: 'SomethingNewer', key: 99000 },
];

const captured: VmConfiguration = {
  version: 1,
  name: 'web',
  instanceUuid: '50aa',
  biosUuid: '42aa',
  nics: [
    { key: 4000, label: 'Network adapter 1', type: 'VirtualVmxnet3', mac: '00:50:56:ab:cd:ef', network: 'VM Network' },
    { key: 4001, label: 'Network adapter 2', type: 'VirtualE1000', network: 'Secret' },
  ],
  disks: [],
  config: toJson({
    $type: 'VirtualMachineConfigInfo',
    name: 'web',
    version: 'vmx-19',
    guestId: 'debian12_64Guest',
    annotation: 'the shop',
    firmware: 'efi',
    changeTrackingEnabled: true,
    createDate: new Date(0),
    bootOptions: {
      bootDelay: 500,
      efiSecureBootEnabled: true,
      bootOrder: [
        { $type: 'VirtualMachineBootOptionsBootableDiskDevice', deviceKey: 2001 },
        { $type: 'VirtualMachineBootOptionsBootableEthernetDevice', deviceKey: 4000 },
        { $type: 'VirtualMachineBootOptionsBootableCdromDevice' },
      ],
    },
    flags: { diskUuidEnabled: true, snapshotLocked: false },
    tools: { toolsVersion: 12352, syncTimeWithHost: false },
    defaultPowerOps: { powerOffType: 'soft', defaultPowerOffType: 'soft', standbyAction: 'checkpoint' },
    cpuAllocation: { reservation: 100, limit: -1, shares: { shares: 2000, level: 'normal' }, overheadLimit: 5 },
    hardware: { numCPU: 4, numCoresPerSocket: 2, memoryMB: 8192, device: devices },
    extraConfig: [
      { key: 'disk.EnableUUID', value: 'TRUE' },
      { key: 'nvram', value: 'web.nvram' },
      { key: 'scsi0:0.ctkEnabled', value: 'TRUE' },
      { key: 'ethernet0.pciSlotNumber', value: '192' },
      { key: 'pciBridge0.present', value: 'TRUE' },
    ],
  }) as Record<string, unknown>,
};

const lan: Network = { ref: { type: 'Network', value: 'network-7' }, name: 'LAN', path: 'DC/network/LAN', kind: 'standard' };
const placement: Placement = { name: 'web restored', datastore: 'ds1', networks: { 'VM Network': lan }, keepMac: false, keepUuids: false };

const added = (spec: DataObject, type: string) =>
  (spec.deviceChange as { device: DataObject }[]).map(({ device }) => device).filter((device) => device.$type === type);

describe('a configuration for a new VM', () => {
  const { spec, dropped, disks } = toConfigSpec(captured, placement);

  test('fits the schema, whatever API version the server speaks', () => {
    for (const version of ['6.0', '6.7', '8.0.3.0']) encode('spec', spec, 'VirtualMachineConfigSpec', version);
  });

  test('carries over what makes the machine', () => {
    expect(spec).toMatchObject({
      name: 'web restored',
      files: { vmPathName: '[ds1]' },
      version: 'vmx-19',
      guestId: 'debian12_64Guest',
      annotation: 'the shop',
      firmware: 'efi',
      numCPUs: 4,
      numCoresPerSocket: 2,
      memoryMB: 8192,
      bootOptions: { bootDelay: 500, efiSecureBootEnabled: true },
      flags: { diskUuidEnabled: true },
      powerOpInfo: { powerOffType: 'soft', standbyAction: 'checkpoint' },
      cpuAllocation: { reservation: 100, limit: -1, shares: { shares: 2000 } },
    });
  });

  test('does not carry over identity, change tracking, or what is of the host it ran on', () => {
    expect(spec).not.toHaveProperty('uuid');
    expect(spec).not.toHaveProperty('instanceUuid');
    expect(spec).not.toHaveProperty('changeTrackingEnabled');
    expect(spec.cpuAllocation).not.toHaveProperty('overheadLimit');
    expect((spec.extraConfig as DataObject[]).map(({ key }) => key)).toEqual(['disk.EnableUUID', 'ethernet0.pciSlotNumber', 'pciBridge0.present']);
  });

  test('creates each disk where it sat, as an ordinary file of the new datastore', () => {
    expect(disks).toEqual([2000, 2001]);
    const [first, second] = added(spec, 'VirtualDisk');
    expect(first).toMatchObject({ key: -2000, controllerKey: -1000, unitNumber: 0, capacityInKB: 2048 });
    expect(first?.backing).toEqual({ $type: 'VirtualDiskFlatVer2BackingInfo', fileName: '[ds1]', diskMode: 'persistent', thinProvisioned: true });
    expect(second?.backing).toMatchObject({ thinProvisioned: false, eagerlyScrub: true });
    expect(added(spec, 'ParaVirtualSCSIController')).toEqual([
      {
        $type: 'ParaVirtualSCSIController',
        key: -1000,
        busNumber: 0,
        hotAddRemove: true,
        sharedBus: 'noSharing',
        slotInfo: { $type: 'VirtualDevicePciBusSlotInfo', pciSlotNumber: 160 },
      },
    ]);
  });

  test('makes controllers that something sits on, and leaves to the server what it makes itself', () => {
    expect(added(spec, 'VirtualIDEController').map(({ key }) => key)).toEqual([-200]);
    expect(added(spec, 'VirtualAHCIController')).toHaveLength(1);
    expect(added(spec, 'VirtualKeyboard')).toEqual([]);
    expect(added(spec, 'VirtualMachineVideoCard')).toEqual([]);
  });

  test('names what does not come back, and why', () => {
    expect(dropped.map(({ label }) => label)).toEqual(['CD/DVD drive 1', 'Network adapter 2', 'PCI device 0', 'SomethingNewer 99000']);
    expect(dropped.find(({ key }) => key === 4001)?.reason).toContain('Secret');
    expect(dropped.find(({ key }) => key === 3000)?.reason).toContain('debian.iso');
  });

  test('connects NICs to the networks they are given, with a new address or the old one', () => {
    expect(added(spec, 'VirtualVmxnet3')).toMatchObject([{ key: -4000, backing: { deviceName: 'LAN' }, slotInfo: { pciSlotNumber: 192 } }]);
    expect(added(spec, 'VirtualVmxnet3')[0]).not.toHaveProperty('macAddress');
    const kept = toConfigSpec(captured, { ...placement, keepMac: true }).spec;
    expect(added(kept, 'VirtualVmxnet3')[0]).toMatchObject({ macAddress: '00:50:56:ab:cd:ef', addressType: 'assigned' });
    const dvs: Network = { ...lan, kind: 'distributed', portgroupKey: 'dvportgroup-1', switchUuid: '50 11' };
    const distributed = toConfigSpec(captured, { ...placement, networks: { 'VM Network': dvs, Secret: 'none' } }).spec;
    expect(added(distributed, 'VirtualVmxnet3')[0]?.backing).toEqual({
      $type: 'VirtualEthernetCardDistributedVirtualPortBackingInfo',
      port: { switchUuid: '50 11', portgroupKey: 'dvportgroup-1' },
    });
  });

  test('keeps identity, chooses disks and their places where asked to', () => {
    const other = toConfigSpec(captured, { ...placement, keepUuids: true, disks: [2000], diskDatastores: { 2000: 'fast' }, provisioning: 'thick' });
    expect(other.spec).toMatchObject({ uuid: '42aa', instanceUuid: '50aa' });
    expect(added(other.spec, 'VirtualDisk')).toMatchObject([{ key: -2000, backing: { fileName: '[fast]', thinProvisioned: false, uuid: '6000C291-0000' } }]);
    expect(other.dropped.find(({ key }) => key === 2001)?.reason).toContain('not in the recovery point');
  });

  test('is refused where it was kept in a form that is not known', () => {
    expect(() => toConfigSpec({ ...captured, version: 2 as 1 }, placement)).toThrow('form 2');
  });
});

describe('what can be set only afterwards', () => {
  test('is boot order by the new keys, video memory and change tracking', () => {
    const created = {
      hardware: {
        device: [
          { $type: 'VirtualMachineVideoCard', key: 501, videoRamSizeInKB: 4096 },
          { $type: 'VirtualPCIController', key: 100, busNumber: 0 },
          { $type: 'ParaVirtualSCSIController', key: 1003, busNumber: 0, controllerKey: 100, unitNumber: 5 },
          { $type: 'VirtualDisk', key: 2016, controllerKey: 1003, unitNumber: 1 },
          { $type: 'VirtualVmxnet3', key: 4002, controllerKey: 100, unitNumber: 7 },
        ],
      },
    };
    const spec = toFinishingSpec(captured, created);
    encode('spec', spec, 'VirtualMachineConfigSpec');
    expect(spec).toEqual({
      $type: 'VirtualMachineConfigSpec',
      changeTrackingEnabled: true,
      bootOptions: {
        bootOrder: [
          { $type: 'VirtualMachineBootOptionsBootableDiskDevice', deviceKey: 2016 },
          { $type: 'VirtualMachineBootOptionsBootableEthernetDevice', deviceKey: 4002 },
          { $type: 'VirtualMachineBootOptionsBootableCdromDevice' },
        ],
      },
      deviceChange: [{ operation: 'edit', device: { $type: 'VirtualMachineVideoCard', key: 501, videoRamSizeInKB: 16384, useAutoDetect: false } }],
    });
  });
});

describe('settings by key', () => {
  test.each([
    ['isolation.tools.copy.disable', true],
    ['guestinfo.metadata', true],
    ['svga.autodetect', true],
    ['sched.cpu.latencySensitivity', true],
    ['ethernet0.pciSlotNumber', true],
    ['ctkEnabled', false],
    ['scsi0:1.ctkEnabled', false],
    ['nvram', false],
    ['uuid.bios', false],
    ['migrate.hostlog', false],
    ['sched.swap.derivedName', false],
    ['scsi0:0.fileName', false],
    ['ethernet0.generatedAddress', false],
    ['encryption.bundle', false],
  ])('%s carried over: %s', (key, carried) => {
    expect(carriedOverSettings([{ key, value: 'x' }])).toHaveLength(carried ? 1 : 0);
  });
});

test('a captured value survives as JSON text', () => {
  const value = {
    at: new Date('2026-01-02T03:04:05.678Z'),
    bytes: Uint8Array.of(1, 2, 255),
    list: [{ n: 1, ref: { type: 'Network', value: 'network-7' } }],
    text: 'x',
  };
  expect(fromJson(JSON.parse(JSON.stringify(toJson(value))))).toEqual(value);
});
