import type { Secret } from '../../lib/secret.ts'
import type { NotTried, Turn } from '../credentials/trials.ts'
import { codeError, expiredPasswordError, noPasswordError, notTriedError, wrongPasswordError } from './become-errors.ts'
import type { Subject } from './exchange-errors.ts'

/** What may ask for a password before the script begins, and what it is answered. */
export interface Asking {
  readonly program: 'sudo' | 'su'
  /** sudo's prompt; and, with a colon after it, the line on each stream after which it may ask: nothing before it is a question. */
  readonly nonce: string
  readonly password: Secret | undefined
  /** Waits until this host may try it. */
  readonly enter: (password: Secret) => Promise<Turn | NotTried>
}

/** What the prompt does to the exchange it belongs to. */
interface Acts {
  /** Goes out on stdin. */
  readonly write: (text: string) => void
  readonly fail: (error: Error) => void
  /** The wait for another host's trial is nobody's fault: the clock of the exchange begins anew. */
  readonly patience: () => void
}

/** What sudo prints when PAM has a prompt of its own, and su always: in the C locale. */
const OWN_PROMPT = /password[^\n]*: ?$/i
const CODE_PROMPT = /(code|token|otp|challenge|passcode)[^\n]*: ?$/i
const EXPIRED = /password (is |has )?expired|changing password for|\bcurrent\)? .*password: ?$|new password: ?$/im
const REFUSED = /Authentication failure|incorrect password|Sorry\.?$/im

/**
 * The conversation before the script: the password is sent when it is asked for, and once. A second question means
 * that it was wrong.
 */
export class BecomePrompt {
  readonly #asking: Asking
  readonly #subject: Subject
  readonly #acts: Acts
  /** What came since the program could ask, and since the last answer. */
  #said = { stdout: '', stderr: '' }
  readonly #mayAsk = new Set<'stdout' | 'stderr'>()
  /** The password was asked for, and sent. */
  answered = false
  #state: 'silent' | 'asked' | 'answered' | 'over' = 'silent'
  #turn: Turn | undefined

  constructor(asking: Asking, subject: Subject, acts: Acts) {
    this.#asking = asking
    this.#subject = subject
    this.#acts = acts
  }

  /** Takes what the host says before the script begins; su of BusyBox asks on stdout, the others on stderr. */
  hear(stream: 'stdout' | 'stderr', text: string): void {
    const begin = `${this.#asking.nonce}:\n`
    let said = this.#said[stream] + text
    const at = said.lastIndexOf(begin)
    if (at !== -1) {
      this.#mayAsk.add(stream)
      said = said.slice(at + begin.length)
    }
    this.#said[stream] = said
    if (this.#state === 'asked' || this.#state === 'over' || !this.#mayAsk.has(stream)) return
    const { nonce, program } = this.#asking
    if (EXPIRED.test(said)) this.#end('left', expiredPasswordError(this.#subject, program))
    else if (CODE_PROMPT.test(said)) this.#end('left', codeError(this.#subject, program, said))
    else if (said.includes(nonce) || OWN_PROMPT.test(said)) this.#question()
  }

  /** The script has begun: what was sent was right. */
  begun(): void {
    this.#end('accepted')
  }

  /** It ended before the script began; its own error where the password is the reason. */
  ended(): Error | undefined {
    const wrong = this.#state === 'answered' && REFUSED.test(`${this.#said.stdout}\n${this.#said.stderr}`)
    this.#end(wrong ? 'refused' : 'left')
    return wrong ? wrongPasswordError(this.#subject, this.#asking.program) : undefined
  }

  #question(): void {
    const { program, password, enter } = this.#asking
    if (password === undefined) this.#end('left', noPasswordError(this.#subject, program))
    else if (this.#state === 'answered') this.#end('refused', wrongPasswordError(this.#subject, program))
    else {
      this.#state = 'asked'
      void enter(password).then((turn) => {
        this.#answer(turn, password)
      })
    }
  }

  #answer(turn: Turn | NotTried, password: Secret): void {
    const { program } = this.#asking
    if ('refusedBy' in turn) this.#end('left', notTriedError(this.#subject, program, turn.refusedBy))
    else if (this.#state === 'over') turn.left()
    else {
      this.#turn = turn
      this.#state = 'answered'
      this.answered = true
      this.#said = { stdout: '', stderr: '' }
      this.#acts.patience()
      this.#acts.write(`${password.reveal()}\n`)
    }
  }

  #end(how: keyof Turn, error?: Error): void {
    this.#state = 'over'
    this.#turn?.[how]()
    this.#turn = undefined
    if (error !== undefined) this.#acts.fail(error)
  }
}
