/**
 * A simulated vCenter in a process of its own:
 *
 *     node serve.ts --estate estate.json --folder DIR [--port N] [--username NAME] [--password-file FILE] [--task-ms N] [--lease-timeout-seconds N]
 *
 * Prints one JSON line when it is ready, then takes one JSON command a line on its standard input and answers each with one line
 * (see serve-protocol.ts). Ends when its input ends, so that it never outlives whoever started it.
 */
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import type { Estate } from './estate.ts';
import { carryOut } from './serve-commands.ts';
import type { Ready } from './serve-protocol.ts';
import { startVsphereSimulator } from './simulator.ts';

// Ctrl-C in a terminal reaches every process there. Whoever started this one still needs it to clean up; it ends with its input.
process.on('SIGINT', () => {});

const { values } = parseArgs({
  options: {
    estate: { type: 'string' },
    folder: { type: 'string' },
    port: { type: 'string' },
    username: { type: 'string' },
    'password-file': { type: 'string' },
    'task-ms': { type: 'string' },
    'lease-timeout-seconds': { type: 'string' },
  },
});
if (values.estate === undefined || values.folder === undefined) throw new Error('--estate and --folder are needed');

const passwordFile = values['password-file'];
const simulator = await startVsphereSimulator({
  folder: values.folder,
  username: values.username ?? 'administrator@vsphere.local',
  password: passwordFile === undefined ? 'simulated' : (await readFile(passwordFile, 'utf8')).trimEnd(),
  estate: JSON.parse(await readFile(values.estate, 'utf8')) as Estate,
  ...(values.port !== undefined && { port: Number(values.port) }),
  ...(values['task-ms'] !== undefined && { taskMs: Number(values['task-ms']) }),
  ...(values['lease-timeout-seconds'] !== undefined && { leaseTimeoutSeconds: Number(values['lease-timeout-seconds']) }),
});
const { url, username, password, thumbprintSha256, thumbprintSha1, caPem } = simulator;
const ready: Ready = { url, username, password, thumbprintSha256, thumbprintSha1, caPem };
console.log(JSON.stringify(ready));

// Commands run side by side, as guests do; their answers leave in the order of the commands.
let answered: Promise<void> = Promise.resolve();
for await (const line of createInterface({ input: process.stdin })) {
  if (line.trim() === '') continue;
  const answer = carryOut(simulator, line);
  const before = answered;
  answered = before.then(async () => console.log(JSON.stringify(await answer)));
}
await answered;
await simulator.close();
