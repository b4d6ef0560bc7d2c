#!/usr/bin/env node
// Plain JavaScript that any Node can parse: it finds the pinned runtime, or says what is missing.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const required = 24;
const major = (version) => Number(version.split('.')[0]);
const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));

function pinnedRuntime() {
  for (let folder = dirname(main); ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', `node-linux-${process.arch}`, 'bin', 'node');
    if (existsSync(candidate)) return candidate;
    if (folder === dirname(folder)) return undefined;
  }
}

if (major(process.versions.node) >= required) {
  await import(main);
} else {
  const runtime = pinnedRuntime();
  if (runtime === undefined) {
    console.error(
      `holdfast needs Node ${required} or newer; this is ${process.version}. Run "npm ci" in its folder to install the pinned runtime, or start it with a newer Node.`,
    );
    process.exit(78);
  }
  const child = spawn(runtime, [main, ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));
}
