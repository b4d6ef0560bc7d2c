import { flushCompileCache } from 'node:module';
import { collectAll } from './collector.ts';
import { openJournal } from './journal.ts';
import { restoreSome } from './restorer.ts';
import { retain } from './retention.ts';
import { rewriteAll } from './rewriter.ts';
import { type Actor, openActor, type Setting } from './setting.ts';
import { write } from './writer.ts';

const roles: Readonly<Record<string, (actor: Actor) => Promise<void>>> = {
  writer: write,
  rewriter: rewriteAll,
  collector: collectAll,
  restorer: restoreSome,
  retention: retain,
};

/** One process of the soak, until it is killed: `actor.ts <name> <life> <setting>`. */
const [name, life, setting] = process.argv.slice(2) as [string, string, string];
process.on('disconnect', () => process.exit());
const told = JSON.parse(setting) as Setting;
const journal = openJournal(told.journals, name, Number(life));
process.on('uncaughtException', (error) => {
  journal.note({ at: 'violation', what: `${name} ended: ${error.stack}` });
  process.exit(1);
});
const actor = await openActor(name, Number(life), told, journal);
flushCompileCache(); // nobody here lives to write it at his end
await roles[name.split('-')[0]!]!(actor);
