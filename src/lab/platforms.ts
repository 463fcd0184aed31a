import { HaError } from '../lib/errors.ts'

/** Suites that base images are made of. Everything but Ubuntu itself is made of Debian's. */
export type DebianSuite = 'bullseye' | 'bookworm' | 'trixie'
export type UbuntuSuite = 'focal' | 'jammy' | 'noble'
export type Suite = DebianSuite | UbuntuSuite

/** What a load balancer of the lab can be. */
export interface LabPlatform {
  /** The folder in lab/images that makes it of a suite. */
  readonly recipe: string
  readonly suite: Suite
  /** The distribution's own image, and the recipe that builds on it: taken where a registry answers. */
  readonly official?: { readonly image: string; readonly recipe: string }
  /** What its recipe is a stand-in for and how, in words; real platforms have none. */
  readonly standIn?: string
  /** The init system that is PID 1: by it a host is known to be up. */
  readonly init: 'systemd' | 'openrc'
  /** How its user `ops` becomes root. */
  readonly become: 'sudo' | 'doas'
}

const debian = { recipe: 'debian', init: 'systemd', become: 'sudo' } as const

/** All of them, by name. */
export const platforms: Readonly<Record<string, LabPlatform>> = {
  'debian-11': { ...debian, suite: 'bullseye' },
  'debian-12': { ...debian, suite: 'bookworm' },
  'debian-13': { ...debian, suite: 'trixie' },
  // Ubuntu's archive is not everywhere: these are for the soak and for recording. 26.04 is missing, because its systemd does
  // not start under cgroup v1.
  'ubuntu-20.04': { ...debian, suite: 'focal' },
  'ubuntu-22.04': { ...debian, suite: 'jammy' },
  'ubuntu-24.04': { ...debian, suite: 'noble' },
  'rocky-9': {
    recipe: 'rocky-9',
    suite: 'bookworm',
    official: { image: 'rockylinux:9', recipe: 'rocky-9-official' },
    standIn: 'Rocky Linux 9: real dnf, rpm and systemd on a Debian userland',
    init: 'systemd',
    become: 'sudo',
  },
  'centos-7': {
    recipe: 'centos-7',
    suite: 'bullseye',
    standIn: 'CentOS 7: yum and no dnf, on a Debian userland',
    init: 'systemd',
    become: 'sudo',
  },
  'alpine-3.21': {
    recipe: 'alpine-3.21',
    suite: 'trixie',
    official: { image: 'alpine:3.21', recipe: 'alpine-3.21-official' },
    standIn: 'Alpine 3.21: real OpenRC and BusyBox, doas, and a stand-in of apk',
    init: 'openrc',
    become: 'doas',
  },
}

/** What a load balancer is unless something else is asked for. */
export const usualPlatform = 'debian-12'

/** The platform of this name. Throws an HaError that lists them when there is none. */
export function platformOf(name: string): LabPlatform {
  const platform = platforms[name]
  if (platform !== undefined) return platform
  throw new HaError(`the lab has no platform ${name}`, {
    where: '--platform',
    mend: `one or several of ${Object.keys(platforms).join(', ')}`,
  })
}
