import { expect, test } from 'vitest';
import { placeController, placeElsewhere, placeOnController } from './device-keys.ts';
import type { Device } from './machine.ts';

const controller = (busNumber?: number): Device => ({ $type: 'ParaVirtualSCSIController', key: -1, busNumber, sharedBus: 'noSharing' });

test('four SCSI controllers get the buses and keys vSphere gives them, a fifth is refused', () => {
  const present: Device[] = [];
  for (let bus = 0; bus < 4; bus++) present.push(placeController(controller(), present, 0));
  expect(present.map((one) => [one.key, one.busNumber, one.scsiCtlrUnitNumber])).toEqual([
    [1000, 0, 7],
    [1001, 1, 7],
    [1002, 2, 7],
    [1003, 3, 7],
  ]);
  expect(() => placeController(controller(), present, 3)).toThrow("Invalid configuration for device '3'");
});

test('fifteen disks fit on a SCSI controller: unit 7 is the controller’s own', () => {
  const scsi = placeController(controller(1), [], 0);
  const present: Device[] = [scsi];
  for (let index = 0; index < 15; index++) present.push(placeOnController({ $type: 'VirtualDisk', key: -1 }, scsi, present, index));
  expect(present.slice(1).map((one) => one.unitNumber)).toEqual([0, 1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12, 13, 14, 15]);
  expect(present[1]?.key).toBe(2016);
  expect(() => placeOnController({ $type: 'VirtualDisk', key: -1 }, scsi, present, 0)).toThrow('Invalid configuration');
});

test('a unit that is taken, and the controller’s own, are refused', () => {
  const scsi = placeController(controller(), [], 0);
  const first = placeOnController({ $type: 'VirtualDisk', key: -1, unitNumber: 3 }, scsi, [scsi], 0);
  expect(() => placeOnController({ $type: 'VirtualDisk', key: -1, unitNumber: 3 }, scsi, [scsi, first], 0)).toThrow('Invalid configuration');
  expect(() => placeOnController({ $type: 'VirtualDisk', key: -1, unitNumber: 7 }, scsi, [scsi], 0)).toThrow('Invalid configuration');
});

test('network cards get keys from 4000 on, each its own slot', () => {
  const present: Device[] = [];
  for (let index = 0; index < 3; index++) present.push(placeElsewhere({ $type: 'VirtualVmxnet3', key: -1 }, present));
  expect(present.map((one) => [one.key, one.unitNumber])).toEqual([
    [4000, 7],
    [4001, 8],
    [4002, 9],
  ]);
});
