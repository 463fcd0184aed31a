import type { Connection } from '../../../src/connection/types.ts'

/** A connection that knows only what the test tells it: whatever else is asked of it fails the test. */
export function fakeConnection(
  name: string,
  knows: Partial<Pick<Connection, 'run' | 'start' | 'forward'>> = {},
): Connection {
  const unexpected = (what: string) => () => Promise.reject(new Error(`${name} was not expected to ${what}`))
  return {
    name,
    hostKey: undefined,
    run: (command) => (knows.run ?? unexpected(`run ${command.label}`))(command),
    start: (command) => (knows.start ?? unexpected(`start ${command.label}`))(command),
    forward: (address, port) => (knows.forward ?? unexpected(`forward to ${address}:${port}`))(address, port),
    close: () => undefined,
  }
}
