/** A package as an inventory wants it. */
export interface WantedPackage {
  readonly name: string
  /** A version or a pattern of the package manager, e.g. `2.6.*`; any when undefined. */
  readonly version: string | undefined
}

/** A package manager as sh snippets. Every text that comes from outside is quoted by the one who writes the snippet. */
export interface PackageManager {
  readonly name: string
  /** The program that has to be there for it. */
  readonly program: string
  /** Why it cannot be asked for a version or pattern of an inventory; undefined when it can. */
  refuses?(version: string): string | undefined
  /** Prints `installed VERSION`, or `absent`; changes nothing and needs no network. */
  query(name: string): string
  /**
   * Installs without asking and without overwriting configuration files; refreshes its index only when it has to,
   * and waits for another process's lock for `lockSeconds` at most, naming who holds it.
   * What it prints goes to `log`, so that it goes on when nobody listens any more.
   */
  install(packages: readonly WantedPackage[], options: { readonly lockSeconds: number; readonly log: string }): string
}

/** An init system as sh snippets. */
export interface InitSystem {
  readonly name: 'systemd' | 'openrc'
  /**
   * Prints `load=`, `active=`, `enabled=`, `pid=` lines, and `stale=`: `yes` where its files changed since they were read, `restart` where
   * that takes one, `replaced` where its program did and it still runs the old one.
   */
  state(unit: string): string
  enable(unit: string): string
  disable(unit: string): string
  unmask(unit: string): string
  start(unit: string): string
  stop(unit: string): string
  reload(unit: string): string
  /** Keeps units from starting until `release`: their packages would start them before they are configured. */
  hold(units: readonly string[]): string
  release(units: readonly string[]): string
  /** Makes a unit follow its files, and run its program, as they are now. */
  rereadUnits(unit: string): string
  /** Prints the last lines of a unit's log. */
  log(unit: string, lines: number): string
  /** What an operator types to read a unit's log. */
  logCommand(unit: string): string
  /** Where and what makes a unit start again so many milliseconds after it died. */
  restartDropIn(unit: string, delay: number): { readonly path: string; readonly content: string }
}

/** A distribution in one of its versions, and what its own packages are usually: only a plan of a bare host believes it. */
export interface Release {
  /** os-release's ID. */
  readonly id: string
  /** The beginning of os-release's VERSION_ID: `12`, `9`, `22.04`. */
  readonly version: string
  readonly haproxy: string
  readonly keepalived: string
  /** Undefined where the release has none that would do. */
  readonly corosync?: string
  readonly pacemaker?: string
}

/** What a host says of its repositories. */
export interface RepositoryHost {
  readonly os: { readonly id: string }
  /** The lines that name them, as the facts have them. */
  readonly repositories: readonly string[]
  readonly versions: { readonly pacemaker: { readonly installed: boolean } }
}

/** A file of ours that names a repository. */
export interface RepositoryFile {
  readonly path: string
  readonly content: string
}

/** A section of the distribution's own files, to be enabled; undefined where the host has none that is known. */
export interface Repository {
  readonly name: string
  readonly section: { readonly path: string; readonly id: string } | undefined
}

/** What differs between distributions, as data. */
export interface Platform {
  readonly name: string
  /** The distributions it stands for, each with its versions from old to new. */
  readonly releases: readonly Release[]
  readonly packages: PackageManager
  /**
   * A repository that the programs of an engine need beyond those that every host reads: a file of ours that names it, or a section of the
   * distribution's own. Undefined where none is needed.
   */
  readonly repository?: (
    host: RepositoryHost,
    engine: 'keepalived' | 'pacemaker',
  ) => RepositoryFile | Repository | undefined
  readonly init: InitSystem
  readonly haproxy: {
    readonly package: string
    readonly unit: string
    readonly config: string
    readonly chroot: string | undefined
    readonly socket: string
    readonly user: string
    readonly group: string
    /** Where its log arrives on a host as it is installed: the target of a `log` line. */
    readonly log: string
    /** The same for haproxy before 1.9, which cannot print its log; `log` unless given. */
    readonly oldLog?: string
    /** What a reload that took leaves: a new child of the main process, or a new main process. */
    readonly provedBy: 'new-child' | 'new-main'
  }
  readonly keepalived: {
    readonly package: string
    readonly unit: string
    readonly config: string
    readonly checkScript: string
    /** What the check script can ask with, without anything being installed. */
    readonly shell: 'bash' | 'busybox'
  }
  /** corosync and pacemaker; or why there is none of them here. */
  readonly cluster: ClusterPrograms | { readonly refused: string }
  /** Makes a system user without a home or a login. */
  createUser(name: string): string
}

/** The programs of `ha: pacemaker`. */
export interface ClusterPrograms {
  /** By package, without haproxy: the daemons, their command-line tools and the agent of the VIP. */
  readonly packages: {
    readonly corosync: string
    readonly pacemaker: string
    readonly others: readonly string[]
    /** The fence agents, of whatever device. */
    readonly fencing: string
  }
  readonly corosync: {
    readonly unit: string
    readonly config: string
    readonly authkey: string
    /** What makes it start again after a crash. */
    readonly dropIn: { readonly path: string; readonly content: string }
  }
  readonly pacemaker: { readonly unit: string; /** The folder of the CIB. */ readonly cib: string }
  /** What makes a haproxy that pacemaker has started start again after a crash. */
  readonly haproxy: { readonly dropIn: { readonly path: string; readonly content: string } }
}
