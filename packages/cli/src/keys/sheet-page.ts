/** What a printed page is made of: written once, laid out as plain text or as HTML. */
export type Block =
  | { readonly kind: 'title' | 'heading' | 'text'; readonly text: string }
  /** printed exactly as it stands, to be read or typed */
  | { readonly kind: 'exact'; readonly lines: readonly string[] }
  | { readonly kind: 'facts'; readonly facts: readonly (readonly [name: string, value: string])[] };

const width = 78;
const indent = '    ';

export function renderText(blocks: readonly Block[]): string {
  return `${blocks.map(textOf).join('\n\n')}\n`;
}

function textOf(block: Block): string {
  switch (block.kind) {
    case 'title':
      return `${block.text}\n${'='.repeat(block.text.length)}`;
    case 'heading':
      return `${block.text}\n${'-'.repeat(block.text.length)}`;
    case 'text':
      return wrapped(block.text);
    case 'exact':
      return block.lines.map((line) => indent + line).join('\n');
    case 'facts': {
      const column = Math.max(...block.facts.map(([name]) => name.length)) + 2;
      return block.facts.map(([name, value]) => name.padEnd(column) + value).join('\n');
    }
  }
}

function wrapped(text: string): string {
  const lines = [''];
  for (const word of text.split(' ')) {
    const last = lines.at(-1)!;
    if (last !== '' && last.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return lines.join('\n');
}

/** One page that needs nothing else: no scripts, no fonts, no images, no links. */
export function renderHtml(blocks: readonly Block[]): string {
  const title = blocks.find(({ kind }) => kind === 'title');
  const style =
    'body{font:11pt/1.4 serif;max-width:44em;margin:2em auto;padding:0 1em;color:#000;background:#fff}pre{font:11pt/1.6 monospace;margin:.6em 0 .6em 1.5em;white-space:pre-wrap;overflow-wrap:anywhere;break-inside:avoid}th{text-align:left;padding-right:2em;vertical-align:top}td{font-family:monospace;overflow-wrap:anywhere}h1{font-size:18pt}h2{font-size:13pt;break-after:avoid}@page{margin:18mm}';
  const head = `<meta charset="utf-8">\n<meta name="viewport" content="width=device-width">\n<title>${title?.kind === 'title' ? escaped(title.text) : ''}</title>\n<style>${style}</style>`;
  return `<!doctype html>\n<html lang="en">\n<head>\n${head}\n</head>\n<body>\n${blocks.map(htmlOf).join('\n')}\n</body>\n</html>\n`;
}

function htmlOf(block: Block): string {
  switch (block.kind) {
    case 'title':
      return `<h1>${escaped(block.text)}</h1>`;
    case 'heading':
      return `<h2>${escaped(block.text)}</h2>`;
    case 'text':
      return `<p>${escaped(block.text)}</p>`;
    case 'exact':
      return `<pre>${block.lines.map(escaped).join('\n')}</pre>`;
    case 'facts':
      return `<table>\n${block.facts.map(([name, value]) => `<tr><th scope="row">${escaped(name)}</th><td>${escaped(value)}</td></tr>`).join('\n')}\n</table>`;
  }
}

const escaped = (text: string) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
