import { HoldfastError } from '@holdfast/kit';

/** How far a chain of causes is followed. */
const causesMax = 5;

const subjectWords: Readonly<Record<string, string>> = { vm: 'VM', disk: 'disk', key: 'object', file: 'file', vcenter: 'vCenter', snapshot: 'snapshot' };

export interface RenderErrorOptions {
  /** with stacks */
  readonly debug?: boolean;
  /** the VM it happened to, put in front unless the message names it */
  readonly of?: string;
}

/** An error as people read it: what happened to what, the code to look up, what was done about it, what can be done. */
export function renderError(error: unknown, { debug = false, of }: RenderErrorOptions = {}): string {
  const lines: string[] = [];
  if (error instanceof HoldfastError) {
    lines.push(`error: ${of === undefined || error.message.includes(of) ? '' : `${of}: `}${error.message}`);
    lines.push(`  code      ${error.code}`);
    const subject = Object.entries(error.subject).map(([kind, name]) => `${subjectWords[kind] ?? kind} ${name}`);
    if (subject.length > 0) lines.push(`  where     ${subject.join(', ')}`);
    if (error.did !== undefined) lines.push(`  we did    ${error.did}`);
    lines.push(`  you can   ${error.advice}`);
  } else {
    lines.push(`error: ${error instanceof Error ? error.message : String(error)}`);
    lines.push('  code      UNEXPECTED');
    lines.push('  you can   Run again with --debug and report what it prints: this is a defect of ours.');
  }
  // A cause that the line before says already tells nothing.
  let said = lines[0] as string;
  for (const cause of causesOf(error)) {
    const message = cause instanceof Error ? cause.message : String(cause);
    if (said.includes(message)) continue;
    said = message;
    lines.push(`  because   ${cause instanceof HoldfastError ? `${cause.code}: ` : ''}${message}`);
  }
  if (debug && error instanceof Error) {
    lines.push(error.stack ?? '');
    for (const cause of causesOf(error)) if (cause instanceof Error) lines.push(`caused by ${cause.stack}`);
  }
  return lines.join('\n');
}

/** An error as `--json` shows it. */
export function errorDocument(error: unknown): Record<string, unknown> {
  const causes = causesOf(error).map((cause) =>
    cause instanceof HoldfastError ? cause.toJSON() : { message: cause instanceof Error ? cause.message : String(cause) },
  );
  const own =
    error instanceof HoldfastError ? error.toJSON() : { code: 'UNEXPECTED', kind: 'internal', message: error instanceof Error ? error.message : String(error) };
  return causes.length === 0 ? own : { ...own, causes };
}

function causesOf(error: unknown): unknown[] {
  const causes: unknown[] = [];
  for (let cause = error instanceof Error ? error.cause : undefined; cause !== undefined && causes.length < causesMax; ) {
    causes.push(cause);
    cause = cause instanceof Error ? cause.cause : undefined;
  }
  return causes;
}
