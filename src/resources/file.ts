import { createHash } from 'node:crypto'
import { HostError } from '../lib/errors.ts'
import type { Text } from '../lib/secret.ts'
import { quote } from '../lib/shell.ts'
import type { WantedFile } from './action.ts'
import { differing } from './change.ts'
import { resource, type Kind, type Resource } from './kind.ts'

/** Where a file is staged, beside its target so that the rename is atomic. */
export function stagedPath(path: string): string {
  return `${path}.ha-provision-new`
}

/** Where the version that ran before is kept. */
export function previousPath(path: string): string {
  return `${path}.previous`
}

/** Where it is staged in its turn. */
export function stagedPreviousPath(path: string): string {
  return `${previousPath(path)}.new`
}

/** Lower-case hex of the bytes' SHA-256. */
export function sha256(content: string): string {
  return createHash('sha256').update(content).digest('hex')
}

/** SHA-256 of the bytes that a file shall have. */
export function fileHash({ content, encoding }: Pick<WantedFile, 'content' | 'encoding'>): string {
  if (encoding === undefined) return sha256(content.reveal())
  return createHash('sha256').update(Buffer.from(content.reveal(), encoding)).digest('hex')
}

interface ObservedFile {
  readonly type: 'absent' | 'file' | 'other'
  readonly sha256: string
  readonly mode: string
  readonly owner: string
  readonly group: string
  /** Staged files that a killed run left. */
  readonly leftovers: readonly string[]
}

/** A regular file with these bytes, mode and owner. Only hashes travel; contents are fetched where they differ. */
export const fileKind: Kind<WantedFile, ObservedFile> = {
  kind: 'file',
  probe({ path }) {
    const file = quote(path)
    return `if [ -L ${file} ]; then echo "type=other"
elif [ -f ${file} ]; then stat -c 'type=file
mode=%a
owner=%U
group=%G' ${file}; sum=$(sha256sum <${file}); echo "sha256=\${sum%% *}"
elif [ -e ${file} ]; then echo "type=other"
else echo "type=absent"; fi
for left in ${staged(path).map(quote).join(' ')}; do [ ! -e "$left" ] || echo "left=$left"; done`
  },
  parse(output, spec) {
    const values = new Map(output.split('\n').map((line) => [line.replace(/=.*/, ''), line.replace(/^[^=]*=/, '')]))
    const type = values.get('type')
    if (type !== 'absent' && type !== 'file' && type !== 'other') {
      throw new HostError(`file ${spec.path}: unexpected answer '${output.trim()}'`)
    }
    return {
      type,
      sha256: values.get('sha256') ?? '',
      mode: (values.get('mode') ?? '').padStart(4, '0'),
      owner: values.get('owner') ?? '',
      group: values.get('group') ?? '',
      leftovers: staged(spec.path).filter((path) => output.split('\n').includes(`left=${path}`)),
    }
  },
  diff(spec, observed) {
    const leftover = observed.leftovers.map((path) => ({ property: 'leftover', before: path, after: 'removed' }))
    if (observed.type === 'absent') return [{ property: 'content', before: 'absent', after: 'file' }, ...leftover]
    if (observed.type === 'other')
      return [{ property: 'content', before: 'not a regular file', after: 'file' }, ...leftover]
    const wanted = fileHash(spec)
    return [
      ...(observed.sha256 === wanted ? [] : [{ property: 'content', before: 'other bytes', after: 'as wanted' }]),
      ...differing([
        { property: 'mode', before: observed.mode, after: spec.mode },
        { property: 'owner', before: observed.owner, after: spec.owner },
        { property: 'group', before: observed.group, after: spec.group },
      ]),
      ...leftover,
    ]
  },
  actions(spec, changes, observed) {
    if (observed.type === 'other') {
      throw new HostError(`${spec.path} is a link, a folder or a device, and not a regular file`, {
        mend: `move it away; it is not replaced, because somebody meant it`,
      })
    }
    if (changes.some(({ property }) => property === 'content')) return [{ do: 'write', file: spec }]
    const { path, mode, owner, group } = spec
    return [
      ...(changes.some(({ property }) => property !== 'leftover')
        ? [{ do: 'attributes' as const, path, mode, owner, group }]
        : []),
      ...observed.leftovers.map((left) => ({ do: 'remove' as const, path: left })),
    ]
  },
}

function staged(path: string): readonly string[] {
  return [stagedPath(path), stagedPreviousPath(path)]
}

/** A file that shall have these bytes, mode and owner. */
export function fileResource(file: WantedFile): Resource {
  return { ...resource(fileKind, file.path, file), file }
}

/** A file of root's that everybody may read, unless `rest` says otherwise. */
export function rootFile(path: string, content: Text, rest: Partial<WantedFile> = {}): Resource {
  return fileResource({
    path,
    content,
    mode: '0644',
    owner: 'root',
    group: 'root',
    validate: undefined,
    sensitive: [],
    unit: undefined,
    ...rest,
  })
}
