/** A section of corosync.conf: its settings, a later one of the same key winning, and the sections within. */
export interface Section {
  readonly name: string
  readonly values: ReadonlyMap<string, string>
  readonly sections: readonly Section[]
}

/** A member as a corosync.conf lists it. */
export interface ListedMember {
  readonly name: string | undefined
  readonly nodeId: number | undefined
  /** By link, from 0 on: an address, or a name that its members resolve. */
  readonly addresses: ReadonlyMap<number, string>
}

interface Open {
  readonly name: string
  readonly values: Map<string, string>
  readonly sections: Section[]
}

/**
 * corosync.conf as sections, ours or one made by hand: `name {`, `key: value`, `}` and comments, a line each. What is no line of these is
 * left out; corosync itself judges it.
 */
export function parseCorosync(conf: string): Section {
  const top: Open = { name: '', values: new Map(), sections: [] }
  const open: Open[] = [top]
  for (const line of conf.split('\n').map((one) => one.trim())) {
    const here = open.at(-1) ?? top
    const [, key = '', value = ''] = /^([^:{}#]+):(.*)$/.exec(line) ?? []
    if (line.startsWith('#')) continue
    if (line.endsWith('{')) {
      const section: Open = { name: line.slice(0, -1).trim(), values: new Map(), sections: [] }
      here.sections.push(section)
      open.push(section)
    } else if (line === '}') {
      if (open.length > 1) open.pop()
    } else if (key !== '') here.values.set(key.trim(), value.trim())
  }
  return top
}

/** The sections of a name, at a path of names: `['nodelist', 'node']`. */
export function sectionsAt(section: Section, path: readonly string[]): readonly Section[] {
  return path.reduce<readonly Section[]>(
    (found, name) => found.flatMap(({ sections }) => sections.filter((one) => one.name === name)),
    [section],
  )
}

/** A setting at a path; the last section and the last line count, as they do for corosync. */
export function valueAt(section: Section, path: readonly string[], key: string): string | undefined {
  return sectionsAt(section, path)
    .findLast(({ values }) => values.has(key))
    ?.values.get(key)
}

/** The members that a configuration lists. */
export function listedMembers(conf: string): readonly ListedMember[] {
  return sectionsAt(parseCorosync(conf), ['nodelist', 'node']).map(({ values }) => {
    const nodeId = Number(values.get('nodeid'))
    return {
      name: values.get('name'),
      nodeId: Number.isInteger(nodeId) && nodeId > 0 ? nodeId : undefined,
      addresses: new Map(
        [...values].flatMap(([key, value]) => {
          const link = /^ring(\d+)_addr$/.exec(key)?.[1]
          return link === undefined ? [] : [[Number(link), value] as const]
        }),
      ),
    }
  })
}
