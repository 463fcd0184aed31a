import { open, type FileHandle } from 'node:fs/promises'
import { InputError } from '../lib/problem.ts'

/** An inventory of a thousand servers has a tenth of this. What is larger is some other file. */
const LARGEST = 1024 * 1024

/** The text of an inventory. Throws InputError for what cannot be one. */
export async function readInventoryText(path: string): Promise<string> {
  const handle = await openFile(path)
  try {
    return await readHandle(handle, path)
  } finally {
    await handle.close()
  }
}

async function openFile(path: string): Promise<FileHandle> {
  try {
    return await open(path)
  } catch (thrown) {
    throw unusable(path, ...reason(thrown))
  }
}

async function readHandle(handle: FileHandle, path: string): Promise<string> {
  const status = await handle.stat()
  if (status.isDirectory()) throw unusable(path, 'this is a directory', 'name the inventory file in it')
  const buffer = Buffer.alloc(LARGEST + 1)
  let length = 0
  for (;;) {
    const { bytesRead } = await handle.read(buffer, length, buffer.length - length)
    length += bytesRead
    if (length > LARGEST) throw unusable(path, 'this is larger than 1 MiB', 'name an inventory file: they are small')
    if (bytesRead === 0) break
  }
  return decode(buffer.subarray(0, length), path)
}

function decode(bytes: Buffer, path: string): string {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    if (!text.includes('\0')) return text
  } catch {
    // Falls through to the same answer: this is no text.
  }
  throw unusable(path, 'this is not a text file in UTF-8', 'name an inventory file, and save it as UTF-8')
}

function reason(thrown: unknown): readonly [message: string, mend: string] {
  const code: unknown = thrown instanceof Error ? Reflect.get(thrown, 'code') : undefined
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return ['there is no such file', 'correct the path, or start from a copy of inventories/example.yaml']
    case 'EACCES':
    case 'EPERM':
      return ['you may not read this file', 'give yourself the right to read it']
    default:
      return [`this file cannot be opened${typeof code === 'string' ? ` (${code})` : ''}`, 'name an inventory file']
  }
}

function unusable(file: string, message: string, mend: string): InputError {
  return new InputError([{ severity: 'error', rule: 'file', file, line: 1, column: 1, path: '', message, mend }])
}
