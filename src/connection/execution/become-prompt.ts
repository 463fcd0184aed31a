import type { Secret } from '../../lib/secret.ts'
import type { NotTried, Turn } from '../credentials/trials.ts'
import { codeError, expiredPasswordError, noPasswordError, notTriedError, wrongPasswordError } from './become-errors.ts'
import type { Subject } from './exchange-errors.ts'

/** What may ask for a password before the script begins, and what it is answered. */
export interface Asking {
  readonly program: 'sudo' | 'su'
  /** sudo's prompt; and, with a colon after it, the line after which it may ask: nothing before it is a question. */
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
  #said = ''
  #state: 'silent' | 'asked' | 'answered' | 'over' = 'silent'
  #turn: Turn | undefined

  constructor(asking: Asking, subject: Subject, acts: Acts) {
    this.#asking = asking
    this.#subject = subject
    this.#acts = acts
  }

  /** Takes what the host says before the script begins, on either stream. */
  hear(text: string): void {
    this.#said += text
    if (this.#state === 'asked' || this.#state === 'over') return
    const { nonce } = this.#asking
    const begin = `${nonce}:\n`
    const at = this.#said.lastIndexOf(begin)
    if (this.#state === 'silent' && at === -1) return
    const said = at === -1 ? this.#said : this.#said.slice(at + begin.length)
    if (EXPIRED.test(said)) this.#end('left', expiredPasswordError(this.#subject, this.#asking.program))
    else if (CODE_PROMPT.test(said)) this.#end('left', codeError(this.#subject, this.#asking.program, said))
    else if (said.includes(nonce) || OWN_PROMPT.test(said)) this.#question()
  }

  /** The script has begun: what was sent was right. */
  begun(): void {
    this.#end('accepted')
  }

  /** It ended before the script began; its own error where the password is the reason. */
  ended(): Error | undefined {
    const wrong = this.#state === 'answered' && REFUSED.test(this.#said)
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
      this.#said = ''
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
