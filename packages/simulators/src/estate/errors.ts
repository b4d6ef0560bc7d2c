import { defineErrors } from '@holdfast/kit';

export const estateErrors = defineErrors({
  ESTATE_ABSENT: {
    kind: 'absent',
    meaning: 'The folder holds no estate, or one that was not finished.',
    advice: 'Build the estate in an empty folder.',
  },
  ESTATE_TOOL_ABSENT: {
    kind: 'absent',
    meaning: 'A program that makes or checks file systems is not on this machine.',
    advice: 'Install e2fsprogs; every Debian has it.',
  },
  ESTATE_TOOL_FAILED: {
    kind: 'internal',
    meaning: 'A program that makes or changes file systems failed.',
    advice: 'Read what the program said; the usual reason is a full disk.',
  },
  ESTATE_FILES_ABSENT: {
    kind: 'absent',
    meaning: 'This machine has no files that the estate could be made of.',
    advice: 'Run where /usr holds the programs of the system and can be read.',
  },
});
