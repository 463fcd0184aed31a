import { HostError } from '../lib/errors.ts'
import { quote } from '../lib/shell.ts'
import type { WantedLoad } from './action.ts'
import { keyValues } from './change.ts'
import { resource, type Change, type Kind, type Resource } from './kind.ts'
import { parseService } from './service.ts'

/** Where the hashes of the files of a unit's last good start or reload are kept. */
export function stampPath(unit: string): string {
  return `/var/lib/ha-provision/loaded/${unit}`
}

/** Where the paths are kept that were written for a unit and that it has not been proved to take. */
export function pendingPath(unit: string): string {
  return `/var/lib/ha-provision/pending/${unit}`
}

/** The stamp's text: a line a file, as sha256sum prints it. */
export function stamp(files: WantedLoad['files']): string {
  return files.map(({ path, sha256 }) => `${sha256}  ${path}\n`).join('')
}

interface ObservedLoad {
  readonly active: boolean
  /** The stamp on the host, and the same made of the files as they are there now. */
  readonly stamp: string
  readonly files: string
  /** A file changed after the stamp was written: the stamp says nothing about it. */
  readonly changedSince: boolean
  /** A run was killed between a file and the proof that its unit took it: what it left for putting files back is still there. */
  readonly unproved: boolean
  /** The process started after the newest file was put there: it has read what is there. */
  readonly processIsYounger: boolean
}

/**
 * A unit that runs, and runs with these files. There are no handlers: what runs is compared with what is wanted like everything
 * else, so that a run that died between write and reload is mended by the next one.
 */
export const loadedKind: Kind<WantedLoad, ObservedLoad> = {
  kind: 'loaded',
  probe(spec, platform) {
    const files = spec.files.map(({ path }) => quote(path)).join(' ')
    const stampFile = quote(stampPath(spec.unit))
    // The change time: a version that is put back keeps its old modification time, and was not there when an older process started.
    // /proc/PID/stat's 22nd field counts 1/100 s since boot; the command's name before it may hold spaces.
    return `state=$(${platform.init.state(spec.unit)})
printf '%s\\n' "$state"
since=no; newest=0
for file in ${files}; do
  [ "$file" -nt ${stampFile} ] && since=yes
  time=$(stat -c %Z "$file" 2>/dev/null || echo 9999999999)
  [ "$time" -gt "$newest" ] && newest=$time
done
echo "changedSince=$since"
[ ! -e ${quote(pendingPath(spec.unit))} ] || echo unproved=yes
pid=$(printf '%s\\n' "$state" | sed -n 's/^pid=//p')
if [ -n "$pid" ] && [ "$pid" != 0 ] && [ -r "/proc/$pid/stat" ]; then
  sed 's/^.*) //' "/proc/$pid/stat" | awk -v now="$(date +%s)" -v newest="$newest" '{
    getline uptime < "/proc/uptime"; split(uptime, up, " ")
    started = now - up[1] + $20 / 100
    print "younger=" (started > newest + 1 ? "yes" : "no")
  }'
fi
echo 'stamp:'
cat ${stampFile} 2>/dev/null
echo 'files:'
sha256sum ${files} 2>/dev/null || true`
  },
  parse(output, spec) {
    const match = /^(?<state>[\s\S]*?)stamp:\n(?<stamp>[\s\S]*?)files:\n(?<files>[\s\S]*)$/.exec(output)
    const groups = match?.groups
    if (groups === undefined) throw new HostError(`${spec.unit}: what it runs with cannot be read`)
    const values = keyValues(groups.state ?? '')
    return {
      active: parseService(groups.state ?? '').active,
      stamp: (groups.stamp ?? '').trim(),
      files: (groups.files ?? '').trim(),
      changedSince: values.get('changedSince') === 'yes',
      unproved: values.get('unproved') === 'yes',
      processIsYounger: values.get('younger') === 'yes',
    }
  },
  diff(spec, observed): readonly Change[] {
    const wanted = stamp(spec.files).trim()
    const asWanted = observed.files === wanted
    const known = observed.stamp === wanted && !observed.changedSince
    if (!observed.active && spec.startedBy === 'cluster') {
      const isTold = known && !observed.unproved
      return isTold ? [] : [{ property: 'record', before: 'of another', after: 'of what it will start with' }]
    }
    if (!observed.active) return [{ property: 'state', before: 'not running', after: 'running' }]
    if (!asWanted || !(known || observed.processIsYounger))
      return [{ property: 'configuration', before: 'runs with another', after: 'reloaded' }]
    // Without its record the next change would take an older version for the one that runs, and put that one back.
    return known && !observed.unproved ? [] : [{ property: 'record', before: 'of another', after: 'of what runs' }]
  },
  actions: (spec, changes) => [
    { do: changes.some(({ property }) => property === 'record') ? 'record' : 'load', load: spec },
  ],
}

/** A unit that shall run with exactly these files. */
export function loadedResource(spec: WantedLoad): Resource {
  return { ...resource(loadedKind, spec.unit, spec), load: spec }
}
