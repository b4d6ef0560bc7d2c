import { cliErrors } from './errors.ts';

/**
 * `latest`, a date (`2026-11-22`: the end of that day, local time) or an ISO 8601 time, as milliseconds; `undefined` for `latest`.
 *
 * @throws `CLI_USAGE`
 */
export function parseMoment(text: string): number | undefined {
  if (text === 'latest') return undefined;
  const day = /^\d{4}-\d{2}-\d{2}$/.test(text);
  const time = /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/.test(text)
    ? Date.parse(day ? `${text}T23:59:59.999` : text.replace(' ', 'T'))
    : Number.NaN;
  if (Number.isNaN(time))
    throw cliErrors.create('CLI_USAGE', `"${text}" is not a time`, { advice: 'Give "latest", a date such as 2026-11-22, or a time such as 2026-11-22T18:30.' });
  return time;
}
