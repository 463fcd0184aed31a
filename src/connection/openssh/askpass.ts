import { rmSync, writeFileSync } from 'node:fs'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { words } from '../../lib/shell.ts'

/** What ssh runs to ask: hands the question to a socket of ours and prints what comes back. Nothing means: no answer. */
const ASKER =
  'const s=require("node:net").connect(process.argv[1]);let a="";s.on("data",d=>a+=d);' +
  's.on("close",()=>{process.stdout.write(a);process.exitCode=a===""?1:0});s.on("error",()=>{});s.end(process.argv[2])'

/** Answers what ssh asks, until `close`. `script` names the program for SSH_ASKPASS. No secret is in an argument, an environment or a file. */
export async function serveAskpass(
  script: string,
  socket: string,
  answer: (question: string) => Promise<string>,
): Promise<{ readonly close: () => void }> {
  const server = createServer({ allowHalfOpen: true }, (client) => {
    let question = ''
    client.setEncoding('utf8')
    client.on('error', () => undefined)
    client.on('data', (part) => {
      question += String(part)
    })
    client.on('end', () => {
      void answer(question).then((text) => client.end(text))
    })
  })
  server.listen(socket)
  await once(server, 'listening')
  writeFileSync(script, `#!/bin/sh\nexec ${words(process.execPath, '-e', ASKER, socket)} "$1"\n`, { mode: 0o700 })
  return {
    close: () => {
      server.close()
      rmSync(script, { force: true })
    },
  }
}
