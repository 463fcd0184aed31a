import { homedir } from 'node:os'
import { dirname, resolve } from 'node:path'
import { InputError, type Problem } from '../lib/problem.ts'
import type { Inventory } from './model.ts'
import { parseInventory } from './parse.ts'
import { readInventoryText } from './read-text.ts'
import { resolveAge, resolveSecret } from './resolve-secret.ts'
import { type AgeReference, type Outcome, placeholderSecret, type SecretReference } from './secrets.ts'

export interface LoadOptions {
  /** `placeholder`: do not look secrets up. For what only judges or shows the inventory. */
  readonly secrets: 'resolve' | 'placeholder'
}

/** Reads an inventory. Throws InputError with all its problems if any is an error. */
export async function loadInventory(
  path: string,
  options: LoadOptions = { secrets: 'resolve' },
): Promise<{ readonly inventory: Inventory; readonly warnings: readonly Problem[] }> {
  const text = await readInventoryText(path)
  const lookUps = new LookUps()
  const parse = () =>
    parseInventory(text, path, {
      home: homedir(),
      directory: dirname(resolve(path)),
      secret: options.secrets === 'resolve' ? (reference) => lookUps.find(reference) : placeholderSecret,
    })
  const first = parse()
  const { inventory, problems } = (await lookUps.decrypt()) ? parse() : first
  if (inventory === undefined) throw new InputError(problems)
  return { inventory, warnings: problems }
}

/** The secrets of an inventory, each looked up once. Decryption takes its time, so what it gives is there at a second reading only. */
class LookUps {
  readonly #found = new Map<string, Outcome>()
  readonly #encrypted = new Map<string, AgeReference>()

  find(reference: SecretReference): Outcome {
    const key = JSON.stringify(reference)
    const found = this.#found.get(key)
    if (found !== undefined) return found
    if (reference.from === 'age') {
      this.#encrypted.set(key, reference)
      return placeholderSecret()
    }
    const outcome = resolveSecret(reference)
    this.#found.set(key, outcome)
    return outcome
  }

  /** False when nothing was encrypted. */
  async decrypt(): Promise<boolean> {
    for (const [key, reference] of this.#encrypted) this.#found.set(key, await resolveAge(reference))
    return this.#encrypted.size > 0
  }
}
