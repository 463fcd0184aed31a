import { execa } from 'execa'

/** How long a registry may stay silent before it counts as absent. */
const silenceMs = 8000

const state = { absent: false }

/** Pulls an image. False when the registry does not begin to answer in time; then it is not asked again by this process. */
export async function pull(image: string): Promise<boolean> {
  if (state.absent) return false
  const silence = new AbortController()
  const pulling = execa('docker', ['pull', image], {
    reject: false,
    timeout: 300_000,
    stdin: 'ignore',
    cancelSignal: silence.signal,
  })
  const timer = setTimeout(() => {
    silence.abort()
  }, silenceMs)
  // Its first line comes once the registry has told what the image is made of.
  const answer = { begun: false }
  pulling.stdout.once('data', () => {
    answer.begun = true
    clearTimeout(timer)
  })
  const result = await pulling
  clearTimeout(timer)
  state.absent = !answer.begun
  return !result.failed
}
