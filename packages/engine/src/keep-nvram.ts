import type { BackupSession, NodeReference } from '@holdfast/vault';
import type { VcenterFiles, VmConfiguration } from '@holdfast/vsphere';

/** Largest NVRAM file that is kept with a point. */
const nvramBytesMax = 8 * 1024 * 1024;

interface NvramJob {
  readonly session: BackupSession;
  readonly notice: (message: string) => void;
  readonly signal: AbortSignal | undefined;
}

/** UEFI variables and the like. Without them a VM usually starts, so that a file that can't be read costs a notice, not the point. */
export async function keepNvram(job: NvramJob, files: VcenterFiles, configuration: VmConfiguration): Promise<Record<string, NodeReference>> {
  if (configuration.nvramFile === undefined) return {};
  try {
    const bytes = await files.readWhole(configuration.nvramFile, nvramBytesMax, job.signal);
    return { nvram: await job.session.writeFile(bytes) };
  } catch (error) {
    if (job.signal?.aborted) throw error;
    job.notice(`the NVRAM file ${configuration.nvramFile} could not be kept: ${(error as Error).message}`);
    return {};
  }
}
