/**
 * What ssh and the programs it starts get of our environment: not our own settings, which may be secrets, nor any
 * program to ask questions with but ours. `plainShell` runs a ProxyCommand of ours.
 */
export function environment(askpass: string | undefined, plainShell: boolean): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(HA_PROVISION_|SSH_ASKPASS|LC_|LANG)/.test(name))
  return {
    ...Object.fromEntries(kept),
    LC_ALL: 'C',
    SSH_ASKPASS_REQUIRE: askpass === undefined ? 'never' : 'force',
    ...(askpass === undefined ? {} : { SSH_ASKPASS: askpass }),
    ...(plainShell ? { SHELL: '/bin/sh' } : {}),
  }
}
