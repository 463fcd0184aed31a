import { HostError } from '../../lib/errors.ts'

/** The become password was refused: it is not tried again. */
export class BecomeRefusedError extends HostError {}

/** Before anything ran, the host said that it wants a terminal. */
export class TerminalWantedError extends HostError {}
