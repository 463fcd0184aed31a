import type { Check, Finding } from './check.ts'

/** Where corosync-qdevice keeps what it proves itself with. */
const FOLDER = '/etc/corosync/qdevice/net/nssdb'

/**
 * What asks the quorum device has certificates: with TLS it does not start without, and its vote counts by then. Made by hand, since the
 * device's host has to sign them.
 */
export function deviceCertificatesCheck(): Check {
  const check = 'device-certificates'
  const missing = (host: string, output: string): readonly Finding[] =>
    output.trim() === 'there'
      ? []
      : [
          {
            check,
            host,
            status: 'failed',
            message: `corosync.device asks for TLS, and there are no certificates in ${FOLDER}: corosync-qdevice would not start`,
            mend: `run up with tls: off, make them with corosync-qdevice-net-certutil, then write tls: on or required again`,
          },
        ]
  return {
    id: check,
    scope: 'host',
    // Of two formats, by the age of the library.
    probe: () => `{ [ -e ${FOLDER}/cert9.db ] || [ -e ${FOLDER}/cert8.db ]; } && echo there || echo absent`,
    obstacles: (samples) => samples.flatMap(({ host, output }) => missing(host, output)),
    judge: (samples) =>
      samples.flatMap(({ host, output }): readonly Finding[] => {
        const found = missing(host, output)
        const message = 'corosync-qdevice has its certificates'
        return found.length > 0 ? found : [{ check, host, status: 'passed', message }]
      }),
  }
}
