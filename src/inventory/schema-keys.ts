import type { Path } from '../lib/yaml.ts'
import { inventoryJsonSchema } from './json-schema.ts'

let memory: object | undefined

function topSchema(): object {
  memory ??= inventoryJsonSchema()
  return memory
}

/** The keys that may stand in the mapping at a path. */
export function knownKeys(path: Path): readonly string[] {
  return formsAt(path).flatMap((form) => Object.keys(propertiesOf(form)))
}

/** Whether the key at the end of a path has to be there. */
export function isRequired(path: Path): boolean {
  return formsAt(path.slice(0, -1)).some((form) => {
    const required: unknown = Reflect.get(form, 'required')
    return Array.isArray(required) && required.includes(path.at(-1))
  })
}

function formsAt(path: Path): readonly object[] {
  let places: readonly object[] = [topSchema()]
  for (const segment of path) places = places.flatMap(forms).flatMap((form) => step(form, segment))
  return places.flatMap(forms)
}

/** Where else a key may stand; only places that need no name of a frontend, a VIP and so on. */
export function placesOf(key: string): readonly Path[] {
  return search(topSchema(), [], key)
}

function search(schema: object, path: Path, key: string): readonly Path[] {
  return forms(schema).flatMap((form) => {
    const properties = propertiesOf(form)
    const here = Object.hasOwn(properties, key) ? [path] : []
    return [...here, ...Object.entries(properties).flatMap(([name, inner]) => search(inner, [...path, name], key))]
  })
}

/** A schema, or each of its alternatives. */
function forms(schema: object): readonly object[] {
  const alternatives: unknown = Reflect.get(schema, 'anyOf')
  return Array.isArray(alternatives) ? alternatives.filter(isObject).flatMap(forms) : [schema]
}

function step(form: object, segment: string | number): readonly object[] {
  if (typeof segment === 'number') return [Reflect.get(form, 'items')].filter(isObject)
  const property: unknown = propertiesOf(form)[segment] ?? Reflect.get(form, 'additionalProperties')
  return isObject(property) ? [property] : []
}

function propertiesOf(form: object): Readonly<Record<string, object>> {
  const properties: unknown = Reflect.get(form, 'properties')
  if (!isObject(properties)) return {}
  return Object.fromEntries(Object.entries(properties).filter((entry): entry is [string, object] => isObject(entry[1])))
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
