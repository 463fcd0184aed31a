import type { Rule } from './rule.ts'

export const haSupported: Rule = () => []
