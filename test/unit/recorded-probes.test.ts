import { describe, expect, test } from 'vitest'
import { platformNamed } from '../../src/platform/index.ts'
import { probes, type ProbeName } from '../probes/cases.ts'
import { plain, readRecordings } from '../probes/recording.ts'

const recordings = readRecordings()

function isProbe(name: string): name is ProbeName {
  return name in probes
}

/** What hosts printed, read again without them. A recording of another command proves nothing: it has to be made again. */
describe('recorded probes', () => {
  test.each(recordings)('$file', ({ recording }) => {
    const platform = platformNamed(recording.platform)
    if (platform === undefined || !isProbe(recording.probe)) throw new Error('there is no such platform or probe')
    const probe = probes[recording.probe](platform)
    expect(probe.command(platform), 'the probe has changed since: npm run record').toBe(recording.command)
    expect(plain(probe.read(recording.output))).toEqual(recording.read)
  })

  test('there are at least 150, from the platforms that the support table says', () => {
    expect(recordings.length).toBeGreaterThanOrEqual(150)
    expect([...new Set(recordings.map(({ recording }) => recording.image))]).toEqual([
      'alpine-3.21',
      'centos-7',
      'debian-11',
      'debian-12',
      'debian-13',
      'rocky-9',
    ])
  })
})
