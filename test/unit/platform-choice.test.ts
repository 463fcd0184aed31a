import { describe, expect, test } from 'vitest'
import { choosePlatform, releaseNamed } from '../../src/platform/choose.ts'

const APT = { init: 'systemd', programs: ['apt-get', 'systemctl'] }

function os(id: string, version: string, ...idLike: readonly string[]) {
  return { id, version, idLike, name: `${id} ${version}` }
}

function chosen(system: Parameters<typeof choosePlatform>[0]) {
  const choice = choosePlatform(system)
  return choice && [choice.platform.name, choice.release.id, choice.release.version, choice.note]
}

describe('a platform is chosen', () => {
  test.each([
    ['by ID and version', os('debian', '12'), ['debian', 'debian', '12', undefined]],
    ['by the version it is within', os('ubuntu', '22.04', 'debian'), ['debian', 'ubuntu', '22.04', undefined]],
    [
      'as the newest, where it is newer',
      os('debian', '14'),
      ['debian', 'debian', '13', 'debian 14 is not known: it is taken for debian 13'],
    ],
    [
      'as the newest, where it is rolling',
      os('debian', ''),
      ['debian', 'debian', '13', 'debian  is not known: it is taken for debian 13'],
    ],
    [
      'as the one before it, where it is between two',
      os('ubuntu', '25.10', 'debian'),
      ['debian', 'ubuntu', '24.04', 'ubuntu 25.10 is not known: it is taken for ubuntu 24.04'],
    ],
    [
      'by the first that it is like',
      os('linuxmint', '22', 'ubuntu', 'debian'),
      ['debian', 'ubuntu', '26.04', 'linuxmint 22 is taken for ubuntu 26.04, because it says it is like ubuntu'],
    ],
  ])('%s', (_, system, expected) => {
    expect(chosen({ ...APT, os: system })).toEqual(expected)
  })

  const DNF = ['dnf', 'yum']
  test.each([
    ['with dnf', DNF, os('rocky', '9.4', 'rhel', 'centos', 'fedora'), ['rhel', 'rocky', '9', undefined]],
    ['with dnf, Amazon’s', DNF, os('amzn', '2023', 'fedora'), ['rhel', 'amzn', '2023', undefined]],
    ['with yum alone', ['yum'], os('centos', '7', 'rhel', 'fedora'), ['rhel7', 'centos', '7', undefined]],
    [
      'with yum alone, Amazon’s',
      ['yum'],
      os('amzn', '2', 'centos', 'rhel', 'fedora'),
      ['rhel7', 'amzn', '2', undefined],
    ],
    [
      'with both, of a version that has yum',
      DNF,
      os('centos', '7', 'rhel', 'fedora'),
      ['rhel7', 'centos', '7', undefined],
    ],
    [
      'newer than is known',
      DNF,
      os('fedora', '50'),
      ['rhel', 'fedora', '43', 'fedora 50 is not known: it is taken for fedora 43'],
    ],
    [
      'by what it is like',
      DNF,
      os('cloudlinux', '9.4', 'rhel', 'fedora', 'centos'),
      ['rhel', 'rhel', '10', 'cloudlinux 9.4 is taken for rhel 10, because it says it is like rhel'],
    ],
  ])('of the rpm family, %s', (_, programs, system, expected) => {
    expect(chosen({ init: 'systemd', programs, os: system })).toEqual(expected)
  })

  test.each([
    ['older than any that is known', { ...APT, os: os('debian', '10') }],
    ['too old, whatever it is like', { ...APT, os: os('ubuntu', '18.04', 'debian') }],
    ['without the package manager', { init: 'systemd', programs: ['dnf'], os: os('debian', '12') }],
    ['under another init system', { init: 'openrc', programs: ['apt-get'], os: os('debian', '12') }],
    ['older, of the rpm family', { init: 'systemd', programs: ['yum'], os: os('centos', '6', 'rhel', 'fedora') }],
    ['like nothing that is known', { ...APT, os: os('void', '') }],
  ])('not for what is %s', (_, system) => {
    expect(chosen(system)).toBeUndefined()
  })
})

test('a release is found by its name, and an unknown one is told what there is', () => {
  expect(releaseNamed('debian-12').release.haproxy).toBe('2.6.12')
  expect(() => releaseNamed('debian-9')).toThrow('debian-9 is not a distribution that is known')
})
