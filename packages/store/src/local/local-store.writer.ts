/** A process of its own for the tests of the local store: `<folder> <task> [seed]`. */
import { readdir } from 'node:fs/promises';
import { storeErrors } from '../errors.ts';
import { localStore } from './local-store.ts';

const [folder, task, seed] = process.argv.slice(2);
const store = localStore(folder!);

if (task === 'die') {
  const put = store.put('big', Buffer.alloc(64 * 1024 * 1024, 1));
  setImmediate(async function untilWriting() {
    const names = await readdir(`${folder}/.holdfast-temporary`).catch(() => []);
    if (names.length > 0) process.kill(process.pid, 'SIGKILL');
    setImmediate(untilWriting);
  });
  await put;
}

if (task === 'churn') {
  for (let round = 0; round < 40; round++) {
    const key = `churn/${round % 5}/${seed}`;
    await store.put(key, Buffer.from(`${seed}-${round}`), { ifAbsent: true });
    const shared = Buffer.from(`writer ${seed} was here`);
    await store.put('shared/won', shared, { ifAbsent: true }).catch((error: unknown) => {
      if (!storeErrors.is(error, 'STORE_EXISTS')) throw error;
    });
    await store.put('churn/overwritten', Buffer.alloc(1000, round));
    for await (const { key: listed } of store.list('churn/')) if (listed.endsWith(`/${seed}`) && listed !== key) throw new Error(`${listed} should be gone`);
    const report = await store.delete([key, 'churn/overwritten']);
    if (report.failed.length > 0) throw new Error(JSON.stringify(report.failed));
  }
}

if (task === 'refused') {
  // Root may write everywhere: become somebody else, after everything is loaded.
  if (process.getuid!() === 0) process.setuid!(65534);
  process.send!(await outcome(store.put('a/b', Buffer.from('x'))));
}

if (task === 'fill') {
  await store.put('small', Buffer.alloc(1000));
  console.log(await outcome(store.put('large', Buffer.alloc(16 * 1024 * 1024))));
  console.log(`temporary files: ${(await readdir(`${folder}/.holdfast-temporary`)).length}`);
  for await (const { key } of store.list('')) console.log(`listed: ${key}`);
  console.log(`then: ${await outcome(store.put('fits', Buffer.alloc(1024 * 1024)))}`);
}

async function outcome(work: Promise<unknown>): Promise<string> {
  return await work.then(
    () => 'stored',
    (error: unknown) => (storeErrors.is(error) ? `${error.code}: ${error.message}` : String(error)),
  );
}
