/** Whether a version as a program prints it (`2.6.12-1+deb12u3`, `1.8.27-493ce0b`, `2.2.7`) is at least the wanted one. */
export function atLeast(version: string, wanted: readonly number[]): boolean {
  const parts = version.split(/[^0-9]+/).map(Number)
  const index = wanted.findIndex((part, at) => part !== (parts[at] ?? 0))
  return index < 0 || (parts[index] ?? 0) > (wanted[index] ?? 0)
}
