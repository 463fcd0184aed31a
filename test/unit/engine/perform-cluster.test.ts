import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { fetchContents } from '../../../src/engine/contents.ts'
import type { Event } from '../../../src/engine/events.ts'
import type { Observation } from '../../../src/engine/observe.ts'
import { perform } from '../../../src/engine/perform/perform.ts'
import { Secret, text } from '../../../src/lib/secret.ts'
import { debian } from '../../../src/platform/debian.ts'
import type { Platform } from '../../../src/platform/types.ts'
import type { Action, WantedLoad } from '../../../src/resources/action.ts'
import { fileHash, fileResource, sha256 } from '../../../src/resources/file.ts'
import { ShellHost } from '../support/shell-host.ts'
import { wantedFile } from '../support/wanted.ts'

async function act(host: ShellHost, platform: Platform, ...actions: readonly Action[]) {
  const events: Event[] = []
  const steps = actions.map((action, index) => ({ resources: [`r${index}`], action }))
  return { ...(await perform(host.connection, platform, steps, (event) => events.push(event))), events }
}

describe('a file of other bytes than text', () => {
  const bytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))
  const content = text`${new Secret(bytes.toString('base64'))}`

  test('lands as these bytes, and is as wanted afterwards', async () => {
    const host = new ShellHost()
    const file = wantedFile(join(host.folder, 'key'), { content, encoding: 'base64', mode: '0400' })
    const { error } = await act(host, debian, { do: 'write', file })
    expect(error).toBeUndefined()
    expect(readFileSync(file.path).equals(bytes)).toBe(true)
    expect(statSync(file.path).mode & 0o7777).toBe(0o400)
    const resource = fileResource(file)
    const { stdout } = await host.connection.run({ label: 'x', script: resource.probe(debian), timeoutSeconds: 9 })
    expect(resource.compare(stdout).changes).toEqual([])
  })

  test('has the hash of the bytes, not of their text', () => {
    expect(fileHash({ content, encoding: 'base64' })).not.toBe(sha256(content.reveal()))
    expect(fileHash({ content: text`a` })).toBe(sha256('a'))
  })

  test('is fetched as it is wanted: as base64', async () => {
    const host = new ShellHost()
    const file = wantedFile(join(host.folder, 'key'), { content: text`AAAA`, encoding: 'base64' })
    writeFileSync(file.path, bytes)
    const observation: Observation = {
      host: 'lb1',
      resources: [
        {
          resource: fileResource(file),
          play: 'x',
          comparison: { changes: [], actions: [{ do: 'write', file }] },
        },
      ],
      samples: new Map(),
    }
    const contents = await fetchContents(host.connection, observation)
    expect(contents.get(file.path)?.now?.reveal()).toBe(bytes.toString('base64'))
  })
})

describe('a unit', () => {
  /** Its state is a file; what was done to it is another's lines. */
  function host(state: 'active' | 'inactive') {
    const machine = new ShellHost()
    const did = join(machine.folder, 'did')
    writeFileSync(join(machine.folder, 'active'), state)
    writeFileSync(did, '')
    machine.program('corosync-cfgtool', `echo "cfgtool $*" >>${did}\n`)
    const platform: Platform = {
      ...debian,
      init: {
        ...debian.init,
        state: () => `echo load=loaded; echo "active=$(cat ${machine.folder}/active)"; echo pid=$$`,
        start: () => `echo start >>${did}; echo active >${machine.folder}/active`,
        reload: () => `echo reload >>${did}`,
        stop: () => `echo stop >>${did}`,
        log: () => ':',
      },
    }
    const path = join(machine.folder, 'conf')
    writeFileSync(path, 'a\n')
    const load: WantedLoad = { unit: 'x', files: [{ path, sha256: sha256('a\n') }], provedBy: 'main-process' }
    const stamp = () => {
      const file = join(machine.state, 'loaded', 'x')
      return existsSync(file) ? readFileSync(file, 'utf8') : undefined
    }
    return { machine, platform, load, did: () => readFileSync(did, 'utf8'), stamp }
  }

  test('that reads its files by a command of its own is told by that', async () => {
    const { machine, platform, load, did, stamp } = host('active')
    const { error } = await act(machine, platform, { do: 'load', load: { ...load, reload: 'corosync-cfgtool -R' } })
    expect(error).toBeUndefined()
    expect(did()).toBe('cfgtool -R\n')
    expect(stamp()).toContain(sha256('a\n'))
  })

  test('of a cluster is reloaded where it runs', async () => {
    const { machine, platform, load, did, stamp } = host('active')
    await act(machine, platform, { do: 'load', load: { ...load, startedBy: 'cluster' } })
    expect(did()).toBe('reload\n')
    expect(stamp()).toBeDefined()
  })

  test('of a cluster is started nowhere, though another is', async () => {
    for (const [startedBy, expected] of [[undefined, 'start\n'] as const, ['cluster', ''] as const]) {
      const { machine, platform, load, did } = host('inactive')
      const wanted = startedBy === undefined ? load : { ...load, startedBy }
      expect((await act(machine, platform, { do: 'load', load: wanted })).error).toBeUndefined()
      expect(did()).toBe(expected)
    }
  })

  test('of a cluster is recorded with what it will start with; of another, that does not run, nothing is', async () => {
    const stopped = host('inactive')
    mkdirSync(join(stopped.machine.state, 'pending'), { recursive: true })
    writeFileSync(join(stopped.machine.state, 'pending', 'x'), 'conf\n')
    const load: WantedLoad = { ...stopped.load, startedBy: 'cluster' }
    expect((await act(stopped.machine, stopped.platform, { do: 'record', load })).error).toBeUndefined()
    expect(stopped.stamp()).toContain(sha256('a\n'))
    expect(existsSync(join(stopped.machine.state, 'pending', 'x'))).toBe(false)
    const other = host('inactive')
    expect((await act(other.machine, other.platform, { do: 'record', load: other.load })).error).toBeDefined()
    expect(other.stamp()).toBeUndefined()
  })
})
