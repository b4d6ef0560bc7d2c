import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { Area } from './virtual-disk.ts';

// Node has no lseek. Perl belongs to the base of every Debian and passes SEEK_DATA (3) and SEEK_HOLE (4) through.
const seekScript = `
my $file = shift; open(my $f, '<', $file) or die; my $size = -s $f; my $at = 0;
while ($at < $size) {
  my $data = sysseek($f, $at, 3); last unless defined $data; $data += 0;
  my $hole = sysseek($f, $data, 4); die unless defined $hole; $hole += 0;
  print "$data $hole\\n"; $at = $hole;
}
die if $at < $size && $!{EINVAL};
`;

const listingBytesMax = 64 * 1024 * 1024;

/**
 * The parts of a sparse file that are not holes. The whole file where the machine can't tell holes
 * (no perl, or a file system without them): reading a hole gives zeros, so this only costs time.
 */
export async function dataRanges(path: string): Promise<Area[]> {
  const { size } = await stat(path);
  const whole = size === 0 ? [] : [{ start: 0, length: size }];
  let listing: string;
  try {
    listing = (await promisify(execFile)('perl', ['-MErrno', '-e', seekScript, path], { maxBuffer: listingBytesMax })).stdout;
  } catch {
    return whole;
  }
  const ranges: Area[] = [];
  for (const line of listing.split('\n')) {
    const [start, end] = line.split(' ').map(Number);
    if (start === undefined || end === undefined) continue;
    if (!(Number.isSafeInteger(start) && Number.isSafeInteger(end) && start < end && end <= size)) return whole;
    ranges.push({ start, length: end - start });
  }
  return ranges;
}
