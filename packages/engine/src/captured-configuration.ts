import type { RecoveryPoint } from '@holdfast/vault';
import type { VmConfiguration } from '@holdfast/vsphere';
import { z } from 'zod';
import { engineErrors } from './errors.ts';

/** As much of a captured configuration as must be there to create a VM from it; the rest is the vsphere room's business. */
const shape = z.looseObject({
  version: z.literal(1),
  name: z.string(),
  nics: z.array(z.looseObject({ key: z.number(), label: z.string() })),
  disks: z.array(z.looseObject({ key: z.number(), capacity: z.number(), datastore: z.string(), unit: z.number() })),
  config: z.looseObject({}),
});

/**
 * The configuration kept with a point, without the disks that are not in the point: a disk that comes back empty would look like lost data.
 *
 * @throws `ENGINE_CONFIGURATION_UNREADABLE`
 */
export function capturedConfiguration(point: RecoveryPoint): VmConfiguration {
  const parsed = shape.safeParse(point.configuration);
  if (!parsed.success) {
    throw engineErrors.create(
      'ENGINE_CONFIGURATION_UNREADABLE',
      `the configuration of ${point.vm.name} in the point ${point.id} is not understood: ${z.prettifyError(parsed.error)}`,
      {
        subject: { vm: point.vm.name, point: point.id },
      },
    );
  }
  const captured = point.configuration as VmConfiguration;
  const kept = new Set(point.disks.map((disk) => disk.key));
  const missing = captured.disks.filter((disk) => !kept.has(disk.key));
  if (missing.length === 0) return captured;
  const gone = new Set(missing.map((disk) => disk.key));
  const hardware = captured.config.hardware as { readonly device?: readonly { readonly key?: number }[] };
  return {
    ...captured,
    disks: captured.disks.filter((disk) => kept.has(disk.key)),
    config: { ...captured.config, hardware: { ...hardware, device: (hardware.device ?? []).filter((device) => !gone.has(device.key ?? Number.NaN)) } },
  };
}
