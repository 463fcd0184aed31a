/** Where keepalived's files are on a platform; SELinux wants scripts in /usr/libexec/keepalived (field-notes 32). */
export interface KeepalivedPaths {
  readonly config: string
  /** Its whole path must be writable by root only, or keepalived will not run it (acassen/keepalived#842). */
  readonly checkScript: string
}
