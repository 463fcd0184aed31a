import { describe, expect, test } from 'vitest'
import { parseOsRelease } from '../../../src/facts/os-release.ts'

/** Written by hand after the files that these distributions ship. */
const DEBIAN = `PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"
NAME="Debian GNU/Linux"
VERSION_ID="12"
VERSION="12 (bookworm)"
VERSION_CODENAME=bookworm
ID=debian
HOME_URL="https://www.debian.org/"
`
const UBUNTU = `PRETTY_NAME="Ubuntu 24.04.1 LTS"
NAME="Ubuntu"
VERSION_ID="24.04"
VERSION="24.04.1 LTS (Noble Numbat)"
VERSION_CODENAME=noble
ID=ubuntu
ID_LIKE=debian
UBUNTU_CODENAME=noble
`
const ALPINE = `NAME="Alpine Linux"
ID=alpine
VERSION_ID=3.20.3
PRETTY_NAME="Alpine Linux v3.20"
`
const ROCKY = `NAME="Rocky Linux"
VERSION="9.4 (Blue Onyx)"
ID="rocky"
ID_LIKE="rhel centos fedora"
VERSION_ID="9.4"
PLATFORM_ID="platform:el9"
PRETTY_NAME="Rocky Linux 9.4 (Blue Onyx)"
`

describe('os-release', () => {
  test.each([
    ['Debian 12', DEBIAN, { id: 'debian', idLike: [], version: '12', name: 'Debian GNU/Linux 12 (bookworm)' }],
    ['Ubuntu 24.04', UBUNTU, { id: 'ubuntu', idLike: ['debian'], version: '24.04', name: 'Ubuntu 24.04.1 LTS' }],
    ['Alpine', ALPINE, { id: 'alpine', idLike: [], version: '3.20.3', name: 'Alpine Linux v3.20' }],
    [
      'Rocky, whose values are quoted',
      ROCKY,
      { id: 'rocky', idLike: ['rhel', 'centos', 'fedora'], version: '9.4', name: 'Rocky Linux 9.4 (Blue Onyx)' },
    ],
  ])('%s', (_, output, os) => {
    expect(parseOsRelease(output)).toEqual(os)
    // /usr/lib's comes after /etc's, and is the same file most of the time.
    expect(parseOsRelease(output + DEBIAN)).toEqual(os)
  })

  test('single quotes, escapes, comments and empty values', () => {
    const output = `# a comment\nID='my os'\nID_LIKE=""\nPRETTY_NAME="Say \\"hi\\" for 5 \\$"\nVERSION_ID=\n\nnonsense\n`
    expect(parseOsRelease(output)).toEqual({ id: 'my os', idLike: [], version: '', name: 'Say "hi" for 5 $' })
  })

  test('a system without a pretty name has its name, one without anything has none', () => {
    expect(parseOsRelease('NAME=Void\n').name).toBe('Void')
    expect(parseOsRelease('')).toEqual({ id: '', idLike: [], version: '', name: '' })
  })
})
