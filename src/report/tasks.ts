import { Listr, type ListrRenderer } from 'listr2'

/** What is shown while tasks run. */
export interface View {
  start(): void
  stop(): void
}

/**
 * The renderer of ours behind listr2's interface. It shows the view, which draws one line a host at most ten times a
 * second; listr2's own renderers spend more time on a hundred hosts than the run itself.
 */
class ViewRenderer implements ListrRenderer {
  static nonTTY = true
  static rendererOptions: { view?: View }
  static rendererTaskOptions: never
  readonly render: () => void
  readonly end: () => void

  constructor(_tasks: unknown, options: { view?: View }) {
    this.render = () => options.view?.start()
    this.end = () => options.view?.stop()
  }
}

/**
 * A task for everything that goes on, each over when its promise is. They do nothing: the engine works and the events
 * tell. Signals are the program's: listr2 would exit on Ctrl-C without unlocking a host.
 */
export async function followTasks(
  tasks: Iterable<readonly [title: string, over: Promise<void>]>,
  view: View,
): Promise<void> {
  const followed = [...tasks].map(([title, over]) => ({ title, task: () => over }))
  await new Listr(followed, {
    concurrent: true,
    exitOnError: false,
    registerSignalListeners: false,
    renderer: ViewRenderer,
    rendererOptions: { view },
  }).run()
}
